// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, expect, test } from 'vitest'
import type { Proposal } from '../../register/partitions'
import { LocaleContext } from '../../text/language'
import { ProposalTable } from './proposal_table'

const proposal = (name: string, relocated: readonly string[] | null): Proposal => ({
  name,
  figures: { grids: 3, max_deviation: 0.0096, mean_compactness: 0.412, along_barriers: 0.62, moved_households: 1234, split_compounds: [], relocated },
  blockers: [],
  net: {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties: { households: 512 }, geometry: { type: 'Polygon', coordinates: [[[112, 35], [112.01, 35], [112.01, 35.01], [112, 35]]] } }],
  },
}) as unknown as Proposal

const shown = async (language: 'zh' | 'en', proposals: readonly Proposal[], present = 3) => {
  await act(() => render(
    <LocaleContext.Provider value={{ language, timeZone: 'Asia/Shanghai' }}>
      <ProposalTable proposals={proposals} present={present} shown={null} busy={false} onShow={() => undefined} onTake={() => undefined} />
    </LocaleContext.Provider>,
    document.body,
  ))
  return [...document.querySelectorAll('p.note')].map((note) => note.textContent)
}

afterEach(() => render(null, document.body))

test('a grid that left its ground is named with the proposal that moves it, in both languages', async () => {
  const both = [proposal('balance', null), proposal('least_change', ['140502001001007', '140502001001009'])]
  expect(await shown('zh', both)).toEqual(['改动最小：网格 140502001001007、140502001001009 撤出现有范围，由相邻网格接管；在过多处另设 2 个新网格。'])
  expect(await shown('en', both)).toEqual(['Least change: 140502001001007, 140502001001009 leave their ground to the grids beside; 2 new grids begin where there is too much.'])
  expect(await shown('en', [proposal('least_change', ['140502001001007'])])).toEqual(['Least change: 140502001001007 leaves its ground to the grids beside; 1 new grid begins where there is too much.'])
})

test('nothing is said where none was moved, and nobody is counted as moved where the number of grids is another', async () => {
  expect(await shown('zh', [proposal('least_change', [])])).toEqual([])
  expect(document.body.textContent).toContain('1,234')
  await shown('zh', [proposal('least_change', [])], 4)
  expect(document.body.textContent).not.toContain('1,234')
})
