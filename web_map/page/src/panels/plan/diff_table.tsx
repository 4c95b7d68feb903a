// What a plan changes: grids with where their ground goes, buildings and staff that change owner.
import { useContext } from 'preact/hooks'
import { csvOfDiff, type GridChange, type PlanDiff } from '../../register/plans'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { named } from '../../text/named'

interface Props {
  readonly diff: Omit<PlanDiff, 'plan'> & { readonly plan: string | null }
  readonly nameOf: (code: string) => string
  readonly onGrid: (code: string) => void
  /** Whether the table of a plan is offered as a file; else its place has its own files. */
  readonly files?: boolean
}

const SHOWN = 60

export function DiffTable({ diff, nameOf, onGrid, files = true }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  const { totals } = diff
  if (!diff.grids.length) return <p class="muted">{say('diff_nothing')}</p>
  const figure = (name: string) => number.format(totals[name] ?? 0)
  return (
    <div class="diff">
      <ul class="counts">
        <li><b>{figure('changed')}</b> {say('diff_changed')}</li>
        <li><b>{figure('new')}</b> {say('diff_new')}</li>
        <li><b>{figure('retired')}</b> {say('diff_retired')}</li>
        <li><b>{figure('buildings_moved')}</b> {say('diff_buildings')}</li>
        <li><b>{figure('households_moved')}</b> {say('diff_households')}</li>
        <li><b>{number.format(diff.duties.length)}</b> {say('diff_duties')}</li>
      </ul>
      <table class="rows changes">
        <caption>{say('diff_grids')}</caption>
        <thead><tr><th scope="col">{say('grid')}</th><th scope="col">{say('diff_households_of')}</th><th scope="col">{say('diff_lineage')}</th></tr></thead>
        <tbody>
          {diff.grids.map((each) => (
            <tr key={each.code}>
              <td>
                <span class={`badge ${each.change}`}>{named(say, 'change', each.change)}</span>{' '}
                <button type="button" class="link" title={each.code} onClick={() => onGrid(each.code)}>{nameOf(each.code)}</button>
              </td>
              <td class="figure">{households(each)}</td>
              <td>{(each.change === 'retired' ? each.children : each.parents.filter(({ code }) => code !== each.code)).map((share) => (
                <div key={share.code}>{each.change === 'retired' ? '→' : '←'} {nameOf(share.code)} <span class="muted">{Math.round(share.area_share * 100)}%</span></div>
              ))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {diff.buildings.length > 0 && (
        <table class="rows changes">
          <caption>{say('diff_buildings_moved')}</caption>
          <thead><tr><th scope="col">{say('building')}</th><th scope="col">{say('count_households')}</th><th scope="col">{say('diff_from_to')}</th></tr></thead>
          <tbody>
            {diff.buildings.slice(0, SHOWN).map((each) => (
              <tr key={each.code}>
                <td>{each.name || each.code}</td>
                <td class="figure">{number.format(each.households)}</td>
                <td>{each.from ? nameOf(each.from) : say('diff_nobody')} → {each.to ? nameOf(each.to) : say('diff_nobody')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {diff.buildings.length > SHOWN && <p class="muted">{say('diff_more', { count: diff.buildings.length - SHOWN })}</p>}
      {diff.duties.length > 0 && (
        <table class="rows changes">
          <caption>{say('diff_duties_moved')}</caption>
          <thead><tr><th scope="col">{say('diff_party')}</th><th scope="col">{say('diff_role')}</th><th scope="col">{say('diff_from_to')}</th></tr></thead>
          <tbody>
            {diff.duties.slice(0, SHOWN).map((each) => (
              <tr key={`${each.party}/${each.role}/${each.matter}/${each.from}`}>
                <td class="code">{each.party}</td>
                <td>{named(say, 'duty', each.role)}</td>
                <td>{nameOf(each.from)} → {each.to ? nameOf(each.to) : say('diff_ends')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {files && diff.plan && <p><a class="plain button" href={csvOfDiff(diff.plan)} download={`${diff.plan}.csv`}>{say('diff_csv')}</a></p>}
    </div>
  )
}

function households({ before, after }: GridChange): string {
  if (before && after && before.households === after.households) return String(after.households)
  return [before?.households, after?.households].map((each) => each ?? '–').join(' → ')
}
