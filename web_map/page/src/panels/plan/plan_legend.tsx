import { TONE, TONE_FREE } from '../../map/palette'
import { useSay } from '../../text/language'

const TONES = [['far-under', 'legend_far_under'], ['under', 'legend_under'], ['within', 'legend_within'], ['over', 'legend_over'], ['far-over', 'legend_far_over']] as const

export function PlanLegend() {
  const say = useSay()
  return (
    <section aria-label={say('legend')}>
      <details class="legend" open>
        <summary>{say('legend')}</summary>
        <ul>
          {TONES.map(([tone, text]) => (
            <li key={tone}><svg width="26" height="12" aria-hidden="true"><path d="M3 1h20v10H3z" fill={TONE[tone]} fill-opacity="0.6" stroke="#22303a" stroke-width="0.8" /></svg>{say(text)}</li>
          ))}
          <li><svg width="26" height="12" aria-hidden="true"><path d="M3 1h20v10H3z" fill={TONE_FREE} fill-opacity="0.42" stroke="#22303a" stroke-width="0.8" /></svg>{say('legend_free')}</li>
          <li><svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke="#7a3e00" stroke-width="2.4" stroke-dasharray="0.1 4" stroke-linecap="round" /></svg>{say('legend_changed')}</li>
          <li><svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke="#5b4a86" stroke-width="3.4" stroke-dasharray="6 4" /></svg>{say('legend_locked')}</li>
        </ul>
      </details>
    </section>
  )
}
