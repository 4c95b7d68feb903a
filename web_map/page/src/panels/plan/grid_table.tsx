// The live table of a plan's grids: the list and keyboard twin of its map.
import { useContext, useState } from 'preact/hooks'
import { TONE, TONE_FREE, WITHIN_BAR } from '../../map/palette'
import { deviation, toneOf } from '../../planning/balance'
import type { GridFacts, PlanGrid, Workload } from '../../register/plans'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { useOrder } from '../use_order'

const SHOWN = 120
const BAR_PX = 44
type Order = 'code' | 'households' | 'deviation' | 'workload' | 'area_m2' | 'compactness'

interface Props {
  readonly grids: ReadonlyMap<string, PlanGrid>
  readonly workload: Workload | null
  readonly selected: ReadonlySet<string>
  readonly locked: ReadonlySet<string>
  readonly onChoose: (code: string, more: boolean) => void
  readonly onZoom: (code: string) => void
}

export function GridTable({ grids, workload, selected, locked, onChoose, onZoom }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const { order, down, head } = useOrder<Order>('code')
  const [most, setMost] = useState(SHOWN)
  const facts = [...grids.values()].map(({ properties }) => properties)
  const top = Math.max(1, ...facts.map(({ households, band }) => Math.max(households, band ? band[1] * 1.2 : 0)))
  const worth = (each: GridFacts) => {
    if (order === 'code') return 0
    if (order === 'deviation') return deviation(each.households, each.band)
    return order === 'workload' ? (workload?.[each.code] ?? 0) : each[order]
  }
  const rows = facts.sort((a, b) => (worth(a) - worth(b) || (a.code < b.code ? -1 : 1)) * (down ? -1 : 1))
  const number = numberFormat(language)
  const hours = (value?: number) => (value === undefined ? '…' : number.format(Math.round(value)))
  return (
    <>
      <table class="rows grids">
        <caption class="visually-hidden">{say('plan_grids')}</caption>
        <thead>
          <tr>
            <td />
            {head('code', say('grid'))}
            {head('households', say('count_households'))}
            {head('deviation', say('plan_band'))}
            {head('workload', say('plan_workload'))}
            {head('area_m2', say('plan_area'))}
            {head('compactness', say('plan_compact'))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((each) => (
            <tr key={each.code} class={selected.has(each.code) ? 'on' : ''} data-code={each.code}>
              <td><input type="checkbox" checked={selected.has(each.code)} aria-label={say('plan_choose', { name: each.name || each.code })} onChange={() => onChoose(each.code, true)} /></td>
              <th scope="row">
                <button type="button" class="link" title={each.code} onClick={() => { onChoose(each.code, false); onZoom(each.code) }}>{shortName(each)}</button>
                {each.changed && <span class="mark" title={say('plan_changed')}>●</span>}
                {locked.has(each.code) && <span class="mark lock" title={say('tool_lock')}>{say('plan_locked')}</span>}
              </th>
              <td class="figure">{number.format(each.households)}</td>
              <td><Deviation facts={each} top={top} /></td>
              <td class="figure">{hours(workload?.[each.code])}</td>
              <td class="figure">{(each.area_m2 / 10_000).toFixed(1)}</td>
              <td class="figure">{each.compactness.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && <button type="button" class="plain" onClick={() => setMost(most + 500)}>{say('plan_more_rows', { count: rows.length - most })}</button>}
    </>
  )
}

/** 第3网格 of 笔峰寺社区第3网格 where all have such names; a grid without a name shows the end of its code. */
export function shortName({ name, code }: Pick<GridFacts, 'name' | 'code'>): string {
  const at = name.indexOf('第')
  if (!name.trim()) return code.startsWith('*') ? code : `…${code.slice(-6)}`
  return at > 0 ? name.slice(at) : name
}

function Deviation({ facts, top }: { facts: GridFacts; top: number }) {
  const say = useSay()
  const { households, band } = facts
  const tone = toneOf(facts)
  const x = (value: number) => (value / top) * BAR_PX
  const off = Math.round(deviation(households, band) * 100)
  const text = band ? (off ? `${off > 0 ? '+' : '−'}${Math.abs(off)}%` : say('plan_within')) : say('plan_no_band')
  return (
    <span class="deviation">
      <svg width={BAR_PX} height="12" aria-hidden="true">
        {band && <rect x={x(band[0])} y="0" width={x(band[1] - band[0])} height="12" fill="#dfe7e0" />}
        <rect x="0" y="3" width={x(households)} height="6" fill={tone === 'free' ? TONE_FREE : tone === 'within' ? WITHIN_BAR : TONE[tone]} />
        {band && <path d={`M${x(band[0])} 0v12M${x(band[1])} 0v12`} stroke="#5d6b74" />}
      </svg>
      <span class={off ? 'off' : 'muted'}>{text}</span>
    </span>
  )
}
