import type { Problem } from '../register/api'
import { useSay } from '../text/language'
import { isNamed, named } from '../text/named'

/** A refusal in plain words: ours where we have them, else the server's own. */
export function ProblemNote({ problem, title, onRetry }: { problem: Problem; title?: string; onRetry?: () => void }) {
  const say = useSay()
  const known = isNamed('problem', problem.code)
  const text = known ? named(say, 'problem', problem.code) : problem.detail || problem.title || say('problem_generic')
  return (
    <div class="note problem" role="alert">
      <strong>{title ?? say('problem')}</strong>
      <p>{text}</p>
      {known && problem.detail && problem.status >= 400 && problem.status < 500 && <p class="muted" lang="en">{problem.detail}</p>}
      {onRetry && (problem.status === 0 || problem.status >= 500) && (
        <button type="button" class="plain" onClick={onRetry}>{say('retry')}</button>
      )}
    </div>
  )
}
