import { expect, test } from 'vitest'
import { asDay, type DensityQuestion, formatQuestion, PLAIN_QUESTION, readQuestion } from './question'

const read = (parts: string[]) => {
  const fields = new URLSearchParams(parts.join('&'))
  return readQuestion((name) => fields.get(name) ?? '')
}

test.each<DensityQuestion>([
  PLAIN_QUESTION,
  { from: '2026-03-01', to: '2026-06-30', matter: '0102', rate: 'smoothed', bucket: 'week', unit: 'building', size: null, frame: '2026-03-02' },
  { ...PLAIN_QUESTION, matter: 'a&b=c#d' },
  { ...PLAIN_QUESTION, unit: 'square', size: 500, rate: 'km2' },
])('a question survives the address bar (%#)', (question) => expect(read(formatQuestion(question))).toEqual(question))

test('the plain question leaves nothing in the address', () => expect(formatQuestion(PLAIN_QUESTION)).toEqual([]))

test.each(['2026-02-30', '2026-13-01', 'today', '2026-1-1', ''])('%j is no day', (text) => expect(asDay(text)).toBeNull())

test.each([
  ['unit=h3&size=9', { unit: 'h3', size: null }], // the usual one needs no words
  ['unit=h3&size=250', { unit: 'h3', size: null }],
  ['unit=square&rate=households', { unit: 'square', rate: 'count' }], // a square knows no households
  ['unit=building&rate=households', { unit: 'building', rate: 'households' }],
  ['unit=village&size=7', { unit: 'grid', size: null }],
])('%s is read as what can be asked', (text, expected) => expect(read(text.split('&'))).toMatchObject(expected))
