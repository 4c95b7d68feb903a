// What is missing among those who answer, in an area: a count of each kind, its places, and the way to them.
import { useContext, useEffect, useState } from 'preact/hooks'
import { ask, query } from '../register/api'
import type { Model } from '../register/model'
import { isAtLeast } from '../register/roles'
import type { PlaceRef, Session } from '../register/types'
import { LocaleContext, numberFormat, useSay } from '../text/language'
import { named } from '../text/named'
import { sentence } from '../text/sentence'

type Finding = Model<'VacancyOut'>
type Report = Model<'DutyCheckOut'>

interface Props {
  readonly area: string
  readonly turn: string
  /** Open from the start. */
  readonly opened?: boolean
  readonly onPlace: (place: PlaceRef) => void
}

const MOST = 100

/** Whether the session's role may ask for it. */
export const maySeeCoverage = (session: Session | null) => isAtLeast(session, 'worker')

/** Asked for when the reader opens it. */
export function HumanCoverage({ area, turn, opened = false, onPlace }: Props) {
  const say = useSay()
  const [open, setOpen] = useState(opened)
  const [report, setReport] = useState<Report | 'failed' | null>(null)
  const [kind, setKind] = useState<string | null>(null)
  useEffect(() => setReport(null), [open, area])
  useEffect(() => {
    if (!open) return
    const abort = new AbortController()
    ask<Report>(`/v1/duties/check?${query({ area })}`, { signal: abort.signal })
      .then(setReport)
      .catch(() => abort.signal.aborted || setReport('failed'))
    return () => abort.abort()
  }, [open, area, turn])
  return (
    <details class="part coverage" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('coverage')}</summary>
      {open && report === null && <p class="muted" role="status">{say('loading')}</p>}
      {report === 'failed' && <p class="muted" role="status">{say('problem_generic')}</p>}
      {report && report !== 'failed' && (
        <Kinds report={report} kind={kind} onKind={(next) => setKind(next === kind ? null : next)} onPlace={onPlace} />
      )}
    </details>
  )
}

function Kinds({ report, kind, onKind, onPlace }: { report: Report; kind: string | null; onKind: (kind: string) => void; onPlace: Props['onPlace'] }) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = numberFormat(language)
  if (report.is_complete) return <p class="muted" role="status">{say('coverage_none')}</p>
  const found = Object.entries(report.counts).filter(([, count]) => count > 0)
  const listed = report.findings.filter((finding) => finding.kind === kind)
  return (
    <>
      <p role="status">{say('coverage_all', { count: number.format(report.findings.length) })}</p>
      <ul class="counts">
        {found.map(([name, count]) => (
          <li key={name}>
            <button type="button" class="link" aria-expanded={name === kind} onClick={() => onKind(name)}>
              <b>{number.format(count)}</b> {named(say, 'missing', name)}
            </button>
          </li>
        ))}
      </ul>
      {kind !== null && listed.length > 0 && (
        <ul class="findings" aria-label={named(say, 'missing', kind)}>
          {listed.slice(0, MOST).map((finding) => (
            <li key={`${finding.place_kind}/${finding.place}/${finding.party ?? ''}/${finding.detail}`}>
              <Where finding={finding} onPlace={onPlace} /> {finding.party !== null && finding.party !== finding.place && <span class="code">{finding.party}</span>}
              <Detail finding={finding} />
            </li>
          ))}
        </ul>
      )}
      {listed.length > MOST && <p class="muted">{say('coverage_more', { count: number.format(listed.length - MOST) })}</p>}
    </>
  )
}

/** What the heading of its kind does not say already. */
function Detail({ finding }: { finding: Finding }) {
  const say = useSay()
  const told = sentence(say, finding.kind, finding.facts)
  return told === null ? null : <span class="muted"> {told}</span>
}

/** The place of a finding, as the way to it where it lies in a grid or is an area. */
function Where({ finding, onPlace }: { finding: Finding; onPlace: Props['onPlace'] }) {
  const { grid, name, place, place_kind } = finding
  const text = <>{name.trim() || place} {name.trim() && <span class="code">{place}</span>}</>
  const target = grid !== null ? { level: 'grid', code: grid, name } : place_kind === 'area' ? { level: 'area', code: place, name } : null
  return target === null ? <span>{text}</span> : <button type="button" class="link" onClick={() => onPlace(target)}>{text}</button>
}
