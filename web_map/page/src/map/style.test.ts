import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { expect, test } from 'vitest'
import { USES, useOf } from './palette'
import { buildStyle } from './style'

const style = buildStyle('http://localhost', 7, [112.7, 35.4, 113, 35.6])

test('the style is valid', () => {
  expect(validateStyleMin(style)).toEqual([])
})

test('nothing in the style asks another machine', () => {
  expect(style.glyphs).toBeUndefined()
  expect(style.sprite).toBeUndefined()
  expect([...JSON.stringify(style).matchAll(/https?:\/\/[^/"]+/g)].map(String)).toEqual(['http://localhost'])
})

test('borders gain weight from grid to district at street zoom', () => {
  const widest = ['grid-border', 'community-border', 'street-border', 'district-border'].map((id) => {
    const layer = style.layers.find((each) => each.id === id)
    const stops = ((layer?.paint ?? {}) as Record<string, unknown[]>)['line-width'] ?? []
    return stops[stops.indexOf(16) + 1] as number
  })
  expect(new Set(widest).size).toBe(4)
  expect(widest).toEqual([...widest].sort((a, b) => a - b))
})

test('each use of a building is known by one name only', () => {
  const names = Object.values(USES).flatMap((use) => [...use.names])
  expect(new Set(names).size).toBe(names.length)
  expect(useOf('住宅')).toBe('residential')
  expect(useOf('spaceport')).toBe('other')
})
