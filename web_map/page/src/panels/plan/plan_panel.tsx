// One plan: its state, its grids, its problems and what it changes.
import { useState } from 'preact/hooks'
import type { PlanModel } from '../../planning/use_plan'
import { useWorkload } from '../../planning/use_workload'
import type { Problem } from '../../register/api'
import type { Edit, PlanWhole, Step } from '../../register/plans'
import { useSay } from '../../text/language'
import { named } from '../../text/named'
import { DiffTable } from './diff_table'
import { Founding } from './founding'
import { GridTable } from './grid_table'
import { PlanSteps } from './plan_steps'
import { ProblemList } from './problem_list'
import { Refused } from './refused'
import { Remarks } from './remarks'
import { Spread } from './spread'

const TABS = ['grids', 'problems', 'changes', 'remarks'] as const

interface Props {
  readonly model: PlanModel
  readonly plan: PlanWhole
  readonly selected: ReadonlySet<string>
  readonly locked: ReadonlySet<string>
  readonly problemAt: number
  readonly refusal: Problem | null
  readonly editable: boolean
  readonly nameOf: (code: string) => string
  readonly onDismiss: () => void
  readonly onChoose: (code: string, more: boolean) => void
  readonly onZoom: (code: string) => void
  readonly onProblem: (index: number) => void
  readonly onRename: (code: string, name: string) => void
  readonly onEdit: (edit: Edit) => void
  readonly onStep: (step: Step, note: string, effective: string | null) => void
  readonly onRebase: () => void
  readonly onRevert: () => void
  readonly onClose: () => void
  readonly onCompare: () => void
}

export function PlanPanel(props: Props) {
  const say = useSay()
  const { model, plan, selected } = props
  const { grids, diff } = model
  const workload = useWorkload(plan.code, plan.version)
  const [tab, setTab] = useState<(typeof TABS)[number]>('grids')
  const problems = diff?.problems ?? []
  const blocking = problems.filter(({ blocks }) => blocks).length
  const one = selected.size === 1 ? grids.get([...selected][0] ?? '')?.properties : undefined
  const count = (name: (typeof TABS)[number]) => (name === 'grids' ? grids.size : name === 'problems' ? problems.length : name === 'remarks' ? plan.comments.filter(({ settled_by }) => !settled_by).length : (diff?.grids.length ?? 0))
  return (
    <section class="plan" aria-busy={model.busy}>
      <header class="card-head">
        <p class="eyebrow">
          <button type="button" class="link" onClick={props.onClose}>‹ {say('plans')}</button>
          <span class={`badge state ${plan.state}`}>{named(say, 'state', plan.state)}</span>
          <span class="code">{plan.code}</span>
        </p>
        <h2>{plan.title}</h2>
        <p class="muted">
          {say('plan_on_version', { version: plan.base })} · {say('plan_edits', { count: plan.applied })}
          {plan.published !== null && <> · {say('plan_became', { version: plan.published })}</>}
          {' '}<span role="status" class="saved">{say(model.stalled ? 'plan_stalled_short' : model.busy ? 'plan_saving' : 'plan_saved')}</span>
        </p>
      </header>
      {model.stalled && (
        <div class="note problem" role="alert">
          <p>{say('plan_stalled', { what: model.stalled === 'step' ? say('conflict_step') : named(say, 'operation', model.stalled) })}</p>
          <button type="button" class="plain" onClick={model.giveUp}>{say('plan_give_up')}</button>
        </div>
      )}
      {model.changedBy && <p class="note" role="status">{say('plan_changed_by', { name: model.changedBy })}</p>}
      {props.refusal && <Refused problem={props.refusal} onClose={props.onDismiss} />}
      {props.refusal?.code === 'plan-conflicts' && <p><button type="button" class="plain" onClick={props.onRebase}>{say('plan_rebase')}</button></p>}
      {one && props.editable && <Rename key={one.code} code={one.code} name={one.name} onRename={props.onRename} />}
      {plan.kind === 'community' && <Founding plan={plan} selected={selected} editable={props.editable} onEdit={props.onEdit} />}
      <PlanSteps plan={plan} busy={model.busy} onStep={props.onStep} />
      {plan.state === 'published' && <p><button type="button" class="plain" onClick={props.onRevert}>{say('plan_revert')}</button></p>}
      <div class="tabs" role="tablist" aria-label={say('plan_parts')}>
        {TABS.map((name) => (
          <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={tab === name} aria-controls="plan-tab" class="tab" onClick={() => setTab(name)}>
            {say(`tab_${name}`)} <span class={name === 'problems' && blocking ? 'count bad' : 'count'}>{count(name)}</span>
          </button>
        ))}
      </div>
      <div id="plan-tab" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'grids' && (
          <>
            <Spread grids={grids} />
            <GridTable grids={grids} workload={workload} selected={selected} locked={props.locked} onChoose={props.onChoose} onZoom={props.onZoom} />
          </>
        )}
        {tab === 'problems' && <ProblemList problems={problems} at={props.problemAt} nameOf={props.nameOf} onGo={props.onProblem} />}
        {tab === 'remarks' && <Remarks plan={plan} grid={one?.code ?? null} nameOf={props.nameOf} onGrid={(code) => { props.onChoose(code, false); props.onZoom(code) }} onWritten={model.reload} />}
        {tab === 'changes' && diff && (
          <>
            <DiffTable diff={diff} nameOf={props.nameOf} onGrid={(code) => { props.onChoose(code, false); props.onZoom(code) }} />
            {diff.grids.length > 0 && <p><button type="button" class="plain" onClick={props.onCompare}>{say('plan_compare')}</button></p>}
          </>
        )}
      </div>
    </section>
  )
}

function Rename({ code, name, onRename }: { code: string; name: string; onRename: (code: string, name: string) => void }) {
  const say = useSay()
  const [text, setText] = useState(name)
  return (
    <form class="rename" onSubmit={(event) => { event.preventDefault(); if (text.trim() && text.trim() !== name) onRename(code, text.trim()) }}>
      <label><span>{say('rename')} <span class="code">{code}</span></span><input value={text} maxLength={200} onInput={(event) => setText(event.currentTarget.value)} /></label>
      <button type="submit" class="plain" disabled={!text.trim() || text.trim() === name}>{say('rename_do')}</button>
    </form>
  )
}
