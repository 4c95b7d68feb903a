// Faults of a file on the map: where they are, which one is looked at, and what becomes of the ground there.
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { NetMap } from './net_map'
import { INK, SELECTED } from './palette'

const POINTS = 'faults'
const NET = 'faults-net'
const GROUND = 'faults-ground'
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] }
export const BEFORE = '#b0492c'
export const AFTER = '#2c6fa8'
export const LEFT = '#8b8476'
export const DOUBT = '#e0a800'

export interface FaultPoint {
  readonly key: string
  readonly lon: number
  readonly lat: number
  readonly bad: boolean
}

export interface FaultShape {
  readonly key: string
  readonly colour: string
  readonly chosen: boolean
  readonly geometry: Geometry | null
}

export class FaultsLayer {
  private readonly stop: () => void

  constructor(private readonly net: NetMap, onFault: (key: string) => void) {
    const { map } = net
    for (const id of [NET, GROUND, POINTS]) map.addSource(id, { type: 'geojson', data: EMPTY })
    for (const layer of LAYERS) map.addLayer(layer)
    const click = ({ point }: { point: { x: number; y: number } }) => {
      const box: [[number, number], [number, number]] = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]]
      const found = map.queryRenderedFeatures(box, { layers: ['faults-point', 'faults-ground-line', 'faults-ground-fill'] })[0]
      if (found) onFault(String(found.properties.key))
    }
    const watched = map.on('click', click)
    this.stop = () => watched.unsubscribe()
  }

  remove(): void {
    if (!this.net.isAlive) return
    this.stop()
    for (const { id } of LAYERS) this.map.removeLayer(id)
    for (const id of [NET, GROUND, POINTS]) this.map.removeSource(id)
  }

  points(faults: readonly FaultPoint[], chosen: string | null): void {
    this.set(POINTS, faults.map(({ key, lon, lat, bad }) => ({ type: 'Feature', properties: { key, bad, chosen: key === chosen }, geometry: { type: 'Point', coordinates: [lon, lat] } })))
  }

  /** The net of the file: as it came (`side` before) and as it would be (after). */
  lines(shapes: readonly { readonly side: 'before' | 'after'; readonly geometry: Geometry | null }[]): void {
    this.set(NET, shapes.flatMap(({ side, geometry }) => (geometry ? [{ type: 'Feature', properties: { side }, geometry }] : [])))
  }

  /** The shapes of faults, be they ground or lines; the first lies on top. */
  shapes(shapes: readonly FaultShape[]): void {
    this.set(GROUND, shapes.flatMap(({ geometry, ...properties }) => (geometry ? [{ type: 'Feature' as const, properties: { ...properties, ground: geometry.type.endsWith('Polygon') }, geometry }] : [])).reverse())
  }

  private get map(): MapLibre {
    return this.net.map
  }

  private set(id: string, features: Feature[]): void {
    this.map.getSource<GeoJSONSource>(id)?.setData({ type: 'FeatureCollection', features })
  }
}

const round = { 'line-join': 'round', 'line-cap': 'round' } as const
const LAYERS: readonly LayerSpecification[] = [
  { id: 'faults-ground-fill', type: 'fill', source: GROUND, filter: ['get', 'ground'], paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': ['case', ['get', 'chosen'], 0.75, 0.4] } },
  { id: 'faults-after', type: 'line', source: NET, filter: ['==', ['get', 'side'], 'after'], layout: round, paint: { 'line-color': AFTER, 'line-width': 2.6 } },
  { id: 'faults-before', type: 'line', source: NET, filter: ['==', ['get', 'side'], 'before'], layout: round, paint: { 'line-color': BEFORE, 'line-width': 1.6, 'line-dasharray': [2, 1.4] } },
  { id: 'faults-ground-line', type: 'line', source: GROUND, layout: round, paint: { 'line-color': ['case', ['all', ['get', 'chosen'], ['get', 'ground']], INK, ['get', 'colour']], 'line-width': ['case', ['!', ['get', 'chosen']], 1.6, ['get', 'ground'], 2.6, 6] } },
  {
    id: 'faults-point',
    type: 'circle',
    source: POINTS,
    layout: { 'circle-sort-key': ['case', ['get', 'chosen'], 1, 0] },
    paint: {
      'circle-color': ['case', ['get', 'bad'], SELECTED, DOUBT],
      'circle-radius': ['case', ['get', 'chosen'], 9, 5],
      'circle-stroke-color': ['case', ['get', 'chosen'], INK, '#ffffff'],
      'circle-stroke-width': ['case', ['get', 'chosen'], 3, 1.5],
    },
  },
]
