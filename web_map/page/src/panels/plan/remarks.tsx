// What reviewers and planners write to each other, on a grid or on the whole plan.
import { useContext, useState } from 'preact/hooks'
import type { Problem } from '../../register/api'
import { commentPlan, type PlanWhole, settleComment } from '../../register/plans'
import { asProblem } from '../../register/use_answer'
import { formatInstant, LocaleContext, useSay } from '../../text/language'
import { ProblemNote } from '../problem_note'

interface Props {
  readonly plan: PlanWhole
  readonly grid: string | null // the one that is selected
  readonly nameOf: (code: string) => string
  readonly onGrid: (code: string) => void
  readonly onWritten: () => void
}

export function Remarks({ plan, grid, nameOf, onGrid, onWritten }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const attempt = async (act: () => Promise<unknown>) => {
    setProblem(null)
    try {
      await act()
      setText('')
      onWritten()
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <div class="remarks">
      {plan.comments.length === 0 && <p class="muted good">{say('remarks_none')}</p>}
      <ul>
        {plan.comments.map((each) => (
          <li key={each.id} class={each.settled_by ? 'remark settled' : 'remark'}>
            <p>
              {each.grid_code && <button type="button" class="link" onClick={() => onGrid(each.grid_code ?? '')}>{nameOf(each.grid_code)}</button>} {each.remark}
            </p>
            <p class="muted">
              {each.made_by} · {formatInstant(locale, each.made_at, 'minute')}
              {each.settled_by ? <> · {say('remark_settled', { name: each.settled_by })}</> : <> · <button type="button" class="link" onClick={() => attempt(() => settleComment(plan.code, each.id))}>{say('remark_settle')}</button></>}
            </p>
          </li>
        ))}
      </ul>
      <form class="fields" onSubmit={(event) => { event.preventDefault(); if (text.trim()) void attempt(() => commentPlan(plan.code, text.trim(), grid)) }}>
        <label>{grid ? say('remark_on', { name: nameOf(grid) }) : say('remark_on_plan')}<input value={text} maxLength={2000} onInput={(event) => setText(event.currentTarget.value)} /></label>
        {problem && <ProblemNote problem={problem} />}
        <div class="buttons start"><button type="submit" class="plain" disabled={!text.trim()}>{say('remark_write')}</button></div>
      </form>
    </div>
  )
}
