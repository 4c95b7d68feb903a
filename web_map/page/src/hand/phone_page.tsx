// The page in the hand: which grid am I in, who answers here, whom to call.
import { useEffect, useRef, useState } from 'preact/hooks'
import { AnswerCard } from '../panels/answer_card'
import { matterRows, pinMatter, pinnedMatters } from '../panels/matters'
import { Omnibox } from '../panels/omnibox'
import { ProblemNote } from '../panels/problem_note'
import { SessionBox } from '../panels/session_box'
import type { Asked } from '../register/api'
import type { Bounds } from '../register/coordinates'
import type { Datum } from '../register/datums'
import { useAnswer } from '../register/use_answer'
import { useDistrict, useSession } from '../register/use_register'
import { LocaleContext } from '../text/language'
import { useSpeech } from './use_speech'

const CHINA: Bounds = [73, 18, 135, 54]
const LOCATE = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 20_000 }

export function PhonePage() {
  const { locale, say, other, turn } = useSpeech()
  const input = useRef<HTMLInputElement | null>(null)
  const { session, reload } = useSession()
  const { district } = useDistrict()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [where, setWhere] = useState<'asking' | 'refused' | { accuracy: number } | null>(null)
  const [matter, setMatter] = useState<string | null>(null)
  const [tries, setTries] = useState(0)
  const [online, setOnline] = useState(navigator.onLine)
  const { answer, problem, busy, asked: answered } = useAnswer(asked, locale.language, null, `${session?.name ?? ''}/${tries}`)
  const pinned = pinnedMatters()
  useEffect(() => {
    document.title = say('hand_title')
  }, [locale])
  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    addEventListener('online', look)
    addEventListener('offline', look)
    return () => {
      removeEventListener('online', look)
      removeEventListener('offline', look)
    }
  }, [])

  const locate = () => {
    if (!navigator.geolocation) return setWhere('refused')
    setWhere('asking')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setWhere({ accuracy: Math.round(coords.accuracy) })
        setAsked({ kind: 'spot', lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)) })
      },
      () => setWhere('refused'),
      LOCATE,
    )
  }
  const datum: Datum = session?.datum === 'gcj02' || session?.datum === 'bd09' ? session.datum : 'wgs84'
  return (
    <LocaleContext.Provider value={locale}>
      <div class="hand">
        <header class="hand-top">
          <span class="hand-title">{say('hand_title')}</span>
          <button type="button" class="plain" lang={other === 'en' ? 'en' : 'zh-CN'} onClick={turn}>{other === 'en' ? 'English' : '中文'}</button>
          <SessionBox session={session} onChange={reload} />
        </header>
        <main>
          <h1 class="visually-hidden">{say('hand_title')}</h1>
          {district?.ground === 'invented' && <p class="note">{say('invented')}</p>}
          {!online && <p class="note problem" role="status">{say('hand_offline')}</p>}
          <button type="button" class="primary locate" disabled={where === 'asking'} onClick={locate}>{say(where === 'asking' ? 'hand_locating' : 'hand_locate')}</button>
          {where === 'refused' && <p class="note" role="status">{say('hand_refused')}</p>}
          {typeof where === 'object' && where && <p class="muted">{say('hand_accuracy', { metres: where.accuracy })}</p>}
          <Omnibox
            input={input}
            near={district?.bounds ?? CHINA}
            onFound={(found) => {
              setWhere(null)
              if (found.kind === 'area') setAsked(found.lon != null && found.lat != null ? { kind: 'spot', lon: found.lon, lat: found.lat } : null)
              else setAsked({ kind: found.kind, code: found.kind === 'address' ? found.name : found.code })
            }}
            onPair={({ lon, lat }) => setAsked({ kind: 'point', lon, lat, datum })}
          />
          {problem && <ProblemNote problem={problem} onRetry={() => setTries(tries + 1)} />}
          {asked && busy && !answer && <p class="muted waiting" role="status">{say('loading')}</p>}
          {answer && answered && (
            <AnswerCard
              asked={answered}
              answer={answer}
              busy={busy}
              matters={matterRows(answer.by_matter, pinned)}
              matter={matter}
              pinned={pinned}
              onMatter={(code) => { pinMatter(code); setMatter(code === matter ? null : code) }}
              onGrid={(code) => setAsked({ kind: 'grid', code })}
              onCandidate={({ building, part, text }) => setAsked(part ? { kind: 'address', code: text } : { kind: 'building', code: building })}
              onClose={() => setAsked(null)}
            />
          )}
        </main>
      </div>
    </LocaleContext.Provider>
  )
}
