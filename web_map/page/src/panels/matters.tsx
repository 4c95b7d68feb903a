import { useId, useState } from 'preact/hooks'
import type { Answer } from '../register/types'
import { useSay } from '../text/language'

const SHOWN = 6

export interface MatterRow {
  readonly code: string
  readonly name: string
  readonly lead: string
  readonly phone: string
}

export function matterRows(byMatter: Answer['by_matter']): readonly MatterRow[] {
  return Object.entries(byMatter)
    .map(([code, { name, lead }]) => ({ code, name, lead: lead?.name ?? '', phone: lead?.phone ?? '' }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** Every typed word must occur in the code, the name or the department. */
export function filterMatters(rows: readonly MatterRow[], text: string): readonly MatterRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    const hay = `${row.code} ${row.name} ${row.lead}`.toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

export function Matters({ byMatter }: { byMatter: Answer['by_matter'] }) {
  const say = useSay()
  const id = useId()
  const [text, setText] = useState('')
  const rows = matterRows(byMatter)
  if (!rows.length) return null
  const fitting = filterMatters(rows, text)
  return (
    <section class="part" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{say('departments')}</h3>
      <input
        class="filter"
        type="search"
        value={text}
        placeholder={say('matter_filter')}
        aria-label={say('matter_filter')}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {fitting.length === 0 ? (
        <p class="muted" role="status">{say('no_matters')}</p>
      ) : (
        <table class="rows">
          <thead class="visually-hidden">
            <tr><th scope="col">{say('matter')}</th><th scope="col">{say('department')}</th></tr>
          </thead>
          <tbody>
            {fitting.slice(0, SHOWN).map((row) => (
              <tr key={row.code}>
                <th scope="row"><span class="code">{row.code}</span> {row.name}</th>
                <td>{row.lead || <em class="muted">{say('no_department')}</em>}{row.phone && <span class="code"> {row.phone}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fitting.length > SHOWN && <p class="muted">{say('more_matters', { count: fitting.length - SHOWN })}</p>}
    </section>
  )
}
