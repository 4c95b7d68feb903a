// The card as plain text: what a dispatcher pastes into a message.
import type { Answer, GridRef, Party } from '../register/types'
import type { Say } from '../text/language'
import { named } from '../text/named'
import type { MatterRow } from './matters'

export function gridName(grid: GridRef): string {
  return grid.name?.trim() || grid.code
}

/** matter: the one that was asked for, with its department. */
export function answerText(say: Say, answer: Answer, matter?: MatterRow): string {
  const person = ({ name, post, phone }: Party) => [name, post, phone].filter(Boolean).join(' ')
  const lines = [
    answer.grid ? `${gridName(answer.grid)} ${answer.grid.code}` : named(say, 'status', answer.status),
    answer.areas.map((area) => area.name).reverse().join(' › '),
    answer.building ? [answer.building.compound_name, answer.building.address ?? answer.building.name].filter(Boolean).join(' ') : '',
    answer.grid ? `${say('leader')}: ${answer.owner?.leader ? person(answer.owner.leader) : say('no_leader')}` : '',
    matter ? `${matter.code} ${matter.name}: ${[matter.lead || say('no_department'), matter.phone].filter(Boolean).join(' ')}` : '',
    ...answer.call.map((party, i) => `${i + 1}. ${person(party)}`),
  ]
  return lines.filter(Boolean).join('\n')
}
