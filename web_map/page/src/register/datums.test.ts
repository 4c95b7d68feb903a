import { expect, test } from 'vitest'
import type { Degrees } from './coordinates'
import { gcj02ToBd09, toWgs84, wgs84ToGcj02 } from './datums'

const here: Degrees = { lon: 112.85, lat: 35.49 }
const metres = (a: Degrees, b: Degrees) =>
  Math.hypot((a.lon - b.lon) * 111_320 * Math.cos((a.lat * Math.PI) / 180), (a.lat - b.lat) * 110_950)

test('GCJ-02 lies 552 to 591 m off and BD-09 1.29 to 1.36 km off around Jincheng', () => {
  const gcj = wgs84ToGcj02(here)
  expect(metres(here, gcj)).toBeGreaterThan(545)
  expect(metres(here, gcj)).toBeLessThan(620)
  const bd = gcj02ToBd09(gcj)
  expect(metres(here, bd)).toBeGreaterThan(1250)
  expect(metres(here, bd)).toBeLessThan(1400)
})

test('the way back closes within a tenth of a millimetre', () => {
  const gcj = wgs84ToGcj02(here)
  expect(metres(toWgs84(gcj, 'gcj02'), here)).toBeLessThan(1e-4)
  expect(metres(toWgs84(gcj02ToBd09(gcj), 'bd09'), here)).toBeLessThan(1e-4)
  expect(toWgs84(here, 'wgs84')).toBe(here)
})
