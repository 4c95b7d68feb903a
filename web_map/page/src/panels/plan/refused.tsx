import type { Problem } from '../../register/api'
import { useSay } from '../../text/language'
import { reasonOf } from '../../text/sentence'

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
