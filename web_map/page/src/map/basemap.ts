// What lies beneath the net where the settings name it: pictures, or vector tiles whose layers are named as
// Protomaps or OpenMapTiles name them. Drawn paler than our own ground, which lies above it.
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { District } from '../register/types'
import { PARK, RAIL, ROAD, ROAD_CASING, WATER } from './palette'

export const BASEMAP = 'basemap'
type Basemap = NonNullable<District['basemap']>
type Drawn = Omit<LayerSpecification, 'source' | 'source-layer'> & { readonly from: readonly string[] }

const kind: ExpressionSpecification = ['to-string', ['coalesce', ['get', 'class'], ['get', 'kind'], '']]
const is = (...kinds: string[]): ExpressionSpecification => ['in', kind, ['literal', kinds]]
const shape = (name: 'Polygon' | 'LineString' | 'Point'): ExpressionSpecification => ['==', ['geometry-type'], name]
const GREEN = is('park', 'wood', 'forest', 'grass', 'grassland', 'garden', 'meadow', 'scrub', 'pitch', 'cemetery', 'nature_reserve', 'recreation_ground', 'village_green')
const RAILS = is('rail', 'railway', 'transit')
const MAJOR = is('motorway', 'trunk', 'primary', 'secondary', 'highway', 'major_road')
const PATHS = is('path', 'track', 'footway', 'service')
const ROADS = ['roads', 'transportation']

const widths = (casing: number): ExpressionSpecification => {
  const width = (major: number, minor: number, path: number): ExpressionSpecification => ['case', MAJOR, major + casing, PATHS, path + casing, minor + casing]
  return ['interpolate', ['exponential', 1.6], ['zoom'], 9, width(0.8, 0, 0), 14, width(4, 1.6, 0.4), 18, width(26, 14, 4)]
}
const name: ExpressionSpecification = ['coalesce', ['get', 'name:zh'], ['get', 'name:zh-Hans'], ['get', 'name']]
const text = { 'text-field': name, 'text-font': ['sans-serif'], 'text-size': 11, 'text-max-width': 8 }
const ink = { 'text-color': '#6b665c', 'text-halo-color': 'rgba(253, 252, 249, 0.9)', 'text-halo-width': 1.4 }
const round = { 'line-cap': 'round', 'line-join': 'round' } as const

const DRAWN = [
  { id: 'base-green', from: ['landcover'], type: 'fill', filter: GREEN, paint: { 'fill-color': PARK, 'fill-opacity': 0.5 } },
  { id: 'base-use', from: ['landuse'], type: 'fill', filter: GREEN, paint: { 'fill-color': PARK, 'fill-opacity': 0.6 } },
  { id: 'base-park', from: ['park'], type: 'fill', paint: { 'fill-color': PARK, 'fill-opacity': 0.6 } },
  { id: 'base-water', from: ['water'], type: 'fill', filter: shape('Polygon'), paint: { 'fill-color': WATER } },
  { id: 'base-river', from: ['waterway', 'water'], type: 'line', filter: shape('LineString'), layout: round, paint: { 'line-color': WATER, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 9, 0.8, 17, 10] } },
  { id: 'base-building', from: ['buildings', 'building'], type: 'fill', minzoom: 14, paint: { 'fill-color': '#e3ddd1' } },
  { id: 'base-casing', from: ROADS, type: 'line', filter: ['all', shape('LineString'), ['!', RAILS]], layout: round, paint: { 'line-color': ROAD_CASING, 'line-width': widths(1.2) } },
  { id: 'base-road', from: ROADS, type: 'line', filter: ['all', shape('LineString'), ['!', RAILS]], layout: round, paint: { 'line-color': ROAD, 'line-width': widths(0) } },
  { id: 'base-rail', from: ['transit', ...ROADS], type: 'line', filter: ['all', shape('LineString'), RAILS], paint: { 'line-color': RAIL, 'line-width': 1.4, 'line-dasharray': [4, 2] } },
  { id: 'base-way', from: ['transportation_name', ...ROADS], type: 'symbol', minzoom: 14, layout: { ...text, 'symbol-placement': 'line' }, paint: ink },
  { id: 'base-place', from: ['places', 'place'], type: 'symbol', filter: shape('Point'), layout: text, paint: ink },
] as unknown as readonly Drawn[]

/** Every layer that it may be drawn with. */
export const BASE_LAYERS: readonly string[] = [BASEMAP, ...DRAWN.map(({ id }) => id)]

export function baseSource(origin: string, { layers, min_zoom, max_zoom }: Basemap): SourceSpecification {
  const zooms = { tiles: [`${origin}/v1/basemap/{z}/{x}/{y}`], minzoom: min_zoom, maxzoom: max_zoom }
  return layers ? { type: 'vector', ...zooms } : { type: 'raster', tileSize: 256, ...zooms }
}

/** The layers of the style: those for which its tiles have anything. */
export function baseLayers({ layers }: Pick<Basemap, 'layers'>): LayerSpecification[] {
  if (!layers) return [{ id: BASEMAP, type: 'raster', source: BASEMAP }]
  return DRAWN.flatMap(({ from, ...drawn }) => {
    const found = from.find((each) => layers.includes(each))
    return found ? [{ ...drawn, source: BASEMAP, 'source-layer': found } as LayerSpecification] : []
  })
}
