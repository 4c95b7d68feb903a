import { useContext } from 'preact/hooks'
import { partsFor } from '../admin/parts'
import { type Mode, MODES } from '../hash'
import type { Session } from '../register/types'
import { LocaleContext, useSay } from '../text/language'
import type { Language } from '../text/strings'
import { SessionBox } from './session_box'

interface Props {
  readonly mode: Mode
  readonly onMode: (mode: Mode) => void
  readonly session: Session | null
  readonly invented: boolean
  readonly onLanguage: (language: Language) => void
  readonly onSession: () => void
  readonly onHelp: () => void
}

export function TopBar({ mode, onMode, session, invented, onLanguage, onSession, onHelp }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const other: Language = language === 'zh' ? 'en' : 'zh'
  return (
    <header class="top">
      <h1>
        <svg class="seal" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="6" />
          <path d="M8 8h16v16H8zM8 14h9v10M17 8v8h7M17 19h7" />
        </svg>
        <span class="product">{say('product')}</span>
        <span class="tagline">{say('tagline')}</span>
      </h1>
      <nav class="modes" aria-label={say('mode')}>
        {MODES.filter((name) => name !== 'admin' || name === mode || partsFor(session).length > 0).map((name) => (
          <button key={name} type="button" class="mode" aria-current={name === mode ? 'page' : undefined} onClick={() => onMode(name)}>{say(`mode_${name}`)}</button>
        ))}
      </nav>
      {invented && <p class="invented" role="note" title={say('invented')}>{say('invented')}</p>}
      <div class="tools">
        <button type="button" class="plain" aria-label={`${say('language')}: ${other === 'en' ? 'English' : '中文'}`} lang={other === 'en' ? 'en' : 'zh-CN'} onClick={() => onLanguage(other)}>
          {other === 'en' ? 'English' : '中文'}
        </button>
        <button type="button" class="plain round" aria-label={say('keys')} title={say('keys')} aria-keyshortcuts="?" onClick={onHelp}>?</button>
        <SessionBox session={session} onChange={onSession} />
      </div>
    </header>
  )
}
