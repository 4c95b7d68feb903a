import { expect, test } from 'vitest'
import type { PlanGrid } from '../register/plans'
import { byCode } from './use_plan'

function triangle(code: string, apex: number, households = 0): PlanGrid {
  return {
    type: 'Feature',
    properties: { code, name: '', kind: '综合', group: null, community: 'A', changed: false, area_m2: 1, perimeter_m: 4, compactness: 0.5, buildings: 0, households, parts: 1 },
    geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [apex, 1], [0, 0]]] },
  }
}

test('a grid that is read again as it was stays the same object, another vertex or figure makes it a new one', () => {
  const before = byCode([triangle('1', 0.5), triangle('2', 0.5), triangle('3', 0.5)])
  const after = byCode([triangle('1', 0.5), triangle('2', 0.6), triangle('3', 0.5, 7), triangle('4', 0)], before)
  expect(after.get('1')).toBe(before.get('1'))
  expect(after.get('2')?.geometry.coordinates[0]?.[2]).toEqual([0.6, 1])
  expect(after.get('3')?.properties.households).toBe(7)
  expect([...after.keys()]).toEqual(['1', '2', '3', '4'])
})
