// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Problem } from '../register/api'
import * as plans from '../register/plans'
import { type PlanModel, usePlan } from './use_plan'

vi.mock('../register/plans', () => ({ readPlan: vi.fn(), readNet: vi.fn(), readDiff: vi.fn(), editPlan: vi.fn(), undoPlan: vi.fn() }))

const whole = (version: number) => ({ version, edits: [], events: [], created_by: 'li', applied: version - 1 }) as unknown as plans.PlanWhole
let model: PlanModel

function Shown() {
  model = usePlan('P1', '')
  return null
}

beforeEach(async () => {
  vi.mocked(plans.readPlan).mockResolvedValue(whole(1))
  vi.mocked(plans.readNet).mockResolvedValue({ features: [] } as never)
  vi.mocked(plans.readDiff).mockResolvedValue({} as never)
  vi.mocked(plans.editPlan).mockResolvedValue({ plan: { version: 2 }, edit: { changed: [], operation: 'lock' }, net: { features: [] }, noded: [] } as never)
  await act(() => render(<Shown />, document.body))
})
afterEach(() => render(null, document.body))

test('a look that was on its way during an edit does not read the plan again as if another had changed it', async () => {
  expect(model.plan?.version).toBe(1)
  let tell = (_: plans.PlanWhole) => {}
  vi.mocked(plans.readPlan).mockClear().mockImplementationOnce(() => new Promise((resolve) => { tell = resolve }))
  await act(async () => void dispatchEvent(new Event('focus')))
  await act(async () => void (await model.edit({ operation: 'name', grid: 'A', name: 'B' })))
  expect(model.plan?.version).toBe(2)
  await act(async () => {
    tell(whole(1))
    await new Promise((done) => setTimeout(done))
  })
  expect(plans.readPlan).toHaveBeenCalledOnce()
  expect(model.changedBy).toBeNull()
  expect(model.plan?.version).toBe(2)
})

test('what another has changed meanwhile is read', async () => {
  vi.mocked(plans.readPlan).mockResolvedValue(whole(2))
  dispatchEvent(new Event('focus'))
  await vi.waitFor(() => expect(model.changedBy).toBe('li'))
  expect(model.plan?.version).toBe(2)
})

test('each undo counts, also one pressed while another is on its way', async () => {
  const tell: ((plan: plans.PlanWhole) => void)[] = []
  vi.mocked(plans.undoPlan).mockReset().mockImplementation(() => new Promise((resolve) => tell.push(resolve)))
  const both = [model.undo(), model.undo()]
  await vi.waitFor(() => expect(tell.length).toBe(1))
  vi.mocked(plans.readPlan).mockResolvedValue(whole(2))
  tell[0]?.(whole(2))
  await vi.waitFor(() => expect(tell.length).toBe(2))
  expect(vi.mocked(plans.undoPlan).mock.calls.map(([, seen]) => seen)).toEqual([1, 2])
  tell[1]?.(whole(3))
  await act(async () => void (await Promise.all(both)))
})

test('after an undo that is refused, those pressed meanwhile do not follow', async () => {
  vi.mocked(plans.undoPlan).mockReset().mockRejectedValue(new Problem(409, 'nothing-to-undo', '', ''))
  const both = await Promise.allSettled([model.undo(), model.undo()])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(plans.undoPlan).toHaveBeenCalledOnce()
})
