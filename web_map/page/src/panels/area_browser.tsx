// The net as a list: what the map shows, for the keyboard, for screen readers and where there is no WebGL2.
import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useId, useState } from 'preact/hooks'
import { place as fetchPlace, type Problem } from '../register/api'
import type { District, Place, PlaceRef } from '../register/types'
import { asProblem } from '../register/use_answer'
import { LocaleContext, numberFormat, useSay } from '../text/language'
import { named } from '../text/named'
import { isKey } from '../text/strings'
import { ProblemNote } from './problem_note'

interface Props {
  readonly code: string
  readonly district: District
  readonly turn: string
  readonly onPlace: (place: PlaceRef) => void
  readonly onRetry: () => void
  readonly onLoaded: (area: Place) => void
  /** What stands under the list. */
  readonly children?: (area: Place) => ComponentChildren
}

export function AreaBrowser({ code, district, turn, onPlace, onRetry, onLoaded, children }: Props) {
  const say = useSay()
  const id = useId()
  const [area, setArea] = useState<Place | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    setProblem(null)
    fetchPlace('areas', code, abort.signal)
      .then((next) => {
        setArea(next)
        onLoaded(next)
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setProblem(asProblem(error))
      })
    return () => abort.abort()
  }, [code, turn])

  if (problem) return <ProblemNote problem={problem} onRetry={onRetry} />
  if (!area) return <p class="muted waiting">{say('loading')}</p>
  const isTop = area.code === district.code
  const above = area.areas[0]
  return (
    <section class="browser" aria-labelledby={`${id}-title`} aria-busy={area.code !== code}>
      <header class="card-head">
        <p class="eyebrow"><span class="badge">{named(say, 'level', area.level)}</span><span class="code">{area.code}</span></p>
        <h2 id={`${id}-title`}>{area.name}</h2>
        {above && !isTop && <button type="button" class="link" onClick={() => onPlace(above)}>{say('browse_up', { name: above.name })}</button>}
      </header>
      <Counts counts={isTop ? district.counts : area.counts} />
      {isTop && <p class="hint">{say('browse_hint')}</p>}
      {area.children.length === 0 ? (
        <p class="muted">{say('browse_empty')}</p>
      ) : (
        <table class="rows browse">
          <thead><tr><th scope="col">{say('browse_name')}</th><th scope="col">{say('browse_code')}</th></tr></thead>
          <tbody>
            {area.children.map((each) => (
              <tr key={each.code}>
                <td><button type="button" class="link" onClick={() => onPlace(each)}>{each.name.trim() || each.code}</button></td>
                <td class="code">{each.code}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {children?.(area)}
    </section>
  )
}

function Counts({ counts }: { counts: Readonly<Record<string, number | null>> }) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  const shown = Object.entries(counts).filter(([name, count]) => count !== null && isKey(`count_${name}`))
  if (!shown.length) return null
  return (
    <ul class="counts">
      {shown.map(([name, count]) => {
        const key = `count_${name}`
        return isKey(key) ? <li key={name}><b>{number.format(count ?? 0)}</b> {say(key)}</li> : null
      })}
    </ul>
  )
}
