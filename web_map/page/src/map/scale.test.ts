import { expect, test } from 'vitest'
import { scaleBar } from './scale'

test('at the equator and zoom 0 a pixel is 78 km, so 96 pixels hold 5,000 km', () => {
  // 40,075,016.686 m / 512 px = 78,271.5 m a pixel; 96 px = 7,514 km; 5,000 km = 63.88 px
  const scale = scaleBar(0, 0)
  expect(scale.label).toBe('5000 km')
  expect(scale.pixels).toBeCloseTo(63.88, 2)
})

test('a bar is a round length that fits', () => {
  for (let zoom = 0; zoom <= 22; zoom += 0.37) {
    const { metres, pixels } = scaleBar(35.5, zoom)
    expect([1, 2, 5]).toContain(Number(metres.toExponential().split('e')[0]))
    expect(pixels).toBeLessThanOrEqual(96)
    expect(pixels).toBeGreaterThan(96 / 2.6)
  }
})
