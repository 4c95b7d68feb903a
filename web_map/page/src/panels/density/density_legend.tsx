import { useContext } from 'preact/hooks'
import type { Rate } from '../../density/question'
import { classRows, NO_VALUE, ZERO } from '../../density/ramp'
import { SPOT_KINDS, type SpotKind } from '../../density/spots'
import { SPOT } from '../../map/palette'
import type { LegendRow } from '../../map/picture_legend'
import { type Locale, LocaleContext, type Say, useSay } from '../../text/language'
import { formatValue } from './words'

/** What stands out on the map: kinds that are drawn, and what they are for. */
export interface SpotLegend {
  readonly title: string
  readonly kinds: ReadonlySet<SpotKind>
}

/** The classes of all frames, zero and what has no value. */
export function densityRows(say: Say, locale: Locale, breaks: readonly number[], rate: Rate): readonly LegendRow[] {
  const said = (value: number) => formatValue(locale, value, rate)
  const rows = classRows(breaks, rate === 'count').map(({ colour, low, high }) => ({
    colour,
    text: rate === 'count' ? (low === high ? said(low) : `${said(low)} – ${said(high)}`) : low ? `${said(low)} – ${said(high)}` : `≤ ${said(high)}`,
  }))
  return [{ colour: NO_VALUE, text: say('value_none') }, { colour: ZERO, text: '0' }, ...rows]
}

export const spotRows = (say: Say, { kinds }: SpotLegend): readonly LegendRow[] =>
  SPOT_KINDS.filter((kind) => kinds.has(kind)).map((kind) => ({ ...SPOT[kind], text: say(`spot_${kind}`) }))

interface Props {
  readonly breaks: readonly number[]
  readonly rate: Rate
  readonly spots: SpotLegend | null
  readonly place: 'on-map' | 'in-panel'
}

export function DensityLegend({ breaks, rate, spots, place }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  return (
    <section class={`density-legend ${place}`} aria-label={say('legend')}>
      <h3>{say(`rate_${rate}`)}</h3>
      <ul>
        {densityRows(say, locale, breaks, rate).map(({ colour, text }) => <li key={colour}><Swatch colour={colour} />{text}</li>)}
      </ul>
      {spots && spots.kinds.size > 0 && (
        <>
          <h3>{spots.title}</h3>
          <ul class="spot-kinds">
            {spotRows(say, spots).map((row) => <li key={row.colour}><Stroke {...row} />{row.text}</li>)}
          </ul>
        </>
      )}
    </section>
  )
}

export function Swatch({ colour }: { colour: string }) {
  return <svg class="swatch" width="20" height="12" aria-hidden="true"><path d="M0.5 0.5h19v11h-19z" fill={colour} stroke="#7d7466" stroke-width="0.8" /></svg>
}

function Stroke({ colour, width = 1, dashes }: LegendRow) {
  return <svg class="swatch" width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke={colour} stroke-width={width} stroke-dasharray={dashes?.map((dash) => dash * width).join(' ')} /></svg>
}
