// Colours that mean something stay apart in every kind of sight, or something else than colour says it too.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RAMP } from '../density/ramp'
import { CHANGE, FAULT, PAPER, REPAIR, SPOT, TINTS, TONE, TONE_FREE, USES, WITHIN_BAR } from './palette'
import { difference, lab, over, SIGHTS, type Sight } from './sight'

/** ΔE2000: about 2 is just seen side by side; from 10 on two areas are told apart at a glance. */
const APART = 10
/** L* from class to class, so that grey paper keeps the order too. */
const STEP = 5

/** The two colours that come nearest to each other, in words for a failure. */
function nearest(colours: Readonly<Record<string, string>>, sight: Sight): { pair: string; apart: number } {
  const all = Object.entries(colours)
  const pairs = all.flatMap(([name, hex], i) => all.slice(i + 1).map(([other, second]) => ({ pair: `${name} ${other}`, apart: difference(lab(hex, sight), lab(second, sight)) })))
  return pairs.reduce((least, pair) => (pair.apart < least.apart ? pair : least))
}

const lightness = (colours: readonly string[], sight: Sight) => colours.map((hex) => lab(hex, sight)[0])
const halved = Object.fromEntries(Object.entries(CHANGE).map(([change, hex]) => [change, over(hex, 0.5, PAPER)]))
const rule = (selector: string) => new RegExp(`^\\.light\\.${selector} \\{(.*)\\}$`, 'm').exec(readFileSync(new URL('../style.css', import.meta.url), 'utf8'))?.[1] ?? ''
const LIGHTS = Object.fromEntries(['green', 'yellow', 'red'].map((light) => [light, /background: (#\w{6})/.exec(rule(light))?.[1] ?? '']))

test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
] as const)('the difference is that of the published pairs', (first, second, expected) => {
  expect(difference(first, second)).toBeCloseTo(expected, 4)
})

test('red and green that differ look alike to those who have no green cones', () => {
  expect(nearest({ red: '#b06060', green: '#7a7a60' }, 'deuteranopia').apart).toBeLessThan(APART)
  expect(nearest({ red: '#b06060', green: '#7a7a60' }, 'normal').apart).toBeGreaterThan(2 * APART)
})

describe.each(SIGHTS)('%s', (sight) => {
  test('the ramp goes down in lightness, step by step', () => {
    const light = lightness(RAMP, sight)
    for (let i = 1; i < light.length; i++) expect((light[i - 1] ?? 0) - (light[i] ?? 0), `class ${i}`).toBeGreaterThan(STEP)
  })

  test('the band is lightest in the middle, and both arms go down', () => {
    const light = lightness(Object.values(TONE), sight)
    const arms = [light.slice(0, 3).reverse(), light.slice(2)]
    for (const arm of arms) for (let i = 1; i < arm.length; i++) expect((arm[i - 1] ?? 0) - (arm[i] ?? 0)).toBeGreaterThan(STEP)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['the band on the map', { ...TONE, free: TONE_FREE }], // the number of households stands in every grid as well
    ['the band in the table', { ...TONE, within: WITHIN_BAR, free: TONE_FREE }], // with the deviation in per cent
    ['what becomes of grids', halved],
    ['uses of buildings', Object.fromEntries(Object.entries(USES).map(([use, { fill }]) => [use, fill]))],
    ['tints of neighbours', Object.fromEntries(TINTS.map((hex) => [hex, hex]))],
    ['spots', Object.fromEntries(Object.entries(SPOT).map(([kind, { colour }]) => [kind, colour]))],
    ['a repair', REPAIR],
    ['faults', FAULT],
    ['lights', LIGHTS],
  ])('%s', (_, colours) => {
    const { pair, apart } = nearest(colours, sight)
    expect(apart, pair).toBeGreaterThanOrEqual(APART)
  })
})

test('spots differ in their dashes, and lights in their shape', () => {
  expect(new Set(Object.values(SPOT).map(({ dashes }) => String(dashes))).size).toBe(Object.keys(SPOT).length)
  const shapes = Object.keys(LIGHTS).map((light) => /(border-radius|clip-path)/.exec(rule(light))?.[1] ?? 'square')
  expect(new Set(shapes).size).toBe(shapes.length)
})
