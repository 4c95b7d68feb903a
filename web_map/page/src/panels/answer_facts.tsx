// What else is known of the place: building, compound, distance to the neighbour, caretaker.
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import type { Answer, BuildingRef } from '../register/types'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { gridName } from './answer_text'
import { Person } from './person'

interface Props {
  readonly answer: Answer
  readonly onGrid: (code: string) => void
}

export function AnswerFacts({ answer, onGrid }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const { building, owner, match, ground_grid, feature, acting, suggestion } = answer
  const facts: [string, ComponentChildren][] = []
  const link = (code: string, name = code) => <button type="button" class="link" onClick={() => onGrid(code)}>{name}</button>

  if (suggestion) facts.push([say('nearest'), <>{link(suggestion.grid.code, gridName(suggestion.grid))} {say('metres', { metres: metres(suggestion.metres) })}</>])
  if (building) facts.push([say('building'), <Building building={building} />])
  if (building?.compound_name) facts.push([say('compound'), building.compound_name])
  if (owner?.property) facts.push([say('property'), [owner.property.name, owner.property.phone].filter(Boolean).join(' ')])
  if (match?.metres_to_border != null) {
    facts.push([say('border'), <>{say('metres', { metres: metres(match.metres_to_border) })}{match.neighbour && <> {say('border_neighbour')} {link(match.neighbour)}</>}</>])
  }
  if (ground_grid) facts.push([say('ground_grid'), link(ground_grid.code, gridName(ground_grid))])
  if (feature) facts.push([say('feature'), <>{feature.name || feature.code}{[feature.lead, feature.leader].map((party) => party && <Person key={party.role} party={party} />)}</>])
  if (acting) {
    const review = acting.review ? say('acting_review', { date: formatInstant(locale, acting.review, 'day') }) : ''
    facts.push([say('acting'), [acting.party, acting.overdue ? say('acting_overdue') : review].filter(Boolean).join(' · ')])
  }
  if (!facts.length) return null
  return <dl class="part facts">{facts.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>
}

function Building({ building }: { building: BuildingRef }) {
  const say = useSay()
  const counts = [
    building.part_name,
    building.floors ? say('floors', { count: building.floors }) : '',
    building.households ? say('households', { count: building.households }) : '',
  ].filter(Boolean)
  const names = [building.address, building.name].filter(Boolean).join(' · ')
  return <>{names || building.code}{counts.length > 0 && <span class="muted"> {counts.join(' · ')}</span>}</>
}

/** Decimetres matter near a border, and nowhere else. */
function metres(length: number): string {
  return length < 10 ? length.toFixed(1) : String(Math.round(length))
}
