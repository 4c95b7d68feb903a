// The list and keyboard twin of the map: each cell with its count and its figure.
import { useContext, useState } from 'preact/hooks'
import type { Rate, Unit } from '../../density/question'
import { colourOf } from '../../density/ramp'
import { LocaleContext, useSay } from '../../text/language'
import { Swatch } from './density_legend'
import { formatValue } from './words'
import { useOrder } from '../use_order'

const SHOWN = 120
type Order = 'code' | 'count' | 'value'

export interface DensityRow {
  readonly code: string
  readonly name: string
  readonly count: number | null
  readonly value: number | null
}

interface Props {
  readonly rows: readonly DensityRow[]
  readonly rate: Rate
  readonly unit: Unit
  readonly breaks: readonly number[]
  readonly chosen: string | null
  readonly onChoose: (code: string) => void
}

export function DensityTable({ rows, rate, unit, breaks, chosen, onChoose }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const { order, down, head } = useOrder<Order>('value')
  const [most, setMost] = useState(SHOWN)
  // without a value last, whichever way the others go
  const worth = (row: DensityRow) => (order === 'code' ? 0 : (row[order] ?? (down ? -1 : Infinity)))
  const sorted = [...rows].sort((a, b) => (worth(a) - worth(b)) * (down ? -1 : 1) || (a.code < b.code ? -1 : 1) * (order === 'code' && down ? -1 : 1))
  const figure = (value: number | null, as: Rate) => (value === null ? <span title={say('value_none')}>—</span> : formatValue(locale, value, as))
  return (
    <>
      <table class="rows density-table">
        <caption class="visually-hidden">{say('density_title')}</caption>
        <thead><tr>{head('code', unit === 'grid' ? say('grid') : say(`unit_${unit}`))}{head('count', say('rate_count'), 'figure')}{head('value', rate === 'count' ? say('density_value') : say(`rate_${rate}`), 'figure')}</tr></thead>
        <tbody>
          {sorted.slice(0, most).map((row) => (
            <tr key={row.code} data-code={row.code} class={row.code === chosen ? 'on' : ''}>
              <th scope="row"><button type="button" class="link" title={row.code} aria-pressed={row.code === chosen} onClick={() => onChoose(row.code)}>{row.name || row.code}</button></th>
              <td class="figure">{figure(row.count, 'count')}</td>
              <td class="figure">{figure(row.value, rate)} <Swatch colour={colourOf(row.value, breaks)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > most && <button type="button" class="plain" onClick={() => setMost(most + 500)}>{say('plan_more_rows', { count: sorted.length - most })}</button>}
    </>
  )
}
