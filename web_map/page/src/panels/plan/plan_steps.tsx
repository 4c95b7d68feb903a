// From draft into force: what may be done next, by whom it was done, and when it takes effect.
import { useContext, useState } from 'preact/hooks'
import type { PlanState, PlanWhole, Step } from '../../register/plans'
import { formatInstant, LocaleContext, useSay } from '../../text/language'
import { named } from '../../text/named'
import { instantOf } from '../../text/zone'

const WAY: readonly PlanState[] = ['draft', 'submitted', 'reviewed', 'approved', 'published']
const NEXT: Readonly<Record<PlanState, readonly Step[]>> = {
  draft: ['submission', 'withdrawal'],
  returned: ['submission', 'withdrawal'],
  submitted: ['review', 'return', 'withdrawal'],
  reviewed: ['approval', 'return', 'withdrawal'],
  approved: ['publication', 'return', 'withdrawal'],
  published: [],
  withdrawn: [],
}

interface Props {
  readonly plan: PlanWhole
  readonly busy: boolean
  readonly onStep: (step: Step, note: string, effective: string | null) => void
}

export function PlanSteps({ plan, busy, onStep }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [note, setNote] = useState('')
  const [when, setWhen] = useState('')
  const steps = NEXT[plan.state]
  const reached = WAY.indexOf(plan.state === 'returned' ? 'draft' : plan.state)
  const take = (step: Step) => {
    onStep(step, note.trim(), instantOf(when, locale.timeZone))
    setNote('')
  }
  return (
    <section class="part steps" aria-label={say('plan_way')}>
      <ol class="way">
        {WAY.map((state, i) => <li key={state} class={i < reached ? 'done' : i === reached ? 'here' : ''} aria-current={i === reached ? 'step' : undefined}>{named(say, 'state', state)}</li>)}
      </ol>
      {plan.state === 'withdrawn' && <p class="note">{say('state_withdrawn')}</p>}
      {plan.state === 'returned' && <p class="note">{say('plan_returned', { note: plan.events.at(-1)?.note ?? '' })}</p>}
      {steps.length > 0 && (
        <div class="fields">
          <label>{say('step_note')}<input value={note} maxLength={2000} onInput={(event) => setNote(event.currentTarget.value)} /></label>
          {plan.state === 'approved' && (
            <label>{say('step_effective')}<input type="datetime-local" value={when} onInput={(event) => setWhen(event.currentTarget.value)} /></label>
          )}
          <div class="buttons start">
            {steps.map((step, i) => (
              <button key={step} type="button" class={i === 0 ? 'primary' : 'plain'} disabled={busy || (step === 'return' && !note.trim())} title={step === 'return' ? say('step_return_needs') : undefined} onClick={() => take(step)}>
                {named(say, 'step', step)}
              </button>
            ))}
          </div>
        </div>
      )}
      <details>
        <summary>{say('plan_log')}</summary>
        <ol class="log">
          {plan.events.map((event) => (
            <li key={`${event.step}${event.made_at}`}><b>{named(say, 'event', event.step)}</b> {event.made_by} <span class="muted">{formatInstant(locale, event.made_at, 'minute')}</span>{event.note && <p>{event.note}</p>}</li>
          ))}
        </ol>
      </details>
    </section>
  )
}
