// Duties as a workbook, there and back, and what is vacant.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type DutyDifference, dutyWorkbook, sendWorkbook, WORKBOOK_MOST_BYTES } from '../../register/administration'
import { newKey, type Problem } from '../../register/api'
import { whyNotSent } from '../../register/imports'
import { useLastOnly } from '../../register/in_order'
import type { PlaceRef } from '../../register/types'
import { asProblem } from '../../register/use_answer'
import { save } from '../../save'
import { useSay } from '../../text/language'
import { named } from '../../text/named'
import { wordsForFault } from '../../text/sentence'
import { HumanCoverage } from '../human_coverage'
import { ProblemNote } from '../problem_note'
import { FileBox } from './file_box'
import { countsOf, Kinds } from './kinds'

const MOST = 200
/** After these times what was written has reached what is asked: at once as a rule, later on a busy machine. */
const LOOK_AGAIN_MS = [1_000, 4_000, 12_000, 30_000]

interface Props {
  readonly area: string | null
  readonly turn: string
  readonly onPlace: (place: PlaceRef) => void
}

export function DutiesPart({ area, turn, onPlace }: Props) {
  const say = useSay()
  const [file, setFile] = useState<File | null>(null)
  const [endMissing, setEndMissing] = useState(false)
  const [found, setFound] = useState<DutyDifference | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [written, setWritten] = useState(0)
  const key = useRef('')
  const comparing = useLastOnly()
  const waiting = useRef<number[]>([])
  useEffect(() => () => waiting.current.forEach(clearTimeout), [])

  const run = async (work: () => Promise<void>) => {
    setProblem(null)
    setBusy(true)
    try {
      await work()
    } catch (error) {
      const told = file ? await whyNotSent(file, error) : asProblem(error)
      if (Array.isArray(told.more.refused) && Array.isArray(told.more.changes)) setFound({ committed: false, may_commit: false, unchanged: 0, changes: told.more.changes as DutyDifference['changes'], refused: told.more.refused as DutyDifference['refused'] })
      setProblem(told)
    } finally {
      setBusy(false)
    }
  }
  const compare = (chosen: File | null, ending: boolean) => {
    const isLast = comparing()
    setFound(null)
    if (!chosen) return setProblem(null)
    void run(async () => {
      const told = await sendWorkbook(chosen, ending, null)
      if (!isLast()) return // of the file before
      setFound(told)
      key.current = newKey()
    })
  }
  const commit = () => run(async () => {
    if (!file) return
    setFound(await sendWorkbook(file, endMissing, key.current))
    waiting.current = LOOK_AGAIN_MS.map((ms) => window.setTimeout(() => setWritten((before) => before + 1), ms))
  })
  return (
    <section class="duties" aria-busy={busy}>
      <header class="card-head"><h2>{say('admin_duties')}</h2><p class="hint">{say('duties_hint')}</p></header>
      <div class="fields">
        <p class="buttons start"><button type="button" class="plain" disabled={busy} onClick={() => void run(async () => save(await dutyWorkbook(), `${say('admin_duties')}.xlsx`))}>{say('duties_download')}</button></p>
        <FileBox file={file} accept=".xlsx" most={WORKBOOK_MOST_BYTES} onFile={(next) => { setFile(next); compare(next, endMissing) }} />
        <label class="check"><input type="checkbox" checked={endMissing} disabled={busy} onChange={(event) => { setEndMissing(event.currentTarget.checked); compare(file, event.currentTarget.checked) }} />{say('duties_end_missing')}</label>
        {busy && <p class="muted" role="status">{say('admin_checking')}</p>}
        {problem && <ProblemNote problem={problem} onRetry={() => compare(file, endMissing)} />}
      </div>
      {found && <Difference found={endMissing ? found : withoutMissing(found)} missing={endMissing ? 0 : found.changes.length - withoutMissing(found).changes.length} busy={busy} onPlace={onPlace} onCommit={() => void commit()} />}
      {area && <HumanCoverage area={area} turn={`${turn}/${written}`} opened onPlace={onPlace} />}
    </section>
  )
}

/** Duties that no row names stay as they are unless they are to end. */
const withoutMissing = (found: DutyDifference): DutyDifference => ({ ...found, changes: found.changes.filter(({ action }) => action !== 'missing') })

function Difference({ found, missing, busy, onPlace, onCommit }: { found: DutyDifference; missing: number; busy: boolean; onPlace: (place: PlaceRef) => void; onCommit: () => void }) {
  const say = useSay()
  const [action, setAction] = useState<string | null>(null)
  const counts = useMemo(() => countsOf(found.changes.map((change) => change.action)), [found])
  const listed = action === null ? found.changes : found.changes.filter((change) => change.action === action)
  return (
    <section class="part" aria-label={say('duties_difference')}>
      <h3>{say(found.committed ? 'duties_written' : 'duties_difference')}</h3>
      <p role="status">{found.changes.length === 0 && found.refused.length === 0 ? say('duties_same', { count: found.unchanged }) : say('duties_counts', { changes: found.changes.length, unchanged: found.unchanged, refused: found.refused.length })}</p>
      {missing > 0 && <p class="muted">{say('duties_missing', { count: missing })}</p>}
      {found.refused.length > 0 && (
        <ul class="finding-notes" aria-label={say('duties_refused')}>
          {found.refused.slice(0, MOST).map((each) => (
            <li key={`${each.row}/${each.field}/${each.reason}`} class="note problem">
              <b>{each.row === null ? say('duties_whole') : say('admin_row', { row: each.row })}</b> {each.field} <span title={each.reason}>{wordsForFault(say, each.code, each.facts) ?? each.reason}</span>
            </li>
          ))}
        </ul>
      )}
      <Kinds counts={counts} kind={action} label={say('duties_difference')} nameOf={(name) => say(actionKey(name))} onKind={setAction} />
      {listed.length > 0 && (
        <ol class="problems duty-changes">
          {listed.slice(0, MOST).map((change) => <li key={`${change.row}/${change.action}/${change.place}/${change.role}/${change.party}`}><Change change={change} onPlace={onPlace} /></li>)}
        </ol>
      )}
      {listed.length > MOST && <p class="muted">{say('coverage_more', { count: listed.length - MOST })}</p>}
      {!found.committed && found.changes.length > 0 && (
        <div class="commit">
          {!found.may_commit && <p class="muted" role="status">{say('duties_blocked')}</p>}
          <p class="buttons start"><button type="button" class="primary" disabled={busy || !found.may_commit} onClick={onCommit}>{say('duties_commit', { count: found.changes.length })}</button></p>
        </div>
      )}
    </section>
  )
}

function Change({ change, onPlace }: { change: DutyDifference['changes'][number]; onPlace: (place: PlaceRef) => void }) {
  const say = useSay()
  const [kind, code] = change.place.split('/') as [string, string | undefined]
  const toPlace = code && (kind === 'grid' || kind === 'area') ? () => onPlace({ level: kind, code, name: code }) : null
  return (
    <div class="duty-change">
      <span class={`badge ${{ new: 'new', missing: 'blocks', replaces: 'warns' }[change.action] ?? 'changed'}`}>{change.row === null ? '' : `${say('admin_row', { row: change.row })} `}{say(actionKey(change.action))}</span>
      <span class="fault-text">
        {change.role && <>{named(say, 'duty', change.role)} </>}
        {toPlace ? <button type="button" class="link code" onClick={toPlace}>{code}</button> : <span class="code">{change.place}</span>} {change.party_name && <b>{change.party_name} </b>}<span class="code">{change.party}</span>
        {Object.entries(change.fields).map(([name, [before, after]]) => (
          <span key={name} class="from-to">{named(say, 'column', name)} <del>{before || say('duties_empty')}</del> → <ins>{after || say('duties_empty')}</ins></span>
        ))}
      </span>
    </div>
  )
}

const ACTIONS = ['new', 'changed', 'replaces', 'missing', 'party'] as const
const actionKey = (name: string) => `duties_action_${ACTIONS.find((each) => each === name) ?? 'changed'}` as const
