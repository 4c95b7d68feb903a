import { expect, test } from 'vitest'
import { deviation, histogram, roundUp, toneOf } from './balance'

test('a grid inside its band, or without one, deviates by nothing', () => {
  expect(deviation(300, [300, 500])).toBe(0)
  expect(deviation(500, [300, 500])).toBe(0)
  expect(deviation(9000, null)).toBe(0)
})

test('outside, the deviation is a share of the limit that is passed', () => {
  expect(deviation(240, [300, 500])).toBeCloseTo(-0.2)
  expect(deviation(600, [300, 500])).toBeCloseTo(0.2)
})

test.each([[0, 'free'], [200, 'far-under'], [299, 'under'], [400, 'within'], [501, 'over'], [700, 'far-over']] as const)(
  '%i households of 300 to 500 are %s',
  (households, tone) => expect(toneOf({ households, band: [300, 500] })).toBe(tone),
)

test('bins are of a round width, hold every value and end with the largest', () => {
  expect(roundUp(41.7)).toBe(50)
  expect(roundUp(1)).toBe(1)
  const bins = histogram([0, 49, 50, 500], 12)
  expect(bins[0]).toEqual({ from: 0, to: 50, count: 2 })
  expect(bins).toHaveLength(11)
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(4)
  expect(histogram([])).toEqual([])
  expect(histogram([0, 0])).toEqual([])
})
