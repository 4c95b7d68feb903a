// Grids that stand out: hot and cold spots of the days, and early warnings up to the last day.
import { useContext } from 'preact/hooks'
import type { EarlyWarning, Emerging, HotSpot } from '../../density/answers'
import type { Asked } from '../../density/use_density'
import { LocaleContext, type Say, useSay } from '../../text/language'
import { ProblemNote } from '../problem_note'
import { named } from '../../text/named'
import { formatValue } from './words'

interface Props<T> {
  readonly found: Asked<readonly T[]>
  readonly chosen?: string | null
  readonly onChoose: (code: string) => void
}

export function HotSpots({ found, chosen, onChoose }: Props<HotSpot>) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  if (found.problem) return <ProblemNote problem={found.problem} />
  return (
    <>
      <p class="hint">{say('density_hot_note')}</p>
      {found.answer?.length === 0 && <p class="muted empty-state">{say('density_no_hot')}</p>}
      {found.answer && found.answer.length > 0 && (
        <table class="rows density-table">
          <thead><tr><th scope="col">{say('grid')}</th><th scope="col" class="figure">{say('rate_count')}</th><th scope="col" class="figure">{say('density_expected')}</th></tr></thead>
          <tbody>
            {found.answer.map(({ grid, name, kind, count, expected, q }) => (
              <tr key={grid} data-code={grid} class={grid === chosen ? 'on' : ''}>
                <th scope="row"><button type="button" class="link" title={grid} onClick={() => onChoose(grid)}>{name || grid}</button> <span class={`badge ${kind}`} title={`q = ${q}`}>{say(kind === 'hot' ? 'kind_hot' : 'kind_cold')}</span></th>
                <td class="figure">{formatValue(locale, count, 'count')}</td>
                <td class="figure">{formatValue(locale, expected, 'km2')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

export function EarlyWarnings({ found, onChoose }: Props<EarlyWarning>) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  if (found.problem) return <ProblemNote problem={found.problem} />
  return (
    <>
      <p class="hint">{say('density_early_note')}</p>
      {found.answer?.length === 0 && <p class="muted empty-state">{say('density_no_early')}</p>}
      {found.answer && found.answer.length > 0 && (
        <table class="rows density-table">
          <thead><tr><th scope="col">{say('grid')}</th><th scope="col" class="figure">{say('rate_count')}</th><th scope="col" class="figure">{say('density_usual')}</th></tr></thead>
          <tbody>
            {found.answer.map(({ grid, name, matter, matter_name, count, usual: [low, high] }) => (
              <tr key={`${grid} ${matter}`}>
                <th scope="row"><button type="button" class="link" title={grid} onClick={() => onChoose(grid)}>{name || grid}</button> <span class="muted">{matter_name}</span></th>
                <td class="figure">{formatValue(locale, count, 'count')}</td>
                <td class="figure">{low} – {high}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

/** The classes of a grid in words. */
export const saidEmerging = (say: Say, { hot, cold }: Pick<Emerging, 'hot' | 'cold'>) =>
  [hot && named(say, 'hot', hot), cold && `${say('kind_cold')} · ${named(say, 'hot', cold)}`].filter(Boolean).join(' ')

export function EmergingSpots({ found, chosen, onChoose }: Props<Emerging>) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  if (found.problem) return <p class="note" role="status">{say('density_emerging_short')}</p>
  return (
    <>
      <p class="hint">{say('density_emerging_note')}</p>
      {found.answer?.length === 0 && <p class="muted empty-state">{say('density_no_hot')}</p>}
      {found.answer && found.answer.length > 0 && (
        <table class="rows density-table">
          <thead><tr><th scope="col">{say('grid')}</th><th scope="col" class="figure">{say('rate_count')}</th></tr></thead>
          <tbody>
            {found.answer.map(({ grid, name, hot, cold, counts }) => (
              <tr key={grid} data-code={grid} class={grid === chosen ? 'on' : ''}>
                <th scope="row"><button type="button" class="link" title={grid} onClick={() => onChoose(grid)}>{name || grid}</button> {hot && <span class="badge hot">{saidEmerging(say, { hot, cold: null })}</span>} {cold && <span class="badge cold">{saidEmerging(say, { hot: null, cold })}</span>}</th>
                <td class="figure">{formatValue(locale, counts.reduce((sum, each) => sum + each, 0), 'count')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
