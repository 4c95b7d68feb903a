import { expect, test } from 'vitest'
import { BASE_LAYERS, baseLayers } from './basemap'

const drawnOf = (...layers: string[]) => baseLayers({ layers }).map((each) => `${each.id}<${'source-layer' in each ? each['source-layer'] : ''}`)

test('pictures are one layer', () => {
  expect(baseLayers({ layers: null }).map(({ id, type }) => [id, type])).toEqual([['basemap', 'raster']])
})

test('vector tiles are drawn by the names of either schema, and nothing else is asked of them', () => {
  expect(drawnOf('earth', 'water', 'roads', 'buildings', 'places')).toEqual(['base-water<water', 'base-river<water', 'base-building<buildings', 'base-casing<roads', 'base-road<roads', 'base-rail<roads', 'base-way<roads', 'base-place<places'])
  expect(drawnOf('water', 'waterway', 'transportation', 'transportation_name', 'building', 'park')).toEqual(['base-park<park', 'base-water<water', 'base-river<waterway', 'base-building<building', 'base-casing<transportation', 'base-road<transportation', 'base-rail<transportation', 'base-way<transportation_name'])
  expect(drawnOf('contours')).toEqual([])
})

test('all can be taken off the map', () => {
  const all = baseLayers({ layers: ['landcover', 'landuse', 'park', 'water', 'roads', 'buildings', 'places'] })
  expect(all.every(({ id }) => BASE_LAYERS.includes(id))).toBe(true)
})
