// Keeps the address bar and the page in step: a selection is a step back and forward, a move of the map is not.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { AdminPart } from './admin/parts'
import type { DensityQuestion } from './density/question'
import { formatHash, type Mode, type Place, parseHash, type Selection, type View } from './hash'
import { preferredLanguage } from './text/language'
import type { Language } from './text/strings'

export interface Navigation {
  readonly mode: Mode
  readonly plan: string | null
  readonly time: string | null
  readonly selection: Selection | null
  readonly language: Language
  readonly firstView: View | null
  select(selection: Selection | null): void
  /** Another mode, or another plan in it. */
  go(mode: Mode, plan?: string | null): void
  travel(time: string | null): void
  speak(language: Language): void
  moved(view: View): void
  readonly part: AdminPart | null
  readonly span: Place['span']
  /** Compare mode over two instants. */
  compare(before: string, after: string): void
  readonly against: Place['against']
  /** Compare mode sets its plan against another state. */
  set(against: Place['against']): void
  /** Another part of administration. */
  open(part: AdminPart): void
  readonly hidden: readonly string[]
  hide(hidden: readonly string[]): void
  readonly density: DensityQuestion
  /** Another question about density; `step`: one to come back to. */
  ask(next: Partial<DensityQuestion>, step: boolean): void
}

export function useNavigation(onReturn: (view: View) => void): Navigation {
  const [first] = useState(() => parseHash(location.hash))
  const place = useRef<Place>(first)
  const [selection, setSelection] = useState(first.selection)
  const [mode, setMode] = useState(first.mode)
  const [plan, setPlan] = useState(first.plan)
  const [density, setDensity] = useState(first.density)
  const [part, setPart] = useState(first.part)
  const [span, setSpan] = useState(first.span)
  const [against, setAgainst] = useState(first.against)
  const [hidden, setHidden] = useState(first.hidden)
  const [time, setTime] = useState(first.time)
  const [language, setLanguage] = useState<Language>(first.language ?? preferredLanguage())

  const write = useCallback((next: Place, step: boolean) => {
    place.current = next
    const address = formatHash(next) || location.pathname + location.search
    if (step) history.pushState(null, '', address)
    else history.replaceState(null, '', address)
  }, [])

  useEffect(() => {
    const comeBack = () => {
      const back = parseHash(location.hash)
      place.current = back
      setMode(back.mode)
      setPlan(back.plan)
      setDensity(back.density)
      setPart(back.part)
      setSpan(back.span)
      setAgainst(back.against)
      setHidden(back.hidden)
      setTime(back.time)
      setSelection(back.selection)
      if (back.language) setLanguage(back.language)
      if (back.view) onReturn(back.view)
    }
    addEventListener('popstate', comeBack)
    return () => removeEventListener('popstate', comeBack)
  }, [onReturn])

  const select = useCallback((next: Selection | null) => {
    const changed = formatHash({ ...place.current, selection: next }) !== formatHash(place.current)
    if (changed) write({ ...place.current, selection: next }, true)
    setSelection(next)
  }, [write])
  const go = useCallback((mode: Mode, plan: string | null = place.current.plan) => {
    if (mode !== place.current.mode || plan !== place.current.plan) write({ ...place.current, mode, plan }, true)
    setMode(mode)
    setPlan(plan)
  }, [write])
  const travel = useCallback((time: string | null) => {
    write({ ...place.current, time }, true)
    setTime(time)
  }, [write])
  const speak = useCallback((next: Language) => {
    write({ ...place.current, language: next }, false)
    setLanguage(next)
  }, [write])
  const ask = useCallback((next: Partial<DensityQuestion>, step: boolean) => {
    const density = { ...place.current.density, ...next }
    write({ ...place.current, density }, step)
    setDensity(density)
  }, [write])
  const open = useCallback((next: AdminPart) => {
    write({ ...place.current, mode: 'admin', part: next }, true)
    setMode('admin')
    setPart(next)
  }, [write])
  const compare = useCallback((before: string, after: string) => {
    write({ ...place.current, mode: 'compare', plan: null, span: [before, after] }, true)
    setMode('compare')
    setPlan(null)
    setSpan([before, after])
  }, [write])
  const set = useCallback((next: Place['against']) => {
    write({ ...place.current, against: next }, false)
    setAgainst(next)
  }, [write])
  const hide = useCallback((next: readonly string[]) => {
    write({ ...place.current, hidden: next }, false)
    setHidden(next)
  }, [write])
  const moved = useCallback((view: View) => write({ ...place.current, view }, false), [write])

  return { mode, plan, time, selection, language, firstView: first.view, select, go, travel, speak, moved, density, ask, part, open, span, compare, against, set, hidden, hide }
}
