// What is in the grid and has to be looked after (人地事物组织), asked for when the reader opens it.
import { useEffect, useState } from 'preact/hooks'
import { ask, query } from '../register/api'
import type { Model } from '../register/model'
import { useSay } from '../text/language'
import { Person } from './person'

type Listed = Model<'ElementsOut'>

const MOST = 200

/** building: list only what is in this one. time: the instant that is asked about; null: now. */
export function ElementsList({ grid, building, time }: { grid: string; building: string | null; time: string | null }) {
  const say = useSay()
  const [open, setOpen] = useState(false)
  const [listed, setListed] = useState<Listed | 'failed' | null>(null)
  useEffect(() => {
    setListed(null)
    if (!open) return
    const abort = new AbortController()
    const facts = { limit: MOST, ...(building ? { building } : {}), ...(time ? { at: time } : {}) }
    const path = building ? '/v1/elements' : `/v1/grids/${encodeURIComponent(grid)}/elements`
    ask<Listed>(`${path}?${query(facts)}`, { signal: abort.signal })
      .then(setListed)
      .catch(() => abort.signal.aborted || setListed('failed'))
    return () => abort.abort()
  }, [open, grid, building, time])
  return (
    <details class="part elements" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say(building ? 'elements_building' : 'elements')}</summary>
      {open && listed === null && <p class="muted">{say('loading')}</p>}
      {listed === 'failed' && <p class="muted">{say('problem_generic')}</p>}
      {listed && listed !== 'failed' && <Contents listed={listed} />}
    </details>
  )
}

function Contents({ listed }: { listed: Listed }) {
  const say = useSay()
  if (!listed.total) return <p class="muted">{say('elements_none')}</p>
  const counts = listed.counts.map(({ name, elements, people }) => (people === null ? `${name} ${elements}` : `${name} ${say('elements_people', { count: people })}`))
  const shown = listed.elements
  return (
    <>
      <p>{counts.join(' · ')}</p>
      <ul>
        {shown.map((each) => (
          <li key={each.code}>
            <p>
              <span>{each.kind_name}</span> {each.name} <span class="code">{each.code}</span>
              {each.count !== null && <> {say('elements_people', { count: each.count })}</>}
              <Document fields={each.fields} />
            </p>
            {each.department ? <Person party={each.department} /> : <p class="vacant">{say('no_department')}</p>}
            {each.person ? <Person party={each.person} /> : <p class="vacant">{say('elements_nobody')}</p>}
          </li>
        ))}
      </ul>
      {listed.total > shown.length && <p class="muted">{say('elements_more', { count: listed.total - shown.length })}</p>}
    </>
  )
}

function Document({ fields }: { fields: Readonly<Record<string, unknown>> }) {
  const say = useSay()
  const address = link(fields)
  return address === undefined ? null : <> <a href={address} rel="noopener noreferrer" target="_blank">{say('elements_link')}</a></>
}

/** The first web address among the fields; anything else is never made a link. */
function link(fields: Readonly<Record<string, unknown>>): string | undefined {
  return Object.values(fields).find((value): value is string => typeof value === 'string' && /^https?:\/\//.test(value))
}
