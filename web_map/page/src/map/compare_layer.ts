// Two nets: over each other with a share of each, or one of them alone.
import type { Feature, Polygon } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import { labelPoint } from '../planning/topology'
import type { ChangedShapes, NetShapes } from '../register/comparison'
import { INK, SELECTED } from './palette'

/** How the names of the sources and layers begin. */
export const COMPARE = 'compare-'
const BEFORE = 'compare-before'
const AFTER = 'compare-after'
const TURNED_OFF = ['grids', 'grid-border', 'grid-chosen', 'grid-chosen-halo'] as const
export const CHANGE = { changed: '#3f78ad', new: '#3c8a5c', retired: '#b0492c', renamed: '#8a6fb0' } as const
/** What a map shows: both nets, or the one of its side with its names. */
export type Side = 'both' | 'early' | 'late'

export class CompareLayer {
  constructor(private readonly map: MapLibre) {
    for (const id of [BEFORE, AFTER]) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    for (const layer of layers()) map.addLayer(layer, layer.type === 'symbol' || !map.getLayer('label-building') ? undefined : 'label-building')
    this.turn('none')
  }

  remove(): void {
    for (const { id } of layers()) if (this.map.getLayer(id)) this.map.removeLayer(id)
    for (const id of [BEFORE, AFTER]) if (this.map.getSource(id)) this.map.removeSource(id)
    this.turn('visible')
  }

  show(before: NetShapes, after: ChangedShapes): void {
    const changes = new Set(after.features.map(({ properties }) => properties.code))
    this.set(BEFORE, before.features.flatMap(({ geometry, properties: { code, name } }) => withName(geometry, { stays: !changes.has(code) }, name || code)))
    this.set(AFTER, after.features.flatMap(({ geometry, properties: { code, name, change } }) => withName(geometry, { change }, change === 'retired' ? '' : name || code)))
  }

  /** share, of both: 0 shows the net before alone, 1 what becomes of it alone. */
  see(side: Side, share: number): void {
    const early = side === 'both' ? Math.min(1, 2 * (1 - share)) : 1
    const late = side === 'both' ? Math.min(1, 2 * share) : Number(side === 'late')
    this.map.setPaintProperty('compare-before-line', 'line-opacity', 0.85 * early)
    this.map.setPaintProperty('compare-after-fill', 'fill-opacity', 0.5 * late)
    this.map.setPaintProperty('compare-after-line', 'line-opacity', late)
    this.map.setPaintProperty('compare-retired-line', 'line-opacity', side === 'late' ? 0 : late)
    // beside the divider no border is one of the other side
    this.map.setPaintProperty('compare-before-line', 'line-dasharray', side === 'late' ? undefined : DASHES)
    this.map.setPaintProperty('compare-before-line', 'line-color', side === 'late' ? INK : BEFORE_COLOUR)
    this.map.setFilter('compare-before-line', side === 'late' ? ['get', 'stays'] : null)
    this.map.setFilter('compare-before-name', side === 'both' ? NOTHING : side === 'late' ? ['get', 'stays'] : null)
    this.map.setFilter('compare-after-name', side === 'late' ? null : NOTHING)
  }

  private turn(visibility: 'none' | 'visible'): void {
    for (const id of TURNED_OFF) this.map.setLayoutProperty(id, 'visibility', visibility)
  }

  private set(id: string, features: Feature[]): void {
    this.map.getSource<GeoJSONSource>(id)?.setData({ type: 'FeatureCollection', features })
  }
}

/** A shape, and the place of its name: lines and fills take no points, and names no polygons. */
function withName(geometry: Polygon | GeoJSON.MultiPolygon | null, properties: Record<string, unknown>, name: string): Feature[] {
  if (!geometry) return []
  const piece = geometry.type === 'Polygon' ? geometry.coordinates : (geometry.coordinates[0] ?? [])
  return [
    { type: 'Feature', geometry, properties },
    { type: 'Feature', geometry: { type: 'Point', coordinates: labelPoint(piece) }, properties: { ...properties, name } },
  ]
}

const DASHES = [2.4, 1.6]
const BEFORE_COLOUR = '#6b6459'
const NOTHING: ExpressionSpecification = ['literal', false]

function layers(): LayerSpecification[] {
  const colour = ['match', ['get', 'change'], ...Object.entries(CHANGE).flat(), INK] as unknown as ExpressionSpecification
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  const name = (id: string, source: string): LayerSpecification => ({
    id, type: 'symbol', source, filter: NOTHING,
    layout: { 'text-field': ['get', 'name'], 'text-font': ['sans-serif'], 'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10, 18, 15], 'text-max-width': 9 },
    paint: { 'text-color': INK, 'text-halo-color': 'rgba(253, 252, 249, 0.94)', 'text-halo-width': 1.8 },
  })
  return [
    // retired ground is its heir's: a colour over that one's would look like a third
    { id: 'compare-after-fill', type: 'fill', source: AFTER, filter: ['!=', ['get', 'change'], 'retired'], paint: { 'fill-color': colour, 'fill-opacity': 0.5 } },
    { id: 'compare-before-line', type: 'line', source: BEFORE, layout: round, paint: { 'line-color': BEFORE_COLOUR, 'line-width': 2, 'line-dasharray': DASHES } },
    { id: 'compare-after-line', type: 'line', source: AFTER, filter: ['!=', ['get', 'change'], 'retired'], layout: round, paint: { 'line-color': INK, 'line-width': 2.6 } },
    { id: 'compare-retired-line', type: 'line', source: AFTER, filter: ['==', ['get', 'change'], 'retired'], layout: round, paint: { 'line-color': SELECTED, 'line-width': 2.4, 'line-dasharray': [0.2, 2] } },
    name('compare-before-name', BEFORE),
    name('compare-after-name', AFTER),
  ]
}
