// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { expect, test, vi } from 'vitest'
import { KEYS, useKeys } from './keys'

const done = vi.fn()

function Listening() {
  useKeys('plan', Object.fromEntries(Object.keys(KEYS.plan).map((key) => [key, () => done(key)])) as never)
  return null
}

function press(key: string, more: KeyboardEventInit): boolean {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, ...more })
  dispatchEvent(event)
  return event.defaultPrevented
}

test('a key that writes does so once while it is held down, and the browser does not have it either', async () => {
  await act(() => render(<Listening />, document.body))
  expect([false, true, true].map((repeat) => press('z', { ctrlKey: true, repeat }))).toEqual([true, true, true])
  expect(done.mock.calls).toEqual([['Ctrl+Z']])
  press(']', { repeat: true })
  press(']', { repeat: true })
  expect(done).toHaveBeenCalledTimes(3)
})
