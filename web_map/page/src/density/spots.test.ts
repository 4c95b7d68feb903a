import { expect, test } from 'vitest'
import type { Emerging } from './answers'
import { spotsOfEmerging, spotsOfHot } from './spots'

const ROWS: readonly Emerging[] = [
  { grid: 'A', name: '', hot: 'new', cold: null, trend: 1, steps: [0, 0, 0, 1], counts: [1, 1, 1, 9] },
  { grid: 'B', name: '', hot: null, cold: 'sporadic', trend: -1, steps: [-1, 0, 0, 0], counts: [0, 3, 3, 3] },
]
const kinds = (frame: number | null) => spotsOfEmerging(ROWS, frame, ({ hot, cold }) => hot ?? cold ?? '').map(({ code, kind, label }) => `${code} ${kind} ${label}`)

test('a grid is hot or cold in the bucket that is seen, and keeps its class in the others', () => {
  expect(kinds(0)).toEqual(['A quiet new', 'B cold sporadic'])
  expect(kinds(3)).toEqual(['A hot new', 'B quiet sporadic'])
})

test('seen as a whole it is what it once was', () => expect(kinds(null)).toEqual(['A hot new', 'B cold sporadic']))

test('hot spots of all days have their kind', () => {
  const found = [{ grid: 'A', name: '', kind: 'cold' as const, count: 1, expected: 4, z: -3, q: 0.01, moran: '' }]
  expect(spotsOfHot(found, (kind) => kind.toUpperCase())).toEqual([{ code: 'A', kind: 'cold', label: 'COLD' }])
})
