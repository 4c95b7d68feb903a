import type { PlanProblem } from '../../register/plans'
import { useSay } from '../../text/language'
import { ifNamed, named } from '../../text/named'

interface Props {
  readonly problems: readonly PlanProblem[]
  readonly at: number
  readonly nameOf: (code: string) => string
  readonly onGo: (index: number) => void
}

export function ProblemList({ problems, at, nameOf, onGo }: Props) {
  const say = useSay()
  if (!problems.length) return <p class="muted good">{say('plan_no_problems')}</p>
  return (
    <ol class="problems">
      {problems.map((each, i) => (
        <li key={`${each.code}/${each.grid}/${each.detail}`}>
          <button type="button" class={i === at ? 'problem-row on' : 'problem-row'} aria-current={i === at} onClick={() => onGo(i)}>
            <span class={each.blocks ? 'badge blocks' : 'badge warns'}>{say(each.blocks ? 'plan_blocks' : 'plan_warns')}</span>
            <span>
              <b>{nameOf(each.grid)}</b> {ifNamed(say, 'finding', each.code) ?? each.detail}
              {each.size !== null && each.unit && <span class="muted"> {sizeOf(each.size)} {named(say, 'unit', each.unit)}</span>}
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}

const sizeOf = (size: number) => (Number.isInteger(size) ? String(size) : size.toFixed(1))
