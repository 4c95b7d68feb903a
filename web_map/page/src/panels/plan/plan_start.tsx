// Plan mode without a plan: those there are, and a new one.
import type { ComponentChildren } from 'preact'
import type { Problem } from '../../register/api'
import type { District } from '../../register/types'
import { useSay } from '../../text/language'
import { ProblemNote } from '../problem_note'
import { PlanList } from './plan_list'

interface Props {
  readonly district: District | null
  readonly problem: Problem | null
  readonly mayPlan: boolean
  readonly turn: string
  readonly onRetry: () => void
  readonly onOpen: (code: string) => void
  readonly children: ComponentChildren // the search box
}

export function PlanStart({ district, problem, mayPlan, turn, onRetry, onOpen, children }: Props) {
  const say = useSay()
  return (
    <main class="panel" aria-label={say('plan_panel')}>
      {children}
      <div class="scroll">
        {problem && <ProblemNote problem={problem} onRetry={onRetry} />}
        {!mayPlan && <p class="note" role="status">{say('plans_sign_in')}</p>}
        {mayPlan && district && <PlanList district={district} turn={turn} onOpen={onOpen} />}
      </div>
    </main>
  )
}
