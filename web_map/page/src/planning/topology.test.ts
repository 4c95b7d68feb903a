import { expect, test } from 'vitest'
import type { PlanGrid } from '../register/plans'
import { areNeighbours, boundsOf, contains, labelPoint, middleOf, Vertices, withVertexMoved } from './topology'

function square(code: string, west: number, south: number): PlanGrid {
  const [east, north] = [west + 1, south + 1]
  return {
    type: 'Feature',
    properties: { code, name: '', kind: '综合', group: null, community: 'A', changed: false, area_m2: 1, perimeter_m: 4, compactness: 0.78, buildings: 0, households: 0, parts: 1 },
    geometry: { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
  }
}
const NET = [square('1', 0, 0), square('2', 1, 0), square('3', 1, 1), square('4', 5, 5)]

test('a vertex belongs to every grid that has it', () => {
  const vertices = new Vertices(NET)
  expect(vertices.ownersOf([1, 1])).toEqual(['1', '2', '3'])
  expect(vertices.ownersOf([0, 0])).toEqual(['1'])
  expect(vertices.of(new Set(['1']))).toHaveLength(4)
})

test('the nearest vertex is found within its distance only', () => {
  const vertices = new Vertices(NET)
  const project = ([lon, lat]: readonly number[]) => ({ x: (lon ?? 0) * 100, y: (lat ?? 0) * 100 })
  expect(vertices.nearest({ x: 96, y: 103 }, project, 10)).toEqual([1, 1])
  expect(vertices.nearest({ x: 50, y: 50 }, project, 10)).toBeNull()
})

test('a moved vertex moves in every grid at once, closing ones included, and the rest stay the same objects', () => {
  const moved = withVertexMoved(NET, [1, 1], [1.2, 0.9])
  for (const grid of moved.slice(0, 3)) expect(JSON.stringify(grid.geometry.coordinates)).toContain('[1.2,0.9]')
  const ring = moved[2]?.geometry.coordinates[0]
  expect(ring?.[0]).toEqual(ring?.at(-1))
  expect(moved[3]).toBe(NET[3])
  expect(NET[0]?.geometry.coordinates[0]?.[2]).toEqual([1, 1])
})

test('neighbours share an edge, not only a corner', () => {
  const [one, two, three, four] = NET as [PlanGrid, PlanGrid, PlanGrid, PlanGrid]
  expect(areNeighbours(one, two)).toBe(true)
  expect(areNeighbours(one, three)).toBe(false)
  expect(areNeighbours(one, four)).toBe(false)
})

test('the label of a horseshoe stands on it, not in its opening', () => {
  const shoe = [[[0, 0], [6, 0], [6, 6], [4, 6], [4, 1], [2, 1], [2, 6], [0, 6], [0, 0]]]
  const [lon] = labelPoint(shoe)
  expect(lon < 2 || lon > 4).toBe(true)
})

test('bounds hold all', () => {
  expect(boundsOf(NET)).toEqual([0, 0, 6, 6])
  expect(boundsOf([])).toBeNull()
})

test('a hole is not inside', () => {
  const ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
  const hole = [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]
  expect(contains([ring, hole], [3, 3])).toBe(true)
  expect(contains([ring, hole], [1.5, 1.5])).toBe(false)
  expect(contains([ring, hole], [5, 1])).toBe(false)
})

test('the middle of a bent line lies on it', () => {
  expect(middleOf([[0, 0], [3, 0], [3, 1]])).toEqual([2, 0])
  expect(middleOf([[7, 8]])).toEqual([7, 8])
})
