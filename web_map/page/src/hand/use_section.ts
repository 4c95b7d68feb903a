// The section that is open, in the address bar: back and forward walk through them.
import { useEffect, useState } from 'preact/hooks'

const SECTIONS = ['here', 'tasks', 'buildings', 'report', 'visit'] as const
export type Section = (typeof SECTIONS)[number]

const opened = (): Section => SECTIONS.find((name) => `#${name}` === location.hash) ?? 'here'

export function useSection(): { section: Section; sections: readonly Section[]; go: (section: Section) => void } {
  const [section, setSection] = useState(opened)
  useEffect(() => {
    const look = () => {
      setSection(opened())
      scrollTo({ top: 0 })
    }
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])
  return { section, sections: SECTIONS, go: (next) => { location.hash = next } }
}
