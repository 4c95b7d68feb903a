// The area of a call list on the map.
import type { Polygon } from 'geojson'
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl'
import type { CallArea } from '../register/calls'
import { SELECTED } from './palette'

const AREA = 'calls'
const METRES_PER_DEGREE = 111_320
const CORNERS = 64

export class CallsLayer {
  constructor(private readonly map: MapLibre) {
    map.addSource(AREA, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    for (const layer of LAYERS) map.addLayer(layer)
  }

  remove(): void {
    for (const { id } of LAYERS) this.map.removeLayer(id)
    this.map.removeSource(AREA)
  }

  show(area: CallArea | null): void {
    const geometry = area && outlineOf(area)
    this.map.getSource<GeoJSONSource>(AREA)?.setData({
      type: 'FeatureCollection',
      features: geometry ? [{ type: 'Feature', properties: {}, geometry }] : [],
    })
  }
}

/** The area as a polygon; a circle as the server would draw it, to a few decimetres. */
export function outlineOf(area: CallArea): Polygon {
  if ('polygon' in area) return area.polygon
  const degrees = area.radius_m / METRES_PER_DEGREE
  const squeeze = Math.cos((area.lat * Math.PI) / 180)
  const ring = Array.from({ length: CORNERS + 1 }, (_, i) => {
    const turn = (2 * Math.PI * (i % CORNERS)) / CORNERS
    return [area.lon + (degrees / squeeze) * Math.cos(turn), area.lat + degrees * Math.sin(turn)]
  })
  return { type: 'Polygon', coordinates: [ring] }
}

const LAYERS: readonly LayerSpecification[] = [
  { id: 'calls-fill', type: 'fill', source: AREA, paint: { 'fill-color': SELECTED, 'fill-opacity': 0.12 } },
  { id: 'calls-line', type: 'line', source: AREA, layout: { 'line-join': 'round' }, paint: { 'line-color': SELECTED, 'line-width': 3, 'line-dasharray': [2, 1.2] } },
]
