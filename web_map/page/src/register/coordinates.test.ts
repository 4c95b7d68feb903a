import { describe, expect, test } from 'vitest'
import { type Bounds, formatPair, parsePair } from './coordinates'

const jincheng: Bounds = [112.7, 35.4, 113.0, 35.6]

describe('a pair of degrees', () => {
  test.each(['35.49,112.85', '112.85,35.49', '112.85，35.49', ' 35.49  112.85 ', 'N35.49 E112.85', '35.49°、112.85°'])(
    '%s is one place, in either order',
    (text) => expect(parsePair(text, jincheng)).toEqual({ lon: 112.85, lat: 35.49 }),
  )

  test('where both orders are on the globe, the one nearer to the district is meant', () => {
    const washington: Bounds = [-77.1, 38.8, -76.9, 39]
    expect(parsePair('38.9 -77.03', washington)).toEqual({ lon: -77.03, lat: 38.9 })
    expect(parsePair('-77.03 38.9', washington)).toEqual({ lon: -77.03, lat: 38.9 })
  })

  test.each(['140502006022', '兰花路 12', '35.49', '35.49,112.85,3', '200,300', '', '12,'])(
    '%s is no pair',
    (text) => expect(parsePair(text, jincheng)).toBeNull(),
  )

  test('is shown with latitude first and a metre of precision', () => {
    expect(formatPair({ lon: 112.8512345, lat: 35.5 })).toBe('35.50000, 112.85123')
  })
})
