// One plan as the server has it: its edits, its net and what it changes. What was accepted is on the server
// before it is shown; a reload, a second tab or a lost network shows the same plan again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../register/api'
import * as plans from '../register/plans'
import type { Edit, Edited, PlanDiff, PlanGrid, PlanWhole } from '../register/plans'
import { takeProposal } from '../register/partitions'
import { asProblem } from '../register/use_answer'

const LOOK_AGAIN_MS = 8_000

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
  reload(): void
}

const NOTHING: PlanState = { plan: null, grids: new Map(), diff: null, problem: null, busy: false, conflict: null, changedBy: null }

export function usePlan(code: string | null, turn: string): PlanModel {
  const [state, setState] = useState<PlanState>(NOTHING)
  const now = useRef(state)
  const wanted = useRef(code)
  wanted.current = code
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
        if (wanted.current !== code || now.current.busy) return
        if (plan.version !== now.current.plan?.version) await load({ changedBy: lastAuthor(plan) })
        else if (now.current.problem?.status === 0) put({ problem: null })
      } catch (error) {
        if (wanted.current === code) put({ problem: asProblem(error) })
      }
    }
    const timer = setInterval(look, LOOK_AGAIN_MS)
    addEventListener('focus', look)
    addEventListener('online', look)
    return () => {
      clearInterval(timer)
      removeEventListener('focus', look)
      removeEventListener('online', look)
    }
  }, [code, load])

  /** Runs a write. A 412 opens the conflict instead of failing. */
  const write = async <T,>(mine: Edit | null, request: (seen: number) => Promise<T>): Promise<T | null> => {
    const open = now.current.plan
    if (!code || !open || now.current.busy) return null
    put({ busy: true, changedBy: null })
    try {
      return await request(open.version)
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status !== 412) throw problem
      const theirs = await plans.readPlan(code)
      const net = await plans.readNet(code)
      put({ plan: theirs, grids: byCode(net.features, now.current.grids), conflict: { theirs, seen: open.version, mine } })
      return null
    } finally {
      put({ busy: false })
    }
  }

  const edit = async (given: Edit): Promise<Edited | null> => {
    const done = await write(given, (seen) => plans.editPlan(code ?? '', given, seen))
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
  const whole = async (request: (seen: number) => Promise<PlanWhole>) => {
    const plan = await write(null, request)
    if (plan) await load({ plan })
  }

  return {
    ...state,
    edit,
    take: async (job, proposal) => {
      if (await write(null, (seen) => takeProposal(job, code ?? '', proposal, seen))) await load()
    },
    undo: () => whole((seen) => plans.undoPlan(code ?? '', seen)),
    redo: () => whole((seen) => plans.redoPlan(code ?? '', seen)),
    rebase: () => whole((seen) => plans.rebasePlan(code ?? '', seen)),
    step: (step, note, effective = null) => whole((seen) => plans.takeStep(code ?? '', step, seen, note, effective)),
    settle: async (keepMine) => {
      const mine = now.current.conflict?.mine
      put({ conflict: null })
      void refresh(false)
      return keepMine && mine ? edit(mine) : null
    },
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
