// Two nets over each other: the one before in grey lines, what changes in colour, and a share of each.
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { ChangedShapes, NetShapes } from '../register/comparison'
import { CHANGE, INK, SELECTED } from './palette'

const BEFORE = 'compare-before'
const AFTER = 'compare-after'
const TURNED_OFF = ['grids', 'grid-border', 'grid-chosen', 'grid-chosen-halo'] as const

export class CompareLayer {
  constructor(private readonly map: MapLibre) {
    for (const id of [BEFORE, AFTER]) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, promoteId: 'code' })
    for (const layer of layers()) map.addLayer(layer, map.getLayer('label-building') ? 'label-building' : undefined)
    for (const id of TURNED_OFF) map.setLayoutProperty(id, 'visibility', 'none')
  }

  remove(): void {
    for (const { id } of layers()) if (this.map.getLayer(id)) this.map.removeLayer(id)
    for (const id of [BEFORE, AFTER]) if (this.map.getSource(id)) this.map.removeSource(id)
    for (const id of TURNED_OFF) this.map.setLayoutProperty(id, 'visibility', 'visible')
  }

  show(before: NetShapes | null, after: ChangedShapes | null): void {
    const empty = { type: 'FeatureCollection' as const, features: [] }
    this.map.getSource<GeoJSONSource>(BEFORE)?.setData((before as GeoJSON.FeatureCollection | null) ?? empty)
    this.map.getSource<GeoJSONSource>(AFTER)?.setData((after as GeoJSON.FeatureCollection | null) ?? empty)
  }

  /** share: 0 shows the net before alone, 1 what becomes of it alone. */
  blend(share: number): void {
    const early = Math.min(1, 2 * (1 - share))
    const late = Math.min(1, 2 * share)
    this.map.setPaintProperty('compare-before-line', 'line-opacity', 0.85 * early)
    this.map.setPaintProperty('compare-after-fill', 'fill-opacity', 0.5 * late)
    this.map.setPaintProperty('compare-after-line', 'line-opacity', late)
    this.map.setPaintProperty('compare-retired-line', 'line-opacity', late)
  }
}

function layers(): LayerSpecification[] {
  const colour = ['match', ['get', 'change'], ...Object.entries(CHANGE).flat(), INK] as unknown as ExpressionSpecification
  const round = { 'line-join': 'round', 'line-cap': 'round' } as const
  return [
    // retired ground is its heir's: a colour over that one's would look like a third
    { id: 'compare-after-fill', type: 'fill', source: AFTER, filter: ['!=', ['get', 'change'], 'retired'], paint: { 'fill-color': colour, 'fill-opacity': 0.5 } },
    { id: 'compare-before-line', type: 'line', source: BEFORE, layout: round, paint: { 'line-color': '#6b6459', 'line-width': 2, 'line-dasharray': [2.4, 1.6] } },
    { id: 'compare-after-line', type: 'line', source: AFTER, filter: ['!=', ['get', 'change'], 'retired'], layout: round, paint: { 'line-color': INK, 'line-width': 2.6 } },
    { id: 'compare-retired-line', type: 'line', source: AFTER, filter: ['==', ['get', 'change'], 'retired'], layout: round, paint: { 'line-color': SELECTED, 'line-width': 2.4, 'line-dasharray': [0.2, 2] } },
  ]
}
