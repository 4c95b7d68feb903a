// The net of a plan on the map: its grids as GeoJSON over the tiles of the net in force.
import type { Feature, FeatureCollection, Geometry, Polygon } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { toneOf } from '../planning/balance'
import { labelPoint } from '../planning/topology'
import type { Pair, PlanGrid } from '../register/plans'
import { INK, SELECTED, TONE, TONE_FREE } from './palette'

const GRIDS = 'plan'
const LABELS = 'plan-labels'
const GHOST = 'plan-ghost'
const HANDLES = 'plan-handles'
const FAULT = 'plan-fault'
const SOURCES = [GRIDS, LABELS, GHOST, HANDLES, FAULT]
/** Layers of the net in force that the plan's own grids replace. */
const REPLACED = ['grids', 'grid-border', 'grid-chosen-halo', 'grid-chosen'] as const
/** The plan's own labels stand there. */
export const TURNED_OFF = ['label-grid'] as const
/** What is outside stays quiet: colour means the band here. */
export const QUIET_GROUND = 0.08
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }

export interface Marks {
  readonly selected: ReadonlySet<string>
  readonly locked: ReadonlySet<string>
}

export class PlanLayer {
  private marked: Marks = { selected: new Set(), locked: new Set() }
  private shown: ReadonlyMap<string, PlanGrid> = new Map()
  private describe: ((grid: PlanGrid) => string) | null = null
  private hovered: string | null = null

  constructor(private readonly map: MapLibre) {
    for (const id of SOURCES) {
      map.addSource(id, { type: 'geojson', data: EMPTY, ...(id === GRIDS || id === LABELS ? { promoteId: 'code' } : {}) })
    }
    const beforeLabels = map.getLayer('label-building') ? 'label-building' : undefined
    for (const layer of layers()) map.addLayer(layer, layer.type === 'symbol' || layer.type === 'circle' ? undefined : beforeLabels)
  }

  remove(): void {
    for (const { id } of layers()) if (this.map.getLayer(id)) this.map.removeLayer(id)
    for (const id of SOURCES) if (this.map.getSource(id)) this.map.removeSource(id)
    for (const id of REPLACED) this.map.setFilter(id, null)
  }

  /** describe: the label of a grid. */
  show(grids: readonly PlanGrid[], describe: (grid: PlanGrid) => string): void {
    const communities = [...new Set(grids.map(({ properties }) => properties.community))]
    for (const id of REPLACED) this.map.setFilter(id, ['!', ['in', ['get', 'community'], ['literal', communities]]])
    const before = describe === this.describe ? this.shown : new Map<string, PlanGrid>()
    const next = new Map(grids.map((grid) => [grid.properties.code, grid]))
    const gone = [...before.keys()].filter((code) => !next.has(code))
    const fresh = grids.filter((grid) => before.get(grid.properties.code) !== grid)
    this.shown = next
    this.describe = describe
    // of thousands of grids an edit changes a few: the others are not sent and laid out again
    const put = (source: string, feature: (grid: PlanGrid) => Feature) => {
      if (gone.length + fresh.length > next.size / 4) this.set(source, grids.map(feature))
      else if (gone.length + fresh.length) void this.map.getSource<GeoJSONSource>(source)?.updateData({ remove: gone, add: fresh.map(feature) })
    }
    put(GRIDS, ({ geometry, properties }) => ({
      type: 'Feature',
      geometry,
      properties: { code: properties.code, changed: properties.changed, tone: toneOf(properties) },
    }))
    put(LABELS, (grid) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: labelPoint(grid.geometry.coordinates) },
      properties: { code: grid.properties.code, text: describe(grid) },
    }))
    this.mark(this.marked)
  }

  mark(marks: Marks): void {
    for (const code of new Set([...this.marked.selected, ...this.marked.locked])) this.state(code, { selected: false, locked: false })
    this.marked = marks
    for (const code of marks.selected) this.state(code, { selected: true })
    for (const code of marks.locked) this.state(code, { locked: true })
  }

  /** What an edit would make of the grids, dashed over what is there. */
  ghost(grids: readonly { geometry: Polygon }[] | null): void {
    this.set(GHOST, (grids ?? []).map(({ geometry }) => ({ type: 'Feature', geometry, properties: {} })))
  }

  handles(vertices: readonly Pair[], held: Pair | null = null): void {
    const isHeld = (each: Pair) => held !== null && each[0] === held[0] && each[1] === held[1]
    this.set(HANDLES, vertices.map((each) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: each }, properties: { held: isHeld(each) } })))
  }

  /** The place of a refusal or a problem. */
  fault(geometry: Geometry | null): void {
    this.set(FAULT, geometry ? [{ type: 'Feature', geometry, properties: {} }] : [])
  }

  gridAt(point: { x: number; y: number }): string | null {
    const found = this.map.queryRenderedFeatures([point.x, point.y], { layers: ['plan-fill'] })[0]
    return found ? String(found.properties.code) : null
  }

  hover(code: string | null): void {
    if (code === this.hovered) return
    if (this.hovered) this.state(this.hovered, { hover: false })
    if (code) this.state(code, { hover: true })
    this.hovered = code
  }

  private state(code: string, state: Record<string, boolean>): void {
    if (this.shown.has(code)) this.map.setFeatureState({ source: GRIDS, id: code }, state)
  }

  private set(source: string, features: Feature[]): void {
    this.map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features })
  }
}

const on = (name: string): ExpressionSpecification => ['boolean', ['feature-state', name], false]

function layers(): LayerSpecification[] {
  const fill = ['match', ['get', 'tone'], ...Object.entries(TONE).flat(), TONE_FREE] as unknown as ExpressionSpecification
  const strength = (plain: number): ExpressionSpecification => ['case', on('selected'), plain + 0.2, on('hover'), plain + 0.12, plain]
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  return [
    { id: 'plan-fill', type: 'fill', source: GRIDS, paint: { 'fill-color': fill, 'fill-opacity': strength(0.42), 'fill-antialias': false } },
    { id: 'plan-border', type: 'line', source: GRIDS, layout: round, paint: { 'line-color': INK, 'line-width': ['case', ['get', 'changed'], 2.2, 1.2], 'line-opacity': 0.8 } },
    { id: 'plan-changed', type: 'line', source: GRIDS, filter: ['get', 'changed'], layout: round, paint: { 'line-color': '#7a3e00', 'line-width': 2, 'line-dasharray': [0.1, 2.2], 'line-offset': 4 } },
    { id: 'plan-locked', type: 'line', source: GRIDS, layout: round, paint: { 'line-color': '#5b4a86', 'line-width': 3.4, 'line-offset': 4, 'line-dasharray': [2, 1.4], 'line-opacity': ['case', on('locked'), 1, 0] } },
    { id: 'plan-chosen-halo', type: 'line', source: GRIDS, layout: round, paint: { 'line-color': '#fff', 'line-width': 6.5, 'line-opacity': ['case', on('selected'), 0.95, 0] } },
    { id: 'plan-chosen', type: 'line', source: GRIDS, layout: round, paint: { 'line-color': SELECTED, 'line-width': 3, 'line-opacity': ['case', on('selected'), 1, 0] } },
    { id: 'plan-ghost', type: 'line', source: GHOST, layout: round, paint: { 'line-color': SELECTED, 'line-width': 2, 'line-dasharray': [2, 1.6] } },
    { id: 'plan-fault-fill', type: 'fill', source: FAULT, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': SELECTED, 'fill-opacity': 0.35 } },
    { id: 'plan-fault-line', type: 'line', source: FAULT, layout: round, paint: { 'line-color': SELECTED, 'line-width': 4, 'line-opacity': 0.85 } },
    { id: 'plan-fault-point', type: 'circle', source: FAULT, filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 13, 'circle-color': SELECTED, 'circle-opacity': 0.25, 'circle-stroke-color': SELECTED, 'circle-stroke-width': 2.5 } },
    { id: 'plan-handles', type: 'circle', source: HANDLES, paint: { 'circle-radius': ['case', ['get', 'held'], 8, 5], 'circle-color': ['case', ['get', 'held'], SELECTED, '#fff'], 'circle-stroke-color': SELECTED, 'circle-stroke-width': 2 } },
    {
      id: 'plan-label', type: 'symbol', source: LABELS,
      layout: { 'text-field': ['get', 'text'], 'text-font': ['sans-serif'], 'text-size': ['interpolate', ['linear'], ['zoom'], 12, 10, 15, 12.5, 18, 15], 'text-max-width': 9, 'text-padding': 3 },
      paint: { 'text-color': INK, 'text-halo-color': 'rgba(253, 252, 249, 0.94)', 'text-halo-width': 1.8 },
    },
  ]
}
