// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '../register/api'
import { persist } from './persist'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const silence = () => new Problem(0, 'network', '', '')

test('what nobody answers is sent again with the same key until somebody does', async () => {
  const keys: string[] = []
  const told = vi.fn()
  const sent = persist(async (key) => {
    keys.push(key)
    if (keys.length < 3) throw silence()
    return 'done'
  }, { onSilence: told })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await sent).toBe('done')
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(told).toHaveBeenCalledTimes(2)
})

test('a refusal is an answer', async () => {
  const refused = new Problem(412, 'stale', '', '')
  await expect(persist(() => Promise.reject(refused), { onSilence: () => undefined })).rejects.toBe(refused)
})

test.each(['between two requests', 'while it is asked again and nobody answers'])('waiting can be ended %s', async (when) => {
  const first = silence()
  let giveUp = () => {}
  let asked = 0
  const sent = persist(() => (asked++ ? new Promise(() => undefined) : Promise.reject(first)), { onSilence: (end) => { giveUp = end } })
  const ended = expect(sent).rejects.toBe(first)
  await vi.advanceTimersByTimeAsync(when === 'between two requests' ? 100 : 3_000)
  expect(asked).toBe(when === 'between two requests' ? 1 : 2)
  giveUp()
  await ended
})
