// The departments by matter. The last few that were asked for are pinned, and the keys 1–9 choose.
import { useId, useState } from 'preact/hooks'
import type { Answer } from '../register/types'
import { useSay } from '../text/language'

const SHOWN = 9
const PINNED = 3
const STORE = 'yiwang.matters'

export interface MatterRow {
  readonly code: string
  readonly name: string
  readonly lead: string
  readonly phone: string
}

export function matterRows(byMatter: Answer['by_matter'], pinned: readonly string[] = []): readonly MatterRow[] {
  const rank = (code: string) => (pinned.includes(code) ? pinned.indexOf(code) : pinned.length)
  return Object.entries(byMatter)
    .map(([code, { name, lead }]) => ({ code, name, lead: lead?.name ?? '', phone: lead?.phone ?? '' }))
    .sort((a, b) => rank(a.code) - rank(b.code) || (a.code < b.code ? -1 : 1))
}

/** Every typed word must occur in the code, the name or the department. */
export function filterMatters(rows: readonly MatterRow[], text: string): readonly MatterRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter((row) => {
    const hay = `${row.code} ${row.name} ${row.lead}`.toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

/** Codes of the matters asked for last, the newest first; kept in this browser. */
export function pinnedMatters(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]')
    return Array.isArray(kept) ? kept.filter((code) => typeof code === 'string').slice(0, PINNED) : []
  } catch {
    return []
  }
}

export function pinMatter(code: string): void {
  try {
    localStorage.setItem(STORE, JSON.stringify([code, ...pinnedMatters().filter((each) => each !== code)].slice(0, PINNED)))
  } catch {
    // a browser that keeps nothing: nothing is pinned
  }
}

interface Props {
  readonly rows: readonly MatterRow[]
  readonly matter: string | null
  readonly pinned: readonly string[]
  readonly onMatter: (code: string) => void
}

export function Matters({ rows, matter, pinned, onMatter }: Props) {
  const say = useSay()
  const id = useId()
  const [text, setText] = useState('')
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
        onKeyDown={(event) => {
          if (event.key === 'Enter' && fitting[0]) {
            onMatter(fitting[0].code)
            event.currentTarget.blur()
          }
        }}
      />
      {fitting.length === 0 ? (
        <p class="muted" role="status">{say('no_matters')}</p>
      ) : (
        <table class="rows matters">
          <thead class="visually-hidden">
            <tr><th scope="col">{say('matter')}</th><th scope="col">{say('department')}</th></tr>
          </thead>
          <tbody>
            {fitting.slice(0, SHOWN).map((row, i) => (
              <tr key={row.code} class={row.code === matter ? 'on' : ''}>
                <th scope="row">
                  <button type="button" class="matter" aria-pressed={row.code === matter} onClick={() => onMatter(row.code)}>
                    {!text && <span class="key" aria-hidden="true">{i + 1}</span>}
                    <span><span class="code">{row.code}</span> {row.name}{pinned.includes(row.code) && <span class="pin" title={say('matter_pinned')}> ◆</span>}</span>
                  </button>
                </th>
                <td>{row.lead || <em class="muted">{say('no_department')}</em>}{row.phone && <> <span class="code phone">{row.phone}</span></>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fitting.length > SHOWN && <p class="muted">{say('more_matters', { count: fitting.length - SHOWN })}</p>}
    </section>
  )
}
