import { expect, test, vi } from 'vitest'
import { register } from '../register/incidents'
import { type Entry, newEntry } from './outbox'
import { flush } from './sending'

const kept = new Map<string, Entry>()
vi.mock('./outbox', async (original) => ({
  ...(await original<typeof import('./outbox')>()),
  entries: async () => [...kept.values()],
  one: async (id: string) => kept.get(id) ?? null,
  keep: async (entry: Entry) => void kept.set(entry.id, entry),
  drop: async (id: string) => void kept.delete(id),
}))
vi.mock('../register/incidents', () => ({ register: vi.fn() }))

function put(by: string): void {
  const entry = newEntry({ kind: 'incident', by, label: '', path: '/v1/incidents', body: { by } })
  kept.set(entry.id, entry)
}

test('who signs in while another account still sends is sent for next, not with the next twenty seconds', async () => {
  put('wang')
  put('li')
  let answer = () => {}
  vi.mocked(register).mockImplementationOnce(() => new Promise((resolve) => {
    answer = () => resolve({ number: '1', warnings: [] })
  })).mockResolvedValue({ number: '2', warnings: [] })
  const first = flush('wang', () => undefined)
  await vi.waitFor(() => expect(register).toHaveBeenCalledOnce())
  const delivered: string[] = []
  await flush('li', ({ entry }) => delivered.push(entry.by))
  answer()
  await first
  expect(delivered).toEqual(['li'])
  expect(kept.size).toBe(0)
})
