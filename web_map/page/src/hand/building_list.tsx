// My grids and the buildings in them.
import { useContext, useState } from 'preact/hooks'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { named } from '../text/named'
import type { Mine } from './use_mine'

const SHOWN = 200

interface Props {
  readonly mine: Mine
  readonly onGrid: (code: string) => void
  readonly onBuilding: (code: string) => void
}

export function BuildingList({ mine, onGrid, onBuilding }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [text, setText] = useState('')
  const words = text.trim().toLowerCase()
  const fitting = mine.buildings.filter(({ code, name, address }) => `${code} ${name} ${address ?? ''}`.toLowerCase().includes(words))
  if (!mine.party) return <p class="empty-state muted">{say('mine_no_party')}</p>
  return (
    <>
      <h2>{say('mine_grids')}</h2>
      {mine.grids.length === 0 && <p class="muted">{say('mine_no_grids')}</p>}
      <ul class="rows-list">
        {mine.grids.map(({ code, name, role, last_visit }) => (
          <li key={code}>
            <button type="button" class="row-button" onClick={() => onGrid(code)}>
              <b>{name || code}</b> <span class="tag">{named(say, 'duty', role)}</span>
              <span class="muted">{last_visit ? say('mine_visited', { day: formatInstant(locale, last_visit, 'day') }) : say('mine_never_visited')}</span>
            </button>
          </li>
        ))}
      </ul>
      <h2>{say('mine_buildings', { count: mine.buildings_count })}</h2>
      {mine.buildings.length > 8 && <input class="filter" type="search" value={text} placeholder={say('mine_filter')} aria-label={say('mine_filter')} onInput={(event) => setText(event.currentTarget.value)} />}
      <ul class="rows-list">
        {fitting.slice(0, SHOWN).map(({ code, name, address, households }) => (
          <li key={code}>
            <button type="button" class="row-button" onClick={() => onBuilding(code)}>
              <b>{address || name || code}</b>
              <span class="muted">{[address ? name : '', households ? say('households', { count: households }) : '', code].filter(Boolean).join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
      {fitting.length > SHOWN && <p class="muted">{say('mine_more', { count: fitting.length - SHOWN })}</p>}
    </>
  )
}
