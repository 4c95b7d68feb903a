import type { Answer } from '../register/types'
import { useSay } from '../text/language'

export function Warnings({ answer }: { answer: Answer }) {
  const say = useSay()
  const { warnings } = answer
  if (!warnings.length && !answer.stale) return null
  return (
    <section class="note warning" aria-label={say('warnings')}>
      <strong>{say('warnings')}</strong>
      <ul>
        {answer.stale && <li>{say('stale')}</li>}
        {warnings.map((warning, i) => <li key={`${warning.code}${i}`}>{warning.text ?? warning.code}</li>)}
      </ul>
    </section>
  )
}
