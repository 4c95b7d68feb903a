// One plan as the server has it: its edits, its net and what it changes. What was accepted is on the server
// before it is shown; a reload, a second tab or a lost network shows the same plan again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { isSilence, type Problem } from '../register/api'
import * as plans from '../register/plans'
import type { Edit, Edited, PlanDiff, PlanGrid, PlanWhole } from '../register/plans'
import { takeProposal } from '../register/partitions'
import { asProblem } from '../register/use_answer'
import { persist } from './persist'

const LOOK_AGAIN_MS = 8_000
const SOON_MS = 2_000 // while the server does not answer

/** Somebody was faster: what they have made of the plan, and what was about to be done. */
export interface Conflict {
  readonly theirs: PlanWhole
  readonly seen: number
  readonly mine: Edit | null
}

export interface PlanState {
  readonly plan: PlanWhole | null
  readonly grids: ReadonlyMap<string, PlanGrid>
  readonly diff: PlanDiff | null
  readonly problem: Problem | null
  readonly busy: boolean
  readonly conflict: Conflict | null
  /** Who changed the plan while it was open here; null: nobody. */
  readonly changedBy: string | null
  /** What was sent and is not confirmed, because the server does not answer: it goes on by itself. */
  readonly stalled: Edit['operation'] | 'step' | null
}

export interface PlanModel extends PlanState {
  /** True when the edit is in the register. A refusal is thrown as a Problem. */
  edit(edit: Edit): Promise<Edited | null>
  /** Puts a proposal of a partition into the plan, as one edit. */
  take(job: string, proposal: string): Promise<void>
  undo(): Promise<void>
  redo(): Promise<void>
  rebase(): Promise<void>
  step(step: plans.Step, note: string, effective?: string | null): Promise<void>
  settle(keepMine: boolean): Promise<Edited | null>
  /** No more waiting for the server. */
  giveUp(): void
  reload(): void
}

const NOTHING: PlanState = { plan: null, grids: new Map(), diff: null, problem: null, busy: false, conflict: null, changedBy: null, stalled: null }

export function usePlan(code: string | null, turn: string): PlanModel {
  const [state, setState] = useState<PlanState>(NOTHING)
  const now = useRef(state)
  const wanted = useRef(code)
  wanted.current = code
  const silent = state.problem !== null && isSilence(state.problem)
  const put = (change: Partial<PlanState>) => {
    now.current = { ...now.current, ...change }
    setState(now.current)
  }

  const load = useCallback(async (told: Partial<PlanState> = {}) => {
    if (!code) return
    put({ busy: true })
    try {
      const [plan, net] = await Promise.all([plans.readPlan(code), plans.readNet(code)])
      if (wanted.current !== code) return
      put({ plan, grids: byCode(net.features, now.current.grids), problem: null, busy: false, ...told })
      await loadDiff(code)
    } catch (error) {
      if (wanted.current === code) put({ problem: asProblem(error), busy: false })
    }
  }, [code])

  const loadDiff = async (of: string) => {
    const version = now.current.plan?.version
    const diff = await plans.readDiff(of)
    if (wanted.current === of && now.current.plan?.version === version) put({ diff })
  }

  useEffect(() => {
    now.current = NOTHING
    setState(NOTHING)
    void load()
  }, [load, turn])

  useEffect(() => {
    if (!code) return
    const look = async () => {
      const open = now.current.plan
      if (document.hidden || !open || now.current.busy || now.current.conflict) return
      try {
        const plan = await plans.readPlan(code)
        // a late answer tells of an older plan than what was written here meanwhile
        if (wanted.current !== code || now.current.busy || now.current.plan !== open) return
        if (plan.version !== now.current.plan?.version) await load({ changedBy: lastAuthor(plan) })
        else if (now.current.problem && isSilence(now.current.problem)) put({ problem: null })
      } catch (error) {
        if (wanted.current === code) put({ problem: asProblem(error) })
      }
    }
    const timer = setInterval(look, silent ? SOON_MS : LOOK_AGAIN_MS)
    addEventListener('focus', look)
    addEventListener('online', look)
    return () => {
      clearInterval(timer)
      removeEventListener('focus', look)
      removeEventListener('online', look)
    }
  }, [code, load, silent])

  const leave = useRef<(() => void) | null>(null)
  useEffect(() => () => leave.current?.(), [code])

  /** Runs a write. A 412 opens the conflict instead of failing. */
  const write = async <T,>(mine: Edit | null, request: (seen: number, key: string) => Promise<T>): Promise<T | null> => {
    const open = now.current.plan
    if (!code || !open || now.current.busy) return null
    put({ busy: true, changedBy: null })
    try {
      return await persist((key) => request(open.version, key), {
        onSilence: (giveUp) => {
          leave.current = giveUp
          put({ stalled: mine?.operation ?? 'step' })
        },
      })
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status !== 412) throw problem
      const theirs = await plans.readPlan(code)
      const net = await plans.readNet(code)
      put({ plan: theirs, grids: byCode(net.features, now.current.grids), conflict: { theirs, seen: open.version, mine } })
      return null
    } finally {
      leave.current = null
      put({ busy: false, stalled: null })
    }
  }

  const edit = async (given: Edit): Promise<Edited | null> => {
    const done = await write(given, (seen, key) => plans.editPlan(code ?? '', given, seen, key))
    if (!done || !now.current.plan) return done
    const kept = now.current.plan.edits.filter(({ applied }) => applied)
    put({ plan: { ...now.current.plan, ...done.plan, edits: [...kept, done.edit] }, grids: afterEdit(now.current.grids, done) })
    void refresh(done.noded.length > 0)
    return done
  }
  const refresh = async (net: boolean) => {
    if (!code) return
    try {
      if (net) {
        const version = now.current.plan?.version
        const { features } = await plans.readNet(code)
        if (now.current.plan?.version === version) put({ grids: byCode(features, now.current.grids) })
      }
      await loadDiff(code)
    } catch (error) {
      put({ problem: asProblem(error) })
    }
  }
  const whole = async (request: (seen: number, key: string) => Promise<PlanWhole>) => {
    const plan = await write(null, request)
    if (plan) await load({ plan })
  }
  const steps = useRef({ last: Promise.resolve(), failed: 0 })
  /** Undo and redo pressed while one is on its way come after it; after one that failed, nothing of the kind does. */
  const inTurn = (request: (seen: number, key: string) => Promise<PlanWhole>): Promise<void> => {
    const { last, failed } = steps.current
    const next = last.then(async () => {
      if (steps.current.failed !== failed || now.current.conflict || wanted.current !== code) return
      await whole(request).catch((error: unknown) => {
        steps.current.failed += 1
        throw error
      })
    })
    steps.current.last = next.catch(() => undefined)
    return next
  }

  return {
    ...state,
    edit,
    take: async (job, proposal) => {
      if (await write(null, (seen, key) => takeProposal(job, code ?? '', proposal, seen, key))) await load()
    },
    undo: () => inTurn((seen, key) => plans.undoPlan(code ?? '', seen, key)),
    redo: () => inTurn((seen, key) => plans.redoPlan(code ?? '', seen, key)),
    rebase: () => whole((seen, key) => plans.rebasePlan(code ?? '', seen, key)),
    step: (step, note, effective = null) => whole((seen, key) => plans.takeStep(code ?? '', step, seen, key, note, effective)),
    settle: async (keepMine) => {
      const mine = now.current.conflict?.mine
      put({ conflict: null })
      void refresh(false)
      return keepMine && mine ? edit(mine) : null
    },
    giveUp: () => leave.current?.(),
    reload: () => void load(),
  }
}

/** By code; a grid that is as it was stays the same object, so that nobody draws it again. */
export function byCode(features: readonly PlanGrid[], before: ReadonlyMap<string, PlanGrid> = new Map()): Map<string, PlanGrid> {
  return new Map(features.map((each) => {
    const old = before.get(each.properties.code)
    return [each.properties.code, old && isSame(old, each) ? old : each]
  }))
}

function isSame(one: PlanGrid, other: PlanGrid): boolean {
  const [mine, theirs] = [one.geometry.coordinates, other.geometry.coordinates]
  return mine.length === theirs.length
    && mine.every((ring, i) => ring.length === theirs[i]?.length && ring.every((at, k) => at[0] === theirs[i]?.[k]?.[0] && at[1] === theirs[i]?.[k]?.[1]))
    && JSON.stringify(one.properties) === JSON.stringify(other.properties)
}

/** No server, or one that is just starting: the same request may do soon. */
function lastAuthor(plan: PlanWhole): string {
  const last = [...plan.edits.filter(({ applied }) => applied), ...plan.events].sort((a, b) => a.made_at.localeCompare(b.made_at)).at(-1)
  return last?.made_by ?? plan.created_by
}

/** The net after an edit, from what the reply tells of it. A new grid has the band of its neighbours in kind. */
export function afterEdit(grids: ReadonlyMap<string, PlanGrid>, { edit, net }: Pick<Edited, 'edit' | 'net'>): Map<string, PlanGrid> {
  const next = new Map(grids)
  for (const code of edit.changed) next.delete(code)
  for (const grid of net.features) {
    const { community, kind } = grid.properties
    const like = [...grids.values()].find(({ properties }) => properties.community === community && properties.kind === kind)
    next.set(grid.properties.code, { ...grid, properties: { ...grid.properties, band: like?.properties.band ?? null } })
  }
  if (edit.operation === 'name') {
    const named = next.get(String(edit.parameters.grid))
    if (named) next.set(named.properties.code, { ...named, properties: { ...named.properties, name: String(edit.parameters.name) } })
  }
  return new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1)))
}
