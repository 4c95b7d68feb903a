import { beforeEach, expect, test, vi } from 'vitest'
import type { NetMap } from './map/net_map'
import { seek } from './marking'
import { place } from './register/api'

vi.mock('./register/api', () => ({ place: vi.fn() }))
const fit = vi.fn()
const map = { fit, show: vi.fn() } as unknown as NetMap
type Found = Awaited<ReturnType<typeof place>>

beforeEach(() => fit.mockClear())

test('the map goes to what was sought last, in whatever order the answers come', async () => {
  const tell = new Map<string, (found: Found) => void>()
  vi.mocked(place).mockImplementation((_, code) => new Promise((resolve) => tell.set(code, resolve)))
  const boundsOf = (west: number) => ({ bounds: [west, 0, west + 1, 1] }) as unknown as Found
  seek(map, { kind: 'grid', code: 'A' }, null)
  seek(map, { kind: 'grid', code: 'B' }, null)
  tell.get('B')?.(boundsOf(2))
  tell.get('A')?.(boundsOf(1))
  await Promise.resolve().then(() => undefined)
  expect(fit.mock.calls).toEqual([[[2, 0, 3, 1]]])
})
