// The incidents that a chosen grid deals with, each with its state and light.
import { useContext, useEffect, useState } from 'preact/hooks'
import { type Happened, happenedIn, MOST_HAPPENED } from '../../density/answers'
import { LocaleContext, useSay } from '../../text/language'

interface Props {
  readonly grid: string
  readonly name: string
  readonly matter: string | null
  /** Another: ask again. */
  readonly turn?: string
  readonly title?: string
}

export function GridIncidents({ grid, name, matter, turn = '', title }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [found, setFound] = useState<readonly Happened[] | 'failed' | null>(null)
  useEffect(() => {
    setFound(null)
    const abort = new AbortController()
    happenedIn(grid, matter, abort.signal)
      .then(setFound)
      .catch(() => abort.signal.aborted || setFound('failed'))
    return () => abort.abort()
  }, [grid, matter, turn])
  return (
    <section class="happened" aria-label={say('happened_title', { grid: name })} aria-busy={found === null}>
      <h3>{title ?? say('happened_title', { grid: name })}</h3>
      {found === null && <p class="muted">{say('loading')}</p>}
      {found === 'failed' && <p class="muted">{say('problem_generic')}</p>}
      {found !== null && found !== 'failed' && (
        <>
          {found.length === 0 && <p class="muted">{say('happened_none')}</p>}
          <ul>
            {found.map((each) => (
              <li key={each.number} data-number={each.number}>
                {each.light && <span class={`light ${each.light}`} role="img" aria-label={say(`light_${each.light}`)} title={say(`light_${each.light}`)} />}
                <span>{each.matter_name ?? each.matter}</span> <span class="muted">{day(locale.language, each.happened_at)} · {say(`state_${each.state}`)} · <span class="code">{each.number}</span></span>
              </li>
            ))}
          </ul>
          {found.length === MOST_HAPPENED && <p class="muted">{say('happened_latest', { count: MOST_HAPPENED })}</p>}
        </>
      )}
    </section>
  )
}

/** The day as the register has it: its own zone stands in the text. */
function day(language: string, instant: string): string {
  return new Date(`${instant.slice(0, 10)}T00:00:00Z`).toLocaleDateString(language, { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' })
}
