import type { Problem } from '../../register/api'
import { type Say, useSay } from '../../text/language'
import { wordsFor } from '../../text/sentence'

/** Why an edit does not go, in the reader's words; the server's own where there are none. */
export function reasonOf(say: Say, problem: Problem): string {
  return wordsFor(say, problem.code, problem.more) ?? (problem.detail || problem.title || say('problem_generic'))
}

export function Refused({ problem, onClose }: { problem: Problem; onClose?: () => void }) {
  const say = useSay()
  return (
    <div class="note problem refused" role="alert">
      <strong>{say('refused')}</strong>
      <p>{reasonOf(say, problem)}</p>
      {onClose && <button type="button" class="quiet close" aria-label={say('close')} onClick={onClose}>×</button>}
    </div>
  )
}
