// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { ElementsList } from './elements_list'

const LISTED = {
  elements: [
    {
      code: 'E1', kind: 'charter', kind_name: '自治章程', name: '章程', count: null, building: null,
      fields: { link: 'https://example.org/a.pdf', note: 'javascript:alert(1)' },
      department: { name: '组织部', phone: '0356-1', role: 'lead' }, person: { name: '王**', phone: '138****1234', role: 'leader' },
    },
    { code: 'E2', kind: 'elderly', kind_name: '独居老人', name: '', count: 12, building: null, fields: {}, department: null, person: null },
  ],
  counts: [{ kind: 'elderly', name: '独居老人', elements: 1, people: 12 }, { kind: 'charter', name: '自治章程', elements: 1, people: null }],
  total: 7,
}

afterEach(() => {
  render(null, document.body)
  vi.unstubAllGlobals()
})

test('nothing is asked before it is opened; then counts, department and person of each', async () => {
  const fetched = vi.fn(async () => new Response(JSON.stringify(LISTED)))
  vi.stubGlobal('fetch', fetched)
  await act(() => render(<ElementsList grid="140502001001001" building={null} time="2026-05-03T08:00:00+08:00" />, document.body))
  expect(fetched).not.toHaveBeenCalled()
  const details = document.querySelector('details') as HTMLDetailsElement
  await act(async () => {
    details.open = true
    details.dispatchEvent(new Event('toggle'))
  })
  await act(() => new Promise((done) => setTimeout(done, 0)))
  expect(fetched).toHaveBeenCalledTimes(1)
  expect(fetched.mock.calls[0]).toEqual([expect.stringContaining('/v1/grids/140502001001001/elements?limit=200&at=2026-05-03'), expect.anything()])
  expect(details.textContent).toContain('独居老人 12 人 · 自治章程 1')
  expect([...details.querySelectorAll('.name')].map((name) => name.textContent)).toEqual(['组织部', '王**'])
  expect([...details.querySelectorAll('li a')].map((a) => a.getAttribute('href'))).toContain('https://example.org/a.pdf')
  expect(details.innerHTML).not.toContain('javascript:')
  expect(details.textContent).toContain('无责任人')
  expect(details.textContent).toContain('另有 5 项')
})
