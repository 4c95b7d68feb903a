// The page in the hand: which grid am I in, what is mine to do, and what I report from where I stand.
import { useEffect, useRef, useState } from 'preact/hooks'
import { AnswerCard } from '../panels/answer_card'
import { matterRows, pinMatter, pinnedMatters } from '../panels/matters'
import { Omnibox } from '../panels/omnibox'
import { ProblemNote } from '../panels/problem_note'
import { SessionBox } from '../panels/session_box'
import type { Asked } from '../register/api'
import type { Bounds } from '../register/coordinates'
import { type Datum, toWgs84 } from '../register/datums'
import type { Found } from '../register/types'
import { useAnswer } from '../register/use_answer'
import { useDistrict, useSession } from '../register/use_register'
import { useRecovery } from '../register/use_return'
import { LocaleContext } from '../text/language'
import { putAside } from './aside'
import { BuildingList } from './building_list'
import type { Entry } from './outbox'
import { OutboxList } from './outbox_list'
import { PlaceBox } from './place_box'
import { ReportForm } from './report_form'
import { TaskList } from './task_list'
import { useMatters, useMine, useOwner, worksHere } from './use_mine'
import { useNetwork } from './use_network'
import { useOutbox } from './use_outbox'
import { useSection } from './use_section'
import { useSpeech } from './use_speech'
import { type Spot, useSpot } from './use_spot'
import { VisitForm } from './visit_form'

const CHINA: Bounds = [73, 18, 135, 54]

/** What a found thing asks for; an area or a crossing by its middle, a party by its grid. */
function askedBy({ kind, code, name, lon, lat, place }: Found): Asked | null {
  if (kind === 'grid' || kind === 'building') return { kind, code }
  if (kind === 'address') return { kind, code: name }
  if (place?.level === 'grid') return { kind: 'grid', code: place.code }
  return lon == null || lat == null ? null : { kind: 'spot', lon, lat }
}

export function PhonePage() {
  const { locale, say, other, turn } = useSpeech()
  const input = useRef<HTMLInputElement | null>(null)
  const { session, reload } = useSession()
  const served = useDistrict()
  const { district, problem: noDistrict } = served
  const { section, sections, go } = useSection()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [spot, setSpot] = useState<Spot | null>(null)
  const [matter, setMatter] = useState<string | null>(null)
  const [tries, setTries] = useState(0)
  const [editing, setEditing] = useState<Entry | null>(null)
  const [opensOffline, setOpensOffline] = useState(false)
  const serverGone = noDistrict?.status === 0
  const online = useNetwork(reload, serverGone)
  const owner = useOwner(session)
  const worker = worksHere(owner) ? owner.name : null
  const mine = useMine(owner, tries)
  const matters = useMatters()
  const outbox = useOutbox(worker, session?.signed_in ?? false, mine.reload)
  const { answer, problem, busy, asked: answered } = useAnswer(asked, locale.language, null, `${session?.name ?? ''}/${tries}`)
  useRecovery(problem, served, () => setTries((before) => before + 1))
  const pinned = pinnedMatters()
  const { locating, locate } = useSpot((found) => {
    setSpot(found)
    setAsked({ kind: 'spot', lon: found.lon, lat: found.lat })
  })
  useEffect(() => {
    document.title = say('hand_title')
  }, [locale])
  useEffect(() => {
    putAside().then(setOpensOffline).catch(() => undefined) // then it needs a network to open
  }, [])

  const datum: Datum = session?.datum === 'gcj02' || session?.datum === 'bd09' ? session.datum : 'wgs84'
  const look = (next: Asked) => {
    setAsked(next)
    go('here')
  }
  const put = async (entry: Entry, instead?: string) => {
    await outbox.put(entry, instead)
    setEditing(null)
    scrollTo({ top: 0 })
  }
  const edit = (entry: Entry) => {
    setEditing(entry)
    setSpot(null)
    go(entry.kind === 'visit' ? 'visit' : 'report')
  }
  const box = (
    <PlaceBox spot={spot} locating={locating} label={say(section === 'here' ? 'hand_locate' : 'hand_locate_again')} onLocate={locate}>
      <Omnibox
        input={input}
        near={district?.bounds ?? CHINA}
        onFound={(found) => {
          const at = found.lon != null && found.lat != null ? { lon: found.lon, lat: found.lat } : null
          setSpot(at && { ...at, accuracy: null })
          setAsked(askedBy(found))
        }}
        onPair={(pair) => {
          setSpot({ ...toWgs84(pair, datum), accuracy: null })
          setAsked({ kind: 'point', ...pair, datum })
        }}
      />
    </PlaceBox>
  )
  const editingHere = editing && (editing.kind === 'visit' ? 'visit' : 'report') === section ? editing : null
  return (
    <LocaleContext.Provider value={locale}>
      <div class="hand carried">
        <header class="hand-top">
          <span class="hand-title">{say('hand_title')}</span>
          <button type="button" class="plain" lang={other === 'en' ? 'en' : 'zh-CN'} onClick={turn}>{other === 'en' ? 'English' : '中文'}</button>
          <SessionBox session={owner} onChange={reload} />
        </header>
        <main>
          <h1 class="visually-hidden">{say('hand_title')}</h1>
          {district?.ground === 'invented' && section === 'here' && <p class="note">{say('invented')}</p>}
          {!online && <p class="note problem" role="status">{say('hand_offline')}</p>}
          {online && serverGone && <p class="note problem" role="status">{say('hand_no_server')}</p>}
          <OutboxList outbox={outbox} signedIn={session?.signed_in ?? false} onEdit={edit} />
          {section === 'here' && (
            <>
              {box}
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
              {opensOffline && !answer && <p class="muted">{say('hand_opens_offline')}</p>}
            </>
          )}
          {section !== 'here' && !worker && <p class="note" role="status">{say('hand_worker_only')}</p>}
          {(section === 'tasks' || section === 'buildings') && worker && (
            <>
              {mine.problem && (mine.mine ? <p class="note" role="status">{say('hand_old')}</p> : <ProblemNote problem={mine.problem} onRetry={mine.reload} />)}
              {!mine.mine && !mine.problem && <p class="muted waiting" role="status">{say('loading')}</p>}
              {mine.mine && section === 'tasks' && <TaskList by={worker} tasks={mine.mine.tasks} waiting={outbox.mine} onPut={put} />}
              {mine.mine && section === 'buildings' && <BuildingList mine={mine.mine} onGrid={(code) => look({ kind: 'grid', code })} onBuilding={(code) => look({ kind: 'building', code })} />}
            </>
          )}
          {(section === 'report' || section === 'visit') && worker && box}
          {section === 'report' && worker && <ReportForm by={worker} spot={spot} matters={matters} editing={editingHere} onPut={put} />}
          {section === 'visit' && worker && <VisitForm by={worker} spot={spot} editing={editingHere} onPut={put} />}
        </main>
        <nav class="hand-sections" aria-label={say('hand_sections')}>
          {sections.map((name) => (
            <a key={name} href={`#${name}`} aria-current={name === section ? 'page' : undefined}>
              {say(`hand_${name}`)}{name === 'tasks' && (mine.mine?.tasks.length ?? 0) > 0 && <span class="count">{mine.mine?.tasks.length}</span>}
            </a>
          ))}
        </nav>
      </div>
    </LocaleContext.Provider>
  )
}
