import { expect, test } from 'vitest'
import { filterMatters, matterRows } from './matters'

const rows = matterRows({
  '0201': { name: '道路破损', lead: { name: '住建局', phone: '0356-1' } },
  '0102': { name: '污水井盖', lead: { name: '城市管理局' } },
  '0110': { name: '消火栓', lead: null },
})

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
  const byMatter = { '0201': { name: 'a', lead: null }, '0102': { name: 'b', lead: null }, '0110': { name: 'c', lead: null } }
  expect(matterRows(byMatter, ['0201', '0110']).map(({ code }) => code)).toEqual(['0201', '0110', '0102'])
})
