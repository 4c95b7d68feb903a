import { expect, test } from 'vitest'
import { sampleParty } from '../register/samples'
import { filterMatters, matterRows } from './matters'

const led = (name: string, lead: string | null = null, phone = '') => ({ name, limit_hours: null, by_matter: null, lead: lead === null ? null : sampleParty({ name: lead, phone }) })
const rows = matterRows({ '0201': led('道路破损', '住建局', '0356-1'), '0102': led('污水井盖', '城市管理局'), '0110': led('消火栓') })

test('matters stand in the order of their codes, each with its department', () => {
  expect(rows.map((row) => [row.code, row.lead])).toEqual([['0102', '城市管理局'], ['0110', ''], ['0201', '住建局']])
})

test('the filter reads code, name and department, and every word must occur', () => {
  expect(filterMatters(rows, '井盖 城市').map((row) => row.code)).toEqual(['0102'])
  expect(filterMatters(rows, '02').map((row) => row.code)).toEqual(['0102', '0201'])
  expect(filterMatters(rows, '住建 井盖')).toEqual([])
  expect(filterMatters(rows, '  ')).toHaveLength(3)
})

test('what was asked for last stands first, the newest at the top', () => {
  const byMatter = { '0201': led('a'), '0102': led('b'), '0110': led('c') }
  expect(matterRows(byMatter, ['0201', '0110']).map(({ code }) => code)).toEqual(['0201', '0110', '0102'])
})
