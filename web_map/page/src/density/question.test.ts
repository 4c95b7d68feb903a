import { expect, test } from 'vitest'
import { asDay, type DensityQuestion, formatQuestion, PLAIN_QUESTION, readQuestion } from './question'

const read = (parts: string[]) => {
  const fields = new URLSearchParams(parts.join('&'))
  return readQuestion((name) => fields.get(name) ?? '')
}

test.each<DensityQuestion>([
  PLAIN_QUESTION,
  { from: '2026-03-01', to: '2026-06-30', matter: '0102', rate: 'smoothed', bucket: 'week', frame: '2026-03-02' },
  { ...PLAIN_QUESTION, matter: 'a&b=c#d' },
])('a question survives the address bar (%#)', (question) => expect(read(formatQuestion(question))).toEqual(question))

test('the plain question leaves nothing in the address', () => expect(formatQuestion(PLAIN_QUESTION)).toEqual([]))

test.each(['2026-02-30', '2026-13-01', 'today', '2026-1-1', ''])('%j is no day', (text) => expect(asDay(text)).toBeNull())
