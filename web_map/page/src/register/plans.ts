// Plans over HTTP: every write names the version that it saw.
import type { Feature, FeatureCollection, LineString, Polygon } from 'geojson'
import { ask, send } from './api'

export type PlanState = 'draft' | 'submitted' | 'reviewed' | 'approved' | 'published' | 'returned' | 'withdrawn'

export interface Plan {
  readonly code: string
  readonly title: string
  readonly kind: 'grids' | 'boundary' | 'community'
  readonly state: PlanState
  readonly scope: string
  readonly base: number
  readonly published: number | null
  readonly version: number
  readonly applied: number
  readonly note: string
  readonly created_by: string
  readonly created_at: string
  readonly updated_at: string
}

export interface PlanEdit {
  readonly number: number
  readonly operation: Edit['operation']
  readonly parameters: Readonly<Record<string, unknown>>
  readonly changed: readonly string[]
  readonly moved_m: number
  readonly made_by: string
  readonly made_at: string
  readonly applied: boolean
}

export interface PlanEvent {
  readonly step: string
  readonly state: PlanState
  readonly note: string
  readonly made_by: string
  readonly made_at: string
}

export interface Remark {
  readonly id: number
  readonly grid_code: string | null
  readonly remark: string
  readonly made_by: string
  readonly made_at: string
  readonly settled_by: string | null
}

export interface PlanWhole extends Plan {
  readonly comments: readonly Remark[]
  readonly edits: readonly PlanEdit[]
  readonly events: readonly PlanEvent[]
}

export interface Figures {
  readonly area_m2: number
  readonly perimeter_m: number
  readonly compactness: number
  readonly buildings: number
  readonly households: number
  readonly parts: number
}

export type Band = readonly [least: number, most: number]

export interface GridFacts extends Figures {
  readonly code: string
  readonly name: string
  readonly kind: string
  readonly community: string
  readonly changed: boolean
  readonly band?: Band | null
}

export type PlanGrid = Feature<Polygon, GridFacts>
/** Hours a year by grid. */
export type Workload = Readonly<Record<string, number>>
export type PlanNet = FeatureCollection<Polygon, GridFacts>
export type Pair = [lon: number, lat: number]

export type Edit =
  | { readonly operation: 'split'; readonly grid: string; readonly line: LineString; readonly keep?: 'more' | 'left' | 'right' | 'none' }
  | { readonly operation: 'merge'; readonly grids: readonly string[]; readonly keep?: string }
  | { readonly operation: 'redraw'; readonly a: string; readonly b: string; readonly line: LineString }
  | { readonly operation: 'move_node'; readonly node: Pair; readonly to: Pair }
  | { readonly operation: 'carve'; readonly polygon: Polygon; readonly accept_pieces?: boolean; readonly kind?: string; readonly name?: string }
  | { readonly operation: 'reassign'; readonly polygon: Polygon; readonly to: string }
  | { readonly operation: 'cover'; readonly polygon: Polygon; readonly community: string; readonly kind?: string; readonly name?: string }
  | { readonly operation: 'restore' }
  | { readonly operation: 'found'; readonly grids: readonly string[]; readonly name: string }
  | { readonly operation: 'name'; readonly grid: string; readonly name: string }
  | { readonly operation: 'appoint'; readonly grid: string; readonly party: string | null }

export interface Preview {
  readonly moved_m: number
  readonly noded: readonly string[]
  readonly before: Readonly<Record<string, Figures>>
  readonly after: Readonly<Record<string, Figures>>
  readonly net: PlanNet
}

export interface Edited extends Omit<Preview, 'moved_m'> {
  readonly plan: Plan
  readonly edit: PlanEdit
}

export interface PlanProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly grid: string
  readonly place: Pair | null
  readonly size: number | null
  readonly unit: string
  readonly detail: string
  readonly blocks: boolean
}

interface Share {
  readonly code: string
  readonly area_m2: number
  readonly area_share: number
  readonly households: number
}

export interface GridChange {
  readonly code: string
  readonly change: 'changed' | 'new' | 'retired' | 'renamed'
  readonly name: string
  readonly community: string
  readonly before: Figures | null
  readonly after: Figures | null
  readonly parents: readonly Share[]
  readonly children: readonly Share[]
}

export interface PlanDiff {
  readonly plan: string
  readonly base: number
  readonly grids: readonly GridChange[]
  readonly buildings: readonly { readonly code: string; readonly name: string; readonly households: number; readonly from: string | null; readonly to: string | null }[]
  readonly duties: readonly { readonly party: string; readonly role: string; readonly matter: string; readonly from: string; readonly to: string | null }[]
  readonly totals: Readonly<Record<string, number>>
  readonly problems: readonly PlanProblem[]
}

interface Counts {
  readonly grids: number
  readonly area_m2: number
  readonly households: number
}

/** What is asked of the communities that a plan founds. */
export interface Checklist {
  readonly communities: readonly { readonly code: string; readonly name: string; readonly change: 'new' | 'changed' | 'closed'; readonly before: Counts | null; readonly after: Counts | null }[]
  readonly checks: readonly {
    readonly community: string
    readonly item: string
    readonly state: 'met' | 'warning' | 'unknown'
    readonly rule: string
    readonly value: string | number | null
    readonly limit: readonly [least: number | null, most: number | null] | null
    readonly detail: string
    readonly facts?: Readonly<Record<string, unknown>>
  }[]
  readonly warnings: number
  readonly unknown: number
}

const at = (code: string, what = '') => `/v1/plans/${encodeURIComponent(code)}${what}`
const FRAME = '?datum=wgs84' // what is drawn on the map

export const listPlans = () => ask<readonly Plan[]>('/v1/plans')
export const createPlan = (given: { title: string; scope: string; kind: Plan['kind']; note?: string }) => send<PlanWhole>('POST', '/v1/plans', given)
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
