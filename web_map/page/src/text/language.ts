import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type Facts, type Key, type Language, translate } from './strings'

export const LanguageContext = createContext<Language>('zh')
export type Say = (key: Key, facts?: Facts) => string

export function useSay(): Say {
  const language = useContext(LanguageContext)
  return (key, facts) => translate(language, key, facts)
}

export function preferredLanguage(): Language {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) || !navigator.languages.length ? 'zh' : 'en'
}

/** Days and minutes as the reader writes them; an unreadable instant stays as it came. */
export function formatInstant(language: Language, text: string | null | undefined, what: 'day' | 'minute'): string {
  if (!text) return ''
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) return text
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    ...(what === 'minute' ? { timeStyle: 'short' } : {}),
  }).format(instant)
}
