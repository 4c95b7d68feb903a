// Keeps the address bar and the page in step: a selection is a step back and forward, a move of the map is not.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { AdminPart } from './admin/parts'
import type { DensityQuestion } from './density/question'
import { formatHash, type Mode, type Place, parseHash, type Selection, type View } from './hash'
import { preferredLanguage } from './text/language'
import type { Language } from './text/strings'

interface Ways {
  select(selection: Selection | null): void
  /** Another mode, or another plan in it. */
  go(mode: Mode, plan?: string | null): void
  travel(time: string | null): void
  speak(language: Language): void
  moved(view: View): void
  /** Compare mode over two instants. */
  compare(before: string, after: string): void
  /** Compare mode sets its plan against another state. */
  setAgainst(against: Place['against']): void
  /** Compare mode shows its states beside each other, or over each other. */
  setSwipe(swipe: boolean): void
  /** Another part of administration. */
  openPart(part: AdminPart): void
  hide(hidden: readonly string[]): void
  /** Another question about density; `step`: one to come back to. */
  askDensity(next: Partial<DensityQuestion>, step: boolean): void
}

interface Navigation extends Omit<Place, 'view' | 'language'>, Ways {
  readonly language: Language
  readonly firstView: View | null
}

export function useNavigation(onReturn: (view: View) => void): Navigation {
  const [shown, setShown] = useState(() => parseHash(location.hash))
  const place = useRef<Place>(shown) // the same, and where the map was moved to since
  const [firstView] = useState(shown.view)
  const [language, setLanguage] = useState<Language>(shown.language ?? preferredLanguage())

  useEffect(() => {
    const comeBack = () => {
      const back = parseHash(location.hash)
      place.current = back
      setShown(back)
      if (back.language) setLanguage(back.language)
      if (back.view) onReturn(back.view)
    }
    addEventListener('popstate', comeBack)
    return () => removeEventListener('popstate', comeBack)
  }, [onReturn])

  const ways = useMemo((): Ways => {
    const write = (change: Partial<Place>, step: boolean) => {
      place.current = { ...place.current, ...change }
      const address = formatHash(place.current) || location.pathname + location.search
      if (step) history.pushState(null, '', address)
      else history.replaceState(null, '', address)
    }
    const show = (change: Partial<Place>, step: boolean) => {
      write(change, step)
      setShown(place.current)
    }
    return {
      select: (selection) => show({ selection }, formatHash({ ...place.current, selection }) !== formatHash(place.current)),
      go: (mode, plan = place.current.plan) => {
        if (mode !== place.current.mode || plan !== place.current.plan) show({ mode, plan }, true)
      },
      travel: (time) => show({ time }, true),
      speak: (next) => {
        write({ language: next }, false)
        setLanguage(next)
      },
      moved: (view) => write({ view }, false),
      compare: (before, after) => show({ mode: 'compare', plan: null, span: [before, after] }, true),
      setAgainst: (against) => show({ against }, false),
      setSwipe: (swipe) => show({ swipe }, false),
      openPart: (part) => show({ mode: 'admin', part }, true),
      hide: (hidden) => show({ hidden }, false),
      askDensity: (next, step) => show({ density: { ...place.current.density, ...next } }, step),
    }
  }, [])

  return { ...shown, ...ways, language, firstView }
}
