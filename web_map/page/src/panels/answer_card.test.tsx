// @vitest-environment happy-dom
import { render } from 'preact'
import { afterEach, expect, test, vi } from 'vitest'
import { sampleAnswer, sampleOwner, sampleParty } from '../register/samples'
import type { Answer } from '../register/types'
import { AnswerCard } from './answer_card'
import { matterRows } from './matters'

const area = (level: string, code: string, name: string) => ({ level, code, name, kind: '' })
const OWNED = sampleAnswer({
  grid: { code: '140502001001001', name: '笔峰寺第1网格', kind: '综合', community: '140502001001', host: null, group: null, area_m2: null, valid: ['2026-01-01T00:00:00+08:00', null] },
  areas: [area('community', '140502001001', '笔峰寺社区'), area('district', '140502', '城区'), area('street', '140502001', '东街街道')],
  owner: sampleOwner({ leader: sampleParty({ name: '王小明', post: '网格长', phone: '138 0000 1234' }) }),
  match: { via: 'grid', metres_to_border: 2.44, neighbour: '140502001001002' },
  warnings: [{ code: 'near_border', text: '距网格边界仅 2.4 米' }],
})

function show(answer: Partial<Answer>, onGrid = vi.fn(), onArea = vi.fn(), onCandidate = vi.fn()): HTMLElement {
  render(
    <AnswerCard
      asked={{ kind: 'spot', lon: 112.8, lat: 35.5 }}
      answer={{ ...OWNED, ...answer }}
      busy={false}
      matters={matterRows({ ...OWNED, ...answer }.by_matter)}
      matter={null}
      pinned={[]}
      onMatter={vi.fn()}
      onArea={onArea}
      onGrid={onGrid}
      onCandidate={onCandidate}
      onClose={vi.fn()}
    />,
    document.body,
  )
  return document.body
}

afterEach(() => render(null, document.body))

test('the leader is named with a phone that can be called and copied', () => {
  const leader = show({}).querySelector('.leader')
  expect(leader?.querySelector('.name')?.textContent).toBe('王小明')
  expect(leader?.querySelector('a')?.getAttribute('href')).toBe('tel:13800001234')
  expect(leader?.querySelector('button')?.getAttribute('aria-label')).toBe('复制 王小明 的电话')
})

test('a masked phone can be neither called nor copied', () => {
  const owner = sampleOwner({ leader: sampleParty({ name: '王**', phone: '138****1234' }) })
  const leader = show({ owner }).querySelector('.leader')
  expect(leader?.textContent).toContain('138****1234')
  expect(leader?.querySelector('a, button')).toBeNull()
})

test('the chain runs from the district down, and each step opens', () => {
  const onArea = vi.fn()
  const steps = [...show({}, vi.fn(), onArea).querySelectorAll<HTMLButtonElement>('.chain button')]
  expect(steps.map((step) => step.textContent)).toEqual(['城区', '东街街道', '笔峰寺社区'])
  steps[1]?.click()
  expect(onArea).toHaveBeenCalledWith(OWNED.areas[2])
})

test('near a border the metres have a decimal and the neighbour opens', () => {
  const onGrid = vi.fn()
  const facts = show({}, onGrid).querySelector('.facts')
  expect(facts?.textContent).toContain('2.4 米')
  facts?.querySelector('button')?.click()
  expect(onGrid).toHaveBeenCalledWith('140502001001002')
})

test('a vacant grid says so instead of leaving a blank', () => {
  const body = show({ status: 'vacant', owner: sampleOwner({}) })
  expect(body.querySelector('.leader')?.textContent).toContain('网格长空缺')
  expect(body.textContent).toContain('由上级暂为兜底')
})

test('outside there is no leader to look for, and a stale answer says that it is one', () => {
  const body = show({ status: 'outside', grid: null, owner: sampleOwner({}), areas: [], match: { via: 'none', metres_to_border: null, neighbour: null }, warnings: [], stale: true })
  expect(body.querySelector('.leader')).toBeNull()
  expect(body.querySelector('h2')?.textContent).toBe('不在范围内')
  expect(body.querySelector('.warning')?.textContent).toContain('数据库暂不可用')
})

test('parts of a building are called by their names, addresses by their texts', () => {
  const onCandidate = vi.fn()
  const parts = [{ kind: 'part', building: 'H6', part: '2', name: '2单元' }, { kind: 'address', building: 'H7', part: null, text: '北环街29号' }]
  const links = [...show({ status: 'needs_part', candidates: parts }, vi.fn(), vi.fn(), onCandidate).querySelectorAll<HTMLButtonElement>('.card ul button')]
  expect(links.map((link) => link.textContent)).toEqual(['2单元', '北环街29号'])
  links[0]?.click()
  expect(onCandidate).toHaveBeenCalledWith(parts[0])
})

test('of a place under caretaking the community that answers is named', () => {
  const acting = { party: '凤鸣社区', code: '140502001002', area: '140502001900', review: '2026-12-31', overdue: false, reason: '代管', since: null, leader: null, desk: null }
  expect(show({ acting }).querySelector('.facts')?.textContent).toContain('凤鸣社区')
})
