// @vitest-environment happy-dom
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as plans from '../register/plans'
import { type PlanModel, usePlan } from './use_plan'

vi.mock('../register/plans', () => ({ readPlan: vi.fn(), readNet: vi.fn(), readDiff: vi.fn(), editPlan: vi.fn() }))

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
