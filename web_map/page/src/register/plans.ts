// Plans over HTTP: every write names the version that it saw.
import type { Feature, FeatureCollection, Polygon } from 'geojson'
import { ask, send } from './api'
import type { Model } from './model'

export type Plan = Model<'PlanOut'>
export type PlanState = Plan['state']
export type PlanEdit = Model<'EditOut'>
export type PlanWhole = Model<'PlanWhole'>
export type Figures = Model<'GridFiguresOut'>
export type GridFacts = Model<'DrawnGridOut'> & { readonly band?: Band | null }
export type Band = NonNullable<Model<'PlanGridOut'>['band']>
/** GeoJSON as the map library takes it, which changes what it is given. */
export type PlanGrid = Feature<Polygon, GridFacts>
/** Hours a year by grid. */
export type Workload = Readonly<Record<string, number>>
export type PlanNet = FeatureCollection<Polygon, GridFacts>
export type Pair = [lon: number, lat: number]

/** What this page can ask for. */
export type Edit = Model<'SplitIn' | 'MergeIn' | 'RedrawIn' | 'MoveNodeIn' | 'CarveIn' | 'ReassignIn' | 'CoverIn' | 'FoundIn' | 'NameIn' | 'AppointIn'>

export type Preview = Omit<Model<'PreviewOut'>, 'net'> & { readonly net: PlanNet }
export type Edited = Omit<Model<'EditedOut'>, 'net'> & { readonly net: PlanNet }
export type PlanProblem = Model<'PlanProblemOut'>
export type GridChange = Model<'GridChangeOut'>
export type PlanDiff = Model<'DiffOut'>
/** What is asked of the communities that a plan founds. */
export type Checklist = Model<'ChecklistOut'>
type Remark = Model<'CommentOut'>

const at = (code: string, what = '') => `/v1/plans/${encodeURIComponent(code)}${what}`
const FRAME = '?datum=wgs84' // what is drawn on the map

export const listPlans = () => ask<readonly Plan[]>('/v1/plans')
export const createPlan = (given: Model<'PlanIn'>) => send<PlanWhole>('POST', '/v1/plans', given)
export const readPlan = (code: string) => ask<PlanWhole>(at(code))
export const readNet = (code: string) => ask<PlanNet>(at(code, '/net'))
export const readWorkload = (code: string, signal: AbortSignal) => ask<Workload>(at(code, '/workload'), { signal })
export const readDiff = (code: string) => ask<PlanDiff>(at(code, '/diff'))
export const readChecklist = (code: string) => ask<Checklist>(at(code, '/checklist'))
export const dossierOf = (code: string) => at(code, '/dossier')
export const csvOfDiff = (code: string) => at(code, '/diff?format=csv')
export const editPlan = (code: string, edit: Edit, seen: number, key: string) => send<Edited>('POST', at(code, `/edits${FRAME}`), edit, seen, key)
export const undoPlan = (code: string, seen: number, key: string) => send<PlanWhole>('POST', at(code, '/undo'), undefined, seen, key)
export const redoPlan = (code: string, seen: number, key: string) => send<PlanWhole>('POST', at(code, '/redo'), undefined, seen, key)
export const revertPlan = (code: string) => send<PlanWhole>('POST', at(code, '/reversion'))
export const commentPlan = (code: string, remark: string, grid: string | null) => send<Remark>('POST', at(code, '/comments'), { remark, ...(grid ? { grid } : {}) })
export const settleComment = (code: string, id: number) => send<Remark>('POST', at(code, `/comments/${id}/settlement`))
export const rebasePlan = (code: string, seen: number, key: string) => send<PlanWhole>('POST', at(code, '/rebase'), undefined, seen, key)

export function previewEdit(code: string, edit: Edit, signal: AbortSignal): Promise<Preview> {
  return ask<Preview>(at(code, `/preview${FRAME}`), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(edit),
    signal,
  })
}

export const STEPS = ['submission', 'review', 'approval', 'publication', 'return', 'withdrawal'] as const
export type Step = (typeof STEPS)[number]

/** effective: when the plan takes effect, for its publication; null: at once. */
export function takeStep(code: string, step: Step, seen: number, key: string, note: string, effective: string | null = null): Promise<PlanWhole> {
  const when = step === 'publication' && effective ? { effective_from: effective } : {}
  return send<PlanWhole>('POST', at(code, `/${step}`), { note, ...when }, seen, key)
}
