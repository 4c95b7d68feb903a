// The map's style: no basemap, no glyph server, no sprite. Everything comes from our own tiles,
// and text is drawn with the fonts of the machine.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Bounds } from '../register/coordinates'
import type { District } from '../register/types'
import { BASE_LAYERS, BASEMAP, baseLayers, baseSource } from './basemap'
import { BORDER, INK, PAPER, PARK, RAIL, ROAD, ROAD_CASING, SELECTED, USES, WATER } from './palette'
import { tintExpression } from './tint'

export const SOURCE = 'net'
export const MARKER = 'marker'
/** What can be taken off the map, and the layers that it is drawn with. */
export const GROUPS = {
  base: BASE_LAYERS,
  tints: ['grids'],
  buildings: ['buildings', 'label-building'],
  ways: ['parks', 'water', 'rivers', 'roads-casing', 'roads', 'railways', 'label-road'],
  names: ['label-grid', 'label-community', 'label-street'],
} as const
export type Group = keyof typeof GROUPS
/** Layers that answer a pointer, the topmost first. */
export const POINTED = ['grids'] as const
const TILE_MAX_ZOOM = 16
const CHOSEN_BUILDING = '#c8695c'
const MAJOR = ['ring', 'arterial', 'highway', 'trunk'] as const
const MINOR = ['road', 'street', 'country', 'village street'] as const
const LANES = ['lane', 'village lane', 'path'] as const

const flag = (name: 'hover' | 'selected'): ExpressionSpecification => ['boolean', ['feature-state', name], false]
const byZoom = (...stops: (number | ExpressionSpecification)[]): ExpressionSpecification =>
  ['interpolate', ['exponential', 1.6], ['zoom'], ...stops] as unknown as ExpressionSpecification
const kind = (...names: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', names]]
const shape = (type: 'Polygon' | 'LineString'): ExpressionSpecification => ['==', ['geometry-type'], type]
const both = (...parts: ExpressionSpecification[]) => ['all', ...parts] as FilterSpecification

/** Paler close up, where buildings carry the picture. */
const tinted = (plain: number): ExpressionSpecification => ['case', flag('selected'), plain + 0.3, flag('hover'), plain + 0.18, plain]
export const GRID_OPACITY: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 13, tinted(0.32), 16, tinted(0.2)]

/** tiles: the address with {z}, {x}, {y}; net_version makes a published net a new address. */
export function buildStyle(origin: string, netVersion: number | null, bounds: Bounds | null, basemap: District['basemap'] = null): StyleSpecification {
  return {
    version: 8,
    sources: {
      [SOURCE]: {
        type: 'vector',
        tiles: [`${origin}/v1/tiles/{z}/{x}/{y}.mvt${netVersion === null ? '' : `?net=${netVersion}`}`],
        maxzoom: TILE_MAX_ZOOM,
        promoteId: 'code',
        ...(bounds ? { bounds: [...bounds] as [number, number, number, number] } : {}),
      },
      ...(basemap ? { [BASEMAP]: baseSource(origin, basemap) } : {}),
      [MARKER]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': PAPER } },
      districtGround(),
      ...(basemap ? baseLayers(basemap) : []),
      grids(),
      ...ground(),
      ...buildings(),
      ...roads(),
      ...borders(),
      ...labels(),
      marker(),
    ],
  }
}

function ground(): LayerSpecification[] {
  return [
    layer('parks', 'features', 'fill', both(kind('park', 'square', 'green'), shape('Polygon')), { 'fill-color': PARK, 'fill-opacity': 0.9 }),
    layer('water', 'features', 'fill', both(kind('river', 'water', 'lake'), shape('Polygon')), { 'fill-color': WATER }),
    layer('rivers', 'features', 'line', both(kind('river', 'stream'), shape('LineString')), {
      'line-color': WATER,
      'line-width': byZoom(9, 1.2, 13, 5, 16, 24, 19, 120),
    }, { 'line-cap': 'round', 'line-join': 'round' }),
  ]
}

const districtGround = () => layer('district-ground', 'areas', 'fill', both(['==', ['get', 'level'], 'district']), { 'fill-color': '#fdfcf9' })
const grids = () => layer('grids', 'grids', 'fill', null, { 'fill-color': tintExpression(), 'fill-opacity': GRID_OPACITY, 'fill-antialias': false })

function buildings(): LayerSpecification[] {
  const fill = ['match', ['get', 'use'], ...Object.values(USES).flatMap(({ fill, names }) => (names.length ? [[...names], fill] : [])), USES.other.fill]
  return [
    layer('buildings', 'buildings', 'fill', null, {
      'fill-color': ['case', flag('selected'), CHOSEN_BUILDING, fill] as unknown as ExpressionSpecification,
      'fill-opacity': ['interpolate', ['linear'], ['zoom'], 14, 0.55, 15.5, 0.95],
      'fill-outline-color': 'rgba(70, 60, 50, 0.45)',
    }, {}, 14),
  ]
}

function roads(): LayerSpecification[] {
  const isRoad = both(kind(...MAJOR, ...MINOR, ...LANES), shape('LineString'))
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const
  const byClass = (major: number, minor: number, lane: number, casing: number): ExpressionSpecification =>
    ['match', ['get', 'kind'], [...MAJOR], major + casing, [...LANES], lane + casing, minor + casing]
  const width = (casing: number) =>
    byZoom(11, byClass(1, 0.4, 0, casing / 2), 14, byClass(5.4, 2.8, 1, casing / 2), 16, byClass(17, 9, 3.4, casing), 20, byClass(200, 100, 40, casing))
  return [
    layer('roads-casing', 'features', 'line', isRoad, { 'line-color': ROAD_CASING, 'line-width': width(1.6) }, round),
    layer('roads', 'features', 'line', isRoad, { 'line-color': ROAD, 'line-width': width(0) }, round),
    layer('railways', 'features', 'line', both(kind('railway', 'rail'), shape('LineString')), {
      'line-color': RAIL,
      'line-width': byZoom(11, 1, 16, 3),
      'line-dasharray': [4, 2],
    }),
  ]
}

function borders(): LayerSpecification[] {
  const join = { 'line-join': 'round', 'line-cap': 'round' } as const
  const level = (name: string) => both(['==', ['get', 'level'], name])
  return [
    layer('grid-border', 'grids', 'line', null, {
      'line-color': BORDER.grid,
      'line-width': byZoom(11, 0.15, 13, 0.6, 16, 1.4, 19, 2.4),
      'line-opacity': ['interpolate', ['linear'], ['zoom'], 11, 0.25, 13.5, 0.9],
    }, join),
    layer('community-border', 'areas', 'line', level('community'), { 'line-color': BORDER.community, 'line-width': byZoom(9, 0.35, 12, 1, 16, 2.4, 19, 4) }, join),
    layer('street-halo', 'areas', 'line', level('street'), { 'line-color': '#fffdf8', 'line-opacity': 0.75, 'line-width': byZoom(8, 2, 12, 5, 16, 9) }, join),
    layer('street-border', 'areas', 'line', level('street'), { 'line-color': BORDER.street, 'line-width': byZoom(8, 0.8, 12, 2.2, 16, 4) }, join),
    layer('district-border', 'areas', 'line', level('district'), { 'line-color': BORDER.district, 'line-width': byZoom(8, 1.6, 12, 3.2, 16, 5.5) }, join),
    layer('grid-chosen-halo', 'grids', 'line', null, { 'line-color': '#ffffff', 'line-width': 6, 'line-opacity': ['case', flag('selected'), 0.95, 0] }, join),
    layer('grid-chosen', 'grids', 'line', null, {
      'line-color': ['case', flag('selected'), SELECTED, INK],
      'line-width': ['case', flag('selected'), 3, 1.6],
      'line-opacity': ['case', flag('selected'), 1, flag('hover'), 0.75, 0],
    }, join),
    layer('area-chosen', 'areas', 'line', null, { 'line-color': SELECTED, 'line-width': 3.2, 'line-opacity': ['case', flag('selected'), 1, 0] }, join),
  ]
}

function labels(): LayerSpecification[] {
  const whole: ExpressionSpecification = ['coalesce', ['get', 'name'], ['get', 'code']]
  // beside its community's label a grid needs its number only: 第3网格 of 笔峰寺社区第3网格
  const number: ExpressionSpecification = ['let', 'at', ['index-of', '第', whole], ['case', ['>', ['var', 'at'], 0], ['slice', whole, ['var', 'at']], whole]]
  const text = (id: string, level: string, minzoom: number, maxzoom: number, size: ExpressionSpecification, color: string, extra: object = {}, name: ExpressionSpecification = whole): LayerSpecification => ({
    id,
    type: 'symbol',
    source: SOURCE,
    'source-layer': 'labels',
    minzoom,
    maxzoom,
    filter: ['==', ['get', 'level'], level],
    layout: {
      'text-field': name,
      'text-font': ['sans-serif'],
      'text-size': size,
      'text-max-width': 7,
      'text-padding': 4,
      'symbol-sort-key': ['to-number', ['get', 'rank'], 0],
      ...extra,
    },
    paint: { 'text-color': color, 'text-halo-color': 'rgba(253, 252, 249, 0.92)', 'text-halo-width': 1.6 },
  })
  const size = (...stops: number[]) => ['interpolate', ['linear'], ['zoom'], ...stops] as unknown as ExpressionSpecification
  return [
    text('label-building', 'building', 17, 24, size(17, 10.5, 20, 14), '#4b4337'),
    text('label-road', 'road', 15, 24, size(15, 10.5, 18, 13), '#5f594e'),
    text('label-grid', 'grid', 14.5, 24, size(14.5, 11, 18, 14), '#3d4a53', {}, number),
    text('label-community', 'community', 12, 17.5, size(12, 11, 15, 15), '#2f4454'),
    text('label-street', 'street', 9, 14, size(9, 12, 13, 20), INK, { 'text-letter-spacing': 0.12 }),
  ]
}

function marker(): LayerSpecification {
  return {
    id: 'marker',
    type: 'circle',
    source: MARKER,
    paint: { 'circle-radius': 6, 'circle-color': SELECTED, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2.5 },
  }
}

function layer(
  id: string,
  sourceLayer: string,
  type: 'fill' | 'line',
  filter: FilterSpecification | null,
  paint: object,
  layout: object = {},
  minzoom = 0,
): LayerSpecification {
  return {
    id, type, source: SOURCE, 'source-layer': sourceLayer, minzoom, paint, layout,
    ...(filter ? { filter } : {}),
  } as LayerSpecification
}
