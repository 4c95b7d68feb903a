import type { Problem } from '../register/api'
import { useContext } from 'preact/hooks'
import { LocaleContext, useSay } from '../text/language'
import { reasonOf, sentence, wordsFor } from '../text/sentence'

/** A refusal in plain words: ours where we have them, else the server's own, which stay at hand where ours tell less. */
export function ProblemNote({ problem, title, onRetry }: { problem: Problem; title?: string; onRetry?: () => void }) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const short = wordsFor(say, problem.code, problem.more) !== null && sentence(say, problem.code, problem.more) === null && problem.status >= 400 && problem.status < 500
  return (
    <div class="note problem" role="alert">
      <strong>{title ?? say('problem')}</strong>
      <p>{reasonOf(say, problem)}</p>
      {short && problem.detail && (language === 'en' ? <p class="muted">{problem.detail}</p> : <details class="muted"><summary>{say('admin_words')}</summary><span lang="en">{problem.detail}</span></details>)}
      {onRetry && (problem.status === 0 || problem.status >= 500) && (
        <button type="button" class="plain" onClick={onRetry}>{say('retry')}</button>
      )}
    </div>
  )
}
