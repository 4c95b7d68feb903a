// Keeps the address bar and the page in step: a selection is a step back and forward, a move of the map is not.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { formatHash, type Place, parseHash, type Selection, type View } from './hash'
import { preferredLanguage } from './text/language'
import type { Language } from './text/strings'

export interface Navigation {
  readonly selection: Selection | null
  readonly language: Language
  readonly firstView: View | null
  select(selection: Selection | null): void
  speak(language: Language): void
  moved(view: View): void
}

export function useNavigation(onReturn: (view: View) => void): Navigation {
  const [first] = useState(() => parseHash(location.hash))
  const place = useRef<Place>(first)
  const [selection, setSelection] = useState(first.selection)
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
  const speak = useCallback((next: Language) => {
    write({ ...place.current, language: next }, false)
    setLanguage(next)
  }, [write])
  const moved = useCallback((view: View) => write({ ...place.current, view }, false), [write])

  return { selection, language, firstView: first.view, select, speak, moved }
}
