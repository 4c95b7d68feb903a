import { expect, test } from 'vitest'
import { inOrder, lastOnly } from './in_order'

test('an answer counts unless one to a later question has come before it', () => {
  const ask = inOrder()
  const [first, second, third] = [ask(), ask(), ask()]
  expect(second()).toBe(true)
  expect(first()).toBe(false)
  expect(third()).toBe(true)
  expect(ask()()).toBe(true)
})

test('where only the last question counts, its answer does, whenever it comes', () => {
  const ask = lastOnly()
  const [first, second] = [ask(), ask()]
  expect([first(), second(), first()]).toEqual([false, true, false])
})
