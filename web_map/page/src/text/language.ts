import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type Facts, type Key, type Language, translate } from './strings'

/** The reader's language, and the district's time zone: an instant means the day that it is there. */
export interface Locale {
  readonly language: Language
  readonly timeZone: string
}

export const LocaleContext = createContext<Locale>({ language: 'zh', timeZone: 'Asia/Shanghai' })
export type Say = (key: Key, facts?: Facts) => string

export function useSay(): Say {
  const locale = useContext(LocaleContext)
  return (key, facts) => translate(locale.language, key, facts && readable(locale, facts))
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)$/

/** Facts with every instant as the reader writes it. */
function readable(locale: Locale, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' && INSTANT.test(value) ? formatInstant(locale, value, 'minute') : value]))
}

export function preferredLanguage(): Language {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) || !navigator.languages.length ? 'zh' : 'en'
}

/** Numbers as the reader writes them. */
export const numberFormat = (language: Language, options: Intl.NumberFormatOptions = {}) => new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', options)

/** Days and minutes as the reader writes them; an unreadable instant stays as it came. */
export function formatInstant({ language, timeZone }: Locale, text: string | null | undefined, what: 'day' | 'minute'): string {
  if (!text) return ''
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) return text
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone,
    dateStyle: 'medium',
    ...(what === 'minute' ? { timeStyle: 'short' } : {}),
  }).format(instant)
}
