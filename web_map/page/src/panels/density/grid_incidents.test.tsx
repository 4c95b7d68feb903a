// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { GridIncidents } from './grid_incidents'

const INCIDENTS = [
  { number: '20260501-000002', matter: '0102', matter_name: '井盖', happened_at: '2026-05-01T23:30:00+08:00', state: 'dispatched', light: 'red' },
  { number: '20260501-000001', matter: '9999', matter_name: null, happened_at: '2026-05-01T08:00:00+08:00', state: 'void', light: null },
]

afterEach(() => {
  render(null, document.body)
  vi.unstubAllGlobals()
})

const shown = async (matter: string | null) => {
  await act(() => render(<GridIncidents grid="140502001001001" name="第1网格" matter={matter} />, document.body))
  await act(() => new Promise((done) => setTimeout(done, 0)))
}

test('each incident has its state, its light and the day of the register', async () => {
  const fetched = vi.fn(async () => new Response(JSON.stringify({ incidents: INCIDENTS })))
  vi.stubGlobal('fetch', fetched)
  await shown('01')
  expect(fetched.mock.calls[0]).toEqual(['/v1/incidents?grid=140502001001001&limit=20&matter=01', expect.anything()])
  const [first, second] = [...document.querySelectorAll('li')]
  expect(first?.textContent).toContain('井盖')
  expect(first?.textContent).toContain('2026年5月1日')
  expect(first?.textContent).toContain('派遣')
  expect(first?.querySelector('.light.red')?.getAttribute('aria-label')).toBe('红灯：已超时限')
  expect(second?.textContent).toContain('9999')
  expect(second?.textContent).toContain('作废')
  expect(second?.querySelector('.light')).toBeNull()
})

test('a grid without any and a failure are told apart', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({ incidents: [] }))))
  await shown(null)
  expect(document.body.textContent).toContain('该网格没有事件')
  vi.stubGlobal('fetch', vi.fn(async () => new Response('{}', { status: 503 })))
  await shown('01')
  expect(document.body.textContent).toContain('服务器无法处理这次请求')
})
