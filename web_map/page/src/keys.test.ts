import { expect, test } from 'vitest'
import { KEYS } from './keys'
import { ACTS, KEY_OF, TOOLS } from './planning/tools'

test('each tool has one letter of its own', () => {
  const letters = [...TOOLS, ...ACTS].map((name) => KEY_OF[name])
  for (const letter of letters) expect(letter).toMatch(/^[A-Z]$/)
  expect(new Set(letters).size).toBe(letters.length)
})

test('no mode has a key of its own that the whole page has already', () => {
  const everywhere = Object.keys(KEYS.page)
  for (const [where, keys] of Object.entries(KEYS)) {
    if (where !== 'page') expect(everywhere.filter((key) => key in keys), where).toEqual([])
  }
})
