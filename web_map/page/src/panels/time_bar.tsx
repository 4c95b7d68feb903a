// Answers for another instant: a day in the past, or one that is planned.
import type { RefObject } from 'preact'
import { useContext } from 'preact/hooks'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { instantOf, onTheClock } from '../text/zone'

interface Props {
  readonly time: string | null
  readonly open: boolean
  readonly input: RefObject<HTMLInputElement | null>
  readonly onTime: (time: string | null) => void
  readonly onClose: () => void
}

export function TimeBar({ time, open, input, onTime, onClose }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  if (!open && !time) return null
  return (
    <div class={time ? 'time-bar past' : 'time-bar'}>
      <label>
        <span>{time ? say('time_at', { time: formatInstant(locale, time, 'minute') }) : say('time_question')}</span>
        <input
          ref={input}
          type="datetime-local"
          value={onTheClock(time, locale.timeZone)}
          onChange={({ currentTarget: { value } }) => {
            const at = instantOf(value, locale.timeZone)
            if (at) onTime(at)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return
            event.stopPropagation() // the card stays
            event.currentTarget.blur()
            if (event.key === 'Escape' && !time) onClose()
          }}
        />
      </label>
      <button type="button" class="plain" onClick={() => { onTime(null); onClose() }}>{say('time_now')}</button>
    </div>
  )
}
