// What a check or an import found: figures first, then what stands in the way, then every fault with its place.
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Fault, useFaults } from '../../admin/use_faults'
import { DOUBT } from '../../map/faults_layer'
import type { NetMap } from '../../map/net_map'
import { SELECTED } from '../../map/palette'
import { around } from '../../register/coordinates'
import type { CoverageFault, FileTerms, ImportReport, ImportTerms, RefusedRow } from '../../register/imports'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { ifNamed, named } from '../../text/named'
import { wordsForFault } from '../../text/sentence'
import { FaultList } from './fault_list'
import { FrameProposals } from './file_terms'
import { countsOf } from './kinds'

/** What the server lists at most, of refused rows and of faults of the net. */
const LISTED = 1000
/** The value of a row whose shape is at fault: its type, of which the sentence says what matters. */
const SHAPE = /^(?:Multi)?(?:Point|LineString|Polygon)$|^GeometryCollection$/
const TALLY = ['added', 'changed', 'retired', 'unchanged'] as const

type Line = Fault & ({ readonly refused: RefusedRow } | { readonly torn: CoverageFault })

interface Props {
  readonly report: ImportReport
  readonly terms: ImportTerms
  readonly map: NetMap | null
  readonly busy: boolean
  readonly onTerms: (next: Partial<ImportTerms>) => void
  readonly onCommit: () => void
  /** To the repair of the file's net; null where it is none. */
  readonly onRepair: (() => void) | null
}

export function ImportReportView({ report, terms, map, busy, onTerms, onCommit, onRepair }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const number = (value: number) => numberFormat(language).format(value)
  const all = useMemo(() => linesOf(report), [report])
  const [kind, setKind] = useState<string | null>(null)
  const listed = useMemo(() => (kind === null ? all : all.filter((line) => line.kind === kind)), [all, kind])
  const at = useFaults(map, listed)
  const { layer, chosen } = at
  useEffect(() => {
    layer?.shapes(listed.flatMap((line) => ('torn' in line ? [{ key: line.key, colour: line.bad ? SELECTED : DOUBT, chosen: line.key === chosen, geometry: line.torn.shape }] : [])))
  }, [layer, listed, chosen])
  const counts = useMemo(() => countsOf(all.map((line) => line.kind)), [all])
  const top = useRef<HTMLElement>(null)
  useEffect(() => top.current?.scrollIntoView({ block: 'start' }), [report])
  const overlaps = report.coverage.counts.overlaps ?? 0
  const written = TALLY.filter((name) => (report.tally[name] ?? 0) > 0)
  const torn = report.coverage.faults.some((fault) => fault.kind !== 'slivers')
  return (
    <section ref={top} class="part import-report" aria-label={say('admin_report')}>
      <h3>{report.committed ? say('admin_imported') : say('admin_report')}</h3>
      <ul class="counts">
        <li><b>{number(report.rows.read)}</b> {say('admin_rows_read')}</li>
        <li><b>{number(report.rows.accepted)}</b> {say('admin_rows_good')}</li>
        <li><b>{number(report.rows.refused)}</b> {say('admin_rows_refused')}</li>
      </ul>
      {report.frame && <p class="muted">{say('admin_frame', { frame: report.frame })}</p>}
      {written.length > 0 && <p role="status">{say(report.committed ? 'admin_done' : 'admin_would')} {written.map((name) => say(`tally_${name}`, { count: number(report.tally[name] ?? 0) })).join(' · ')}{report.net_version !== null && ` · ${say('net_version')} ${report.net_version}`}</p>}
      <ul class="finding-notes">
        {report.findings.map((finding) => (
          <li key={finding.code + finding.message} class={finding.blocks ? 'note problem' : 'note'}>
            {wordsForFault(say, finding.code, finding.facts) ?? finding.message}
            {finding.rows.length > 0 && <span class="muted"> {say('admin_rows', { rows: finding.rows.join(', ') })}</span>}
            {language === 'en' && ifNamed(say, 'fault', finding.code) !== null && <details class="muted"><summary>{say('admin_words')}</summary><span lang="en">{finding.message}</span></details>}
            {(finding.blocks || finding.code === 'datum-by-definition') && !report.committed && <FrameProposals text={finding.message} onTerms={(next: Partial<FileTerms>) => onTerms(next)} />}
          </li>
        ))}
      </ul>
      {!report.committed && (
        <div class="commit">
          {(report.rows.refused > 0 || terms.skipRefused) && <label class="check"><input type="checkbox" checked={terms.skipRefused} disabled={busy} onChange={(event) => onTerms({ skipRefused: event.currentTarget.checked })} />{say('admin_skip')}</label>}
          {(overlaps > 0 || terms.acceptFaults) && report.kind === 'grids' && <label class="check"><input type="checkbox" checked={terms.acceptFaults} disabled={busy} onChange={(event) => onTerms({ acceptFaults: event.currentTarget.checked })} />{say('admin_accept')}</label>}
          {!report.may_commit && <p class="muted" role="status">{say('admin_blocked')}</p>}
          <p class="buttons start">
            <button type="button" class="primary" disabled={!report.may_commit || busy} onClick={onCommit}>{say('admin_commit', { count: number(report.rows.accepted) })}</button>
            {onRepair && torn && <button type="button" class="plain" disabled={busy} onClick={onRepair}>{say('admin_to_repair')}</button>}
          </p>
        </div>
      )}
      {all.length === 0 && !report.findings.some(({ blocks }) => blocks) && <p class="good">{say('admin_no_faults')}</p>}
      {(report.refused.length >= LISTED || report.coverage.faults.length >= LISTED) && <p class="muted">{say('admin_capped', { count: number(LISTED) })}</p>}
      {all.length > 0 && (
        <FaultList faults={listed} counts={counts} kind={kind} at={at} nameOf={(name) => named(say, 'fault', name)} onKind={setKind}>
          {(line) => (
            <button type="button" class="problem-row" aria-current={line.key === at.chosen} onClick={() => at.choose(line.key)}>
              <span class={line.bad ? 'badge blocks' : 'badge warns'}>{'refused' in line ? say('admin_row', { row: line.refused.row }) : say('admin_net')}</span>
              {'refused' in line ? <Refused row={line.refused} /> : <Torn fault={line.torn} />}
            </button>
          )}
        </FaultList>
      )}
    </section>
  )
}

function Refused({ row }: { row: RefusedRow }) {
  const say = useSay()
  return (
    <span class="fault-text">
      <b>{named(say, 'column', row.field)}</b> {row.value && !SHAPE.test(row.value) && <span class="code">{row.value}</span>} <span title={row.reason}>{wordsForFault(say, row.code, row.facts) ?? row.reason}</span>
      {row.lon === null && <span class="muted"> {say('admin_no_place')}</span>}
    </span>
  )
}

function Torn({ fault }: { fault: CoverageFault }) {
  const say = useSay()
  const size = fault.area_m2 !== null ? `${metres(fault.area_m2)} m²` : fault.length_m !== null ? `${metres(fault.length_m)} m` : ''
  return (
    <span class="fault-text">
      {named(say, 'fault', fault.kind)} <span class="code">{fault.codes.join(' / ')}</span> <span class="muted">{size}</span>
    </span>
  )
}

const metres = (value: number) => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en'))

function linesOf({ refused, coverage }: ImportReport): Line[] {
  const placeOf = ({ lon, lat }: { lon: number | null; lat: number | null }) => (lon !== null && lat !== null ? { lon, lat } : null)
  return [
    ...refused.map((row, i): Line => ({ key: `row/${i}`, kind: row.code, bad: true, place: placeOf(row), refused: row })),
    ...coverage.faults.map((fault, i): Line => ({ key: `net/${i}`, kind: fault.kind, bad: fault.kind === 'overlaps', place: placeOf(fault), bounds: around([{ geometry: fault.shape }]), torn: fault })),
  ]
}
