// What is counted, in the colours of a frame. Colours are feature states: a new frame parses nothing again.
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { DensityAnswer, Surface } from '../density/answers'
import type { Unit } from '../density/question'
import { classColour, NO_VALUE, ZERO } from '../density/ramp'
import { SELECTED } from './palette'
import { SOURCE } from './style'

const FILL = 'density-fill'
const CELLS = 'density-cells'
const [CELL_FILL, CELL_EDGE, HOUSES, HOUSE_DOTS, HEAT] = ['density-cell-fill', 'density-cell-edge', 'density-houses', 'density-house-dots', 'density-heat'] as const
/** Where the tiles begin to carry buildings. */
const HOUSES_FROM = 14
/** What would mix its own colours into the classes. */
export const TURNED_OFF = ['parks', 'buildings'] as const

export class DensityLayer {
  private unit: Unit = 'grid'
  private painted: ReadonlyMap<string, string> = new Map()
  private chosen: string | null = null

  constructor(private readonly map: MapLibre) {
    map.addSource(CELLS, { type: 'geojson', promoteId: 'code', data: collection([]) })
    const below = map.getLayer('parks') ? 'parks' : undefined
    for (const each of [gridLayer(), ...houseLayers(), ...cellLayers()]) map.addLayer(each, each.type === 'fill' ? below : undefined)
    this.see()
  }

  remove(): void {
    this.clear()
    for (const id of [FILL, CELL_FILL, CELL_EDGE, HOUSES, HOUSE_DOTS, HEAT]) if (this.map.getLayer(id)) this.map.removeLayer(id)
    if (this.map.getSource(CELLS)) this.map.removeSource(CELLS)
  }

  /** Which cells there are; grids and buildings stand in the tiles already. */
  lay({ unit, codes, shapes }: Pick<DensityAnswer, 'unit' | 'codes' | 'shapes'>): void {
    this.clear()
    this.unit = unit
    const features = (shapes ?? []).map((geometry, i) => ({ type: 'Feature' as const, properties: { code: codes[i] ?? '' }, geometry }))
    this.map.getSource<GeoJSONSource>(CELLS)?.setData(collection(features))
    this.see()
  }

  /** The ground of each class in one bucket. */
  heat({ buckets, breaks, surface }: Surface, frame: number): void {
    const features = surface.features
      .filter(({ properties }) => properties.bucket === buckets[frame])
      .map(({ properties, geometry }) => ({ type: 'Feature' as const, properties: { fill: classColour(properties.class - 1, breaks.length) }, geometry }))
    this.map.getSource<GeoJSONSource>(CELLS)?.setData(collection(features))
  }

  paint(codes: readonly string[], colours: readonly string[]): void {
    if (this.unit === 'heat') return // the grids stay blank
    const next = new Map(codes.map((code, i) => [code, colours[i] ?? '']))
    for (const code of this.painted.keys()) if (!next.has(code)) this.state(code, { fill: null })
    for (const [code, colour] of next) if (this.painted.get(code) !== colour) this.state(code, { fill: colour || null })
    this.painted = next
  }

  choose(code: string | null): void {
    if (this.chosen !== null) this.state(this.chosen, { chosen: false })
    this.chosen = code
    if (code !== null) this.state(code, { chosen: true })
  }

  cellAt(point: { x: number; y: number }): string | null {
    const layers = { grid: [FILL], heat: [FILL], building: [HOUSE_DOTS, HOUSES], h3: [CELL_FILL], square: [CELL_FILL] }[this.unit]
    const found = this.map.queryRenderedFeatures([point.x, point.y], { layers })[0]
    return found ? String(found.properties.code) : null
  }

  private see(): void {
    const shown = { [CELL_FILL]: this.unit === 'h3' || this.unit === 'square', [CELL_EDGE]: this.unit === 'h3' || this.unit === 'square', [HOUSES]: this.unit === 'building', [HOUSE_DOTS]: this.unit === 'building', [HEAT]: this.unit === 'heat' }
    for (const [id, is] of Object.entries(shown)) this.map.setLayoutProperty(id, 'visibility', is ? 'visible' : 'none')
    // under other cells the grids are blank ground
    this.map.setPaintProperty(FILL, 'fill-color', this.unit === 'grid' ? filled(NO_VALUE) : ZERO)
  }

  private clear(): void {
    this.choose(null)
    this.paint([], [])
  }

  private state(code: string, state: { fill?: string | null; chosen?: boolean }): void {
    if (this.unit === 'grid' || this.unit === 'building') {
      this.map.setFeatureState({ source: SOURCE, sourceLayer: this.unit === 'grid' ? 'grids' : 'buildings', id: code }, state)
    }
    if (this.unit !== 'grid' && this.map.getSource(CELLS)) this.map.setFeatureState({ source: CELLS, id: code }, state)
  }
}

const collection = (features: readonly GeoJSON.Feature[]): GeoJSON.FeatureCollection => ({ type: 'FeatureCollection', features: [...features] })
const filled = (otherwise: string): ExpressionSpecification => ['to-color', ['feature-state', 'fill'], otherwise]
const whereChosen = <T>(then: T, otherwise: T) => ['case', ['boolean', ['feature-state', 'chosen'], false], then, otherwise] as unknown as ExpressionSpecification

function gridLayer(): LayerSpecification {
  return { id: FILL, type: 'fill', source: SOURCE, 'source-layer': 'grids', paint: { 'fill-color': filled(NO_VALUE), 'fill-opacity': 0.92, 'fill-antialias': false } }
}

function cellLayers(): LayerSpecification[] {
  return [
    { id: HEAT, type: 'fill', source: CELLS, paint: { 'fill-color': ['coalesce', ['get', 'fill'], ZERO], 'fill-opacity': 0.85, 'fill-antialias': false } },
    { id: CELL_FILL, type: 'fill', source: CELLS, paint: { 'fill-color': filled(NO_VALUE), 'fill-opacity': 0.92, 'fill-antialias': false } },
    { id: CELL_EDGE, type: 'line', source: CELLS, paint: { 'line-color': whereChosen(SELECTED, '#7d7466'), 'line-width': whereChosen(3, 0.6) } },
  ]
}

/** Footprints where they can be seen, dots where they cannot. */
function houseLayers(): LayerSpecification[] {
  return [
    { id: HOUSES, type: 'fill', source: SOURCE, 'source-layer': 'buildings', minzoom: HOUSES_FROM, paint: { 'fill-color': filled(ZERO), 'fill-outline-color': whereChosen(SELECTED, '#7d7466') } },
    {
      id: HOUSE_DOTS,
      type: 'circle',
      source: CELLS,
      maxzoom: 16,
      paint: {
        'circle-color': filled(NO_VALUE),
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 1.5, 14, 3.5, 17, 6],
        'circle-stroke-color': whereChosen(SELECTED, '#5d564b'),
        'circle-stroke-width': whereChosen(3, 0.5),
      },
    },
  ]
}
