// Language and locale of the pages in the hand.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Locale, preferredLanguage, type Say } from '../text/language'
import { type Language, translate } from '../text/strings'

export function useSpeech(): { locale: Locale; say: Say; other: Language; turn: () => void } {
  const [language, setLanguage] = useState<Language>(preferredLanguage)
  const locale = useMemo(() => ({ language, timeZone: 'Asia/Shanghai' }), [language])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const other: Language = language === 'zh' ? 'en' : 'zh'
  return { locale, say: (key, facts) => translate(language, key, facts), other, turn: () => setLanguage(other) }
}
