import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { classColour, classOf, classRows, colourOf, NO_VALUE, RAMP, ZERO } from './ramp'

const python = readFileSync(new URL('../../../report/palette.py', import.meta.url), 'utf-8')

test('the map and the reports paint with the same colours', () => {
  const hex = (name: string) => [...(new RegExp(`^${name} = (.*)$`, 'm').exec(python)?.[1] ?? '').matchAll(/#[0-9a-f]{6}/g)].map(String)
  expect(hex('RAMP')).toEqual([...RAMP])
  expect(hex('NONE')).toEqual([NO_VALUE])
  expect(hex('ZERO')).toEqual([ZERO])
})

test('a bound belongs to the class below it, zero and nothing have colours of their own', () => {
  const breaks = [1, 3, 8]
  expect([0, 1, 1.5, 3, 8, 9].map((value) => classOf(value, breaks))).toEqual([-1, 0, 1, 1, 2, 2])
  expect([colourOf(0, breaks), colourOf(null, breaks), colourOf(8, breaks), colourOf(1, [])]).toEqual([ZERO, NO_VALUE, RAMP[5], ZERO])
})

test('few classes are spread over the ramp as in the reports', () => {
  const spread = (count: number) => Array.from({ length: count }, (_, i) => RAMP.indexOf(classColour(i, count) as (typeof RAMP)[number]))
  expect([1, 2, 3, 4, 5, 6].map(spread)).toEqual([[2], [0, 5], [0, 2, 5], [0, 2, 3, 5], [0, 1, 2, 4, 5], [0, 1, 2, 3, 4, 5]])
})

test('classes of whole numbers say what they hold', () => {
  expect(classRows([1, 2.5, 2.8, 7], true).map(({ low, high }) => [low, high])).toEqual([[1, 1], [2, 2], [3, 7]])
  expect(classRows([1.2, 3.5], false).map(({ low, high }) => [low, high])).toEqual([[0, 1.2], [1.2, 3.5]])
})
