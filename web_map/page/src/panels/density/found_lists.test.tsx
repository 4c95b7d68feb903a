// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { Problem } from '../../register/api'
import { LocaleContext } from '../../text/language'
import type { Language } from '../../text/strings'
import { EmergingSpots } from './found_lists'

const KINDS = ['new', 'intensifying', 'persistent', 'diminishing', 'sporadic', 'oscillating', 'historical']
const FOUND = KINDS.map((kind, i) => ({ grid: `G${i}`, name: `第${i}网格`, hot: i % 2 ? null : kind, cold: i % 2 ? kind : null, steps: [0, i % 2 ? -1 : 1, 0, 0] as const, counts: [i, 10, 0, 1], trend: 0 }))
const chosen = vi.fn()

afterEach(() => {
  render(null, document.body)
  chosen.mockClear()
})

const shown = (language: Language, answer: typeof FOUND | null, problem: Problem | null = null) =>
  act(() => render(
    <LocaleContext.Provider value={{ language, timeZone: 'Asia/Shanghai' }}>
      <EmergingSpots found={{ answer, problem, busy: false }} onChoose={chosen} />
    </LocaleContext.Provider>,
    document.body,
  ))

test.each([['zh', '加剧', '冷点'], ['en', 'diminishing', 'cold']] as const)('every way to become hot or cold has its word (%s)', async (language, word, cold) => {
  await shown(language, FOUND)
  const rows = [...document.querySelectorAll('tbody tr')]
  expect(rows).toHaveLength(7)
  const text = document.body.textContent?.toLowerCase() ?? ''
  expect(text).toContain(word)
  expect(text).toContain(cold)
  if (language === 'zh') for (const kind of KINDS) expect(text).not.toContain(kind)
  expect(rows[1]?.querySelector('.figure')?.textContent).toBe('12')
  rows[1]?.querySelector('button')?.click()
  expect(chosen).toHaveBeenCalledWith('G1')
})

test('none, and too few buckets, are told apart', async () => {
  await shown('zh', [])
  expect(document.body.textContent).toContain('没有显著的热点')
  await shown('zh', null, new Problem(422, 'bad-density-question', '', ''))
  expect(document.body.textContent).toContain('至少需要四段')
})
