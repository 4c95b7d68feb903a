// The plans of the district, and a new one.
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Problem } from '../../register/api'
import { createPlan, listPlans, type Plan } from '../../register/plans'
import type { District } from '../../register/types'
import { asProblem } from '../../register/use_answer'
import { formatInstant, LocaleContext, useSay } from '../../text/language'
import { named } from '../../text/named'
import { ProblemNote } from '../problem_note'
import { ScopePicker } from './scope_picker'

const KINDS = ['grids', 'boundary', 'community'] as const

interface Props {
  readonly district: District
  readonly turn: string
  readonly onOpen: (code: string) => void
}

export function PlanList({ district, turn, onOpen }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [plans, setPlans] = useState<readonly Plan[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    setProblem(null)
    listPlans().then(setPlans).catch((error: unknown) => setProblem(asProblem(error)))
  }, [turn, tries])

  return (
    <section class="plans">
      <header class="card-head"><h2>{say('plans')}</h2><p class="hint">{say('plans_hint')}</p></header>
      {problem && <ProblemNote problem={problem} onRetry={() => setTries(tries + 1)} />}
      {!problem && <NewPlan district={district} onOpen={onOpen} />}
      {!plans && !problem && <p class="muted waiting">{say('loading')}</p>}
      {plans && plans.length === 0 && <p class="muted empty-state">{say('plans_none')}</p>}
      {plans && plans.length > 0 && (
        <ul class="plan-rows">
          {plans.map((plan) => (
            <li key={plan.code}>
              <button type="button" class="plan-row" onClick={() => onOpen(plan.code)}>
                <span class="plan-title">{plan.title}</span>
                <span class={`badge state ${plan.state}`}>{named(say, 'state', plan.state)}</span>
                <span class="muted">
                  <span class="code">{plan.code}</span> · {say('plan_edits', { count: plan.applied })} · {plan.created_by} · {formatInstant(locale, plan.updated_at, 'minute')}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function NewPlan({ district, onOpen }: { district: District; onOpen: (code: string) => void }) {
  const say = useSay()
  const [scope, setScope] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    setProblem(null)
    try {
      const made = await createPlan({ title: String(fields.get('title')).trim(), scope, kind: String(fields.get('kind')) as Plan['kind'] })
      onOpen(made.code)
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <details class="part new-plan">
      <summary>{say('plan_new')}</summary>
      <form class="fields" onSubmit={submit}>
        <label>{say('plan_title')}<input name="title" required maxLength={200} /></label>
        <ScopePicker district={district} value={scope} onChange={setScope} />
        <label>{say('plan_kind')}
          <select name="kind">
            {KINDS.map((kind) => <option key={kind} value={kind}>{say(`plan_kind_${kind}`)}</option>)}
          </select>
        </label>
        {problem && <ProblemNote problem={problem} />}
        <div class="buttons"><button type="submit" class="primary" disabled={!scope}>{say('plan_create')}</button></div>
      </form>
    </details>
  )
}
