import { useContext } from 'preact/hooks'
import type { Rate } from '../../density/question'
import { classRows, NO_VALUE, ZERO } from '../../density/ramp'
import { LocaleContext, useSay } from '../../text/language'
import { formatValue } from './words'

/** The classes of all frames, zero and what has no value. */
export function DensityLegend({ breaks, rate, place }: { breaks: readonly number[]; rate: Rate; place: 'on-map' | 'in-panel' }) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const said = (value: number) => formatValue(locale, value, rate)
  const rows = classRows(breaks, rate === 'count').map(({ colour, low, high }) => ({
    colour,
    text: rate === 'count' ? (low === high ? said(low) : `${said(low)} – ${said(high)}`) : low ? `${said(low)} – ${said(high)}` : `≤ ${said(high)}`,
  }))
  return (
    <section class={`density-legend ${place}`} aria-label={say('legend')}>
      <h3>{say(`rate_${rate}`)}</h3>
      <ul>
        {[{ colour: NO_VALUE, text: say('value_none') }, { colour: ZERO, text: '0' }, ...rows].map(({ colour, text }) => (
          <li key={colour}><Swatch colour={colour} />{text}</li>
        ))}
      </ul>
    </section>
  )
}

export function Swatch({ colour }: { colour: string }) {
  return <svg class="swatch" width="20" height="12" aria-hidden="true"><path d="M0.5 0.5h19v11h-19z" fill={colour} stroke="#7d7466" stroke-width="0.8" /></svg>
}
