// Proposals beside each other: a small map and the same figures for each.
import { useContext } from 'preact/hooks'
import type { Proposal, Proposed } from '../../register/partitions'
import { TINTS } from '../../map/tint'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { ifNamed, named } from '../../text/named'

interface Props {
  readonly proposals: readonly Proposal[]
  /** How many grids there are today; with another number nobody can say who moved. */
  readonly present: number
  readonly shown: Proposal | null
  readonly busy: boolean
  readonly onShow: (proposal: Proposal | null) => void
  readonly onTake: (name: string) => void
}

export function ProposalTable({ proposals, present, shown, busy, onShow, onTake }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language, { maximumFractionDigits: 0 })
  const percent = (share: number | null | undefined, digits: number) => (share == null ? '—' : `${(share * 100).toFixed(digits)}%`)
  const spread = ({ features }: Proposed) => {
    const held = features.map(({ properties }) => properties.households ?? 0)
    return held.length ? `${number.format(Math.min(...held))}–${number.format(Math.max(...held))}` : '—'
  }
  const rows: readonly (readonly [string, (each: Proposal) => string])[] = [
    [say('balance_figure_grids'), ({ figures }) => number.format(figures.grids)],
    [say('balance_figure_spread'), ({ net }) => spread(net)],
    [say('balance_figure_deviation'), ({ figures }) => percent(figures.max_deviation, 1)],
    [say('balance_figure_compactness'), ({ figures }) => figures.mean_compactness?.toFixed(2) ?? '—'],
    [say('balance_figure_barriers'), ({ figures }) => percent(figures.along_barriers, 0)],
    [say('balance_figure_moved'), ({ figures }) => (figures.moved_households == null || figures.grids !== present ? '—' : number.format(figures.moved_households))],
    [say('balance_figure_split'), ({ figures }) => number.format(figures.split_compounds?.length ?? 0)],
  ]
  const blocked = proposals.filter(({ blockers }) => blockers.length > 0)
  return (
    <>
      <div class="proposals">
        <table class="rows">
          <caption class="visually-hidden">{say('balance_title')}</caption>
          <thead>
            <tr><th scope="col">{say('balance_measure')}</th>{proposals.map(({ name }) => <th key={name} scope="col">{named(say, 'proposal', name)}</th>)}</tr>
          </thead>
          <tbody>
            <tr><td />{proposals.map((each) => <td key={each.name}><Thumbnail net={each.net} label={say('balance_map', { name: named(say, 'proposal', each.name) })} /></td>)}</tr>
            {rows.map(([title, tell]) => (
              <tr key={title}><th scope="row">{title}</th>{proposals.map((each) => <td key={each.name} class="figure">{tell(each)}</td>)}</tr>
            ))}
            <tr>
              <td />
              {proposals.map((each) => (
                <td key={each.name}>
                  <button type="button" class="plain" aria-pressed={shown?.name === each.name} onClick={() => onShow(shown?.name === each.name ? null : each)}>{say('balance_show')}</button>
                  <button type="button" class="primary" disabled={busy} aria-label={`${say('balance_take')}: ${named(say, 'proposal', each.name)}`} onClick={() => onTake(each.name)}>{say('balance_take')}</button>
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      {proposals.map(({ name, figures: { relocated = [] } }) => relocated.length > 0 && (
        <p key={name} class="note">{say('balance_relocated', { name: named(say, 'proposal', name), count: relocated.length, grids: relocated.join(say('list_comma')) })}</p>
      ))}
      {blocked[0] && (
        <details class="part">
          <summary>{say('balance_blockers')}</summary>
          <ul>{blocked[0].blockers.map(({ cause, message }) => <li key={message}>{ifNamed(say, 'cause', cause) ?? message}</li>)}</ul>
        </details>
      )}
    </>
  )
}

const SIDE = 96

function Thumbnail({ net, label }: { net: Proposed; label: string }) {
  const corners = net.features.flatMap(({ geometry }) => geometry.coordinates[0] ?? [])
  if (!corners.length) return null
  const lons = corners.map(([lon = 0]) => lon)
  const lats = corners.map(([, lat = 0]) => lat)
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)]
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = SIDE / Math.max((east - west) * squeeze, north - south, 1e-9)
  const place = ([lon = 0, lat = 0]: readonly number[]) => `${((lon - west) * squeeze * scale).toFixed(1)} ${((north - lat) * scale).toFixed(1)}`
  return (
    <svg class="thumbnail" viewBox={`-1 -1 ${((east - west) * squeeze * scale + 2).toFixed(1)} ${((north - south) * scale + 2).toFixed(1)}`} role="img" aria-label={label}>
      {net.features.map(({ geometry }, i) => (
        <path key={i} d={geometry.coordinates.map((ring) => `M${ring.map(place).join('L')}Z`).join('')} fill={TINTS[i % TINTS.length]} fill-rule="evenodd" stroke="#22303a" />
      ))}
    </svg>
  )
}
