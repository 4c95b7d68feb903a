// Import: a file is checked first, its faults are shown where they lie, and it is imported as a whole or not at all.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { NetMap } from '../../map/net_map'
import { newKey, type Problem } from '../../register/api'
import { IMPORT_KINDS, importFile, type ImportReport, type ImportTerms, MOST_BYTES, PLAIN_FILE, whyNotSent } from '../../register/imports'
import { useSay } from '../../text/language'
import { FileBox } from './file_box'
import { ASKS_TERMS, FileProblem, FileTermsFields } from './file_terms'
import { ImportReportView } from './import_report'

const ACCEPT = '.gpkg,.geojson,.json,.zip,.shp,.fgb,.parquet,.kml,.kmz,.dxf,.csv,.xlsx'

interface Props {
  readonly map: NetMap | null
  readonly given: File | null
  /** Check it at once. */
  readonly eager: boolean
  readonly onGiven: (file: File | null) => void
  readonly onRepair: () => void
  readonly onImported: () => void
}

export function ImportPart({ map, given: file, eager, onGiven, onRepair, onImported }: Props) {
  const say = useSay()
  const [terms, setTerms] = useState<ImportTerms>({ ...PLAIN_FILE, kind: 'grids', line: '', lineName: '', skipRefused: false, acceptFaults: false })
  const [report, setReport] = useState<ImportReport | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState<'check' | 'commit' | null>(null)
  const running = useRef<AbortController | null>(null)
  const key = useRef('')

  const change = (next: Partial<ImportTerms>) => {
    if (busy === 'check') stop() // it would tell of the terms before
    setTerms({ ...terms, ...next })
    setReport(null)
  }
  const run = async (asked: ImportTerms, commit: boolean) => {
    if (!file) return
    const abort = new AbortController()
    running.current = abort
    setTerms(asked)
    setProblem(null)
    setBusy(commit ? 'commit' : 'check')
    try {
      const found = await importFile(file, asked, commit ? key.current : null, abort.signal)
      if (!commit) key.current = newKey()
      setReport(found)
      if (found.committed) onImported()
    } catch (error) {
      if (abort.signal.aborted) return
      const told = await whyNotSent(file, error)
      const stopped = told.more.report as ImportReport | undefined
      if (stopped) setReport(stopped) // the register changed since the check: its report says what stands against it now
      setProblem(told)
    } finally {
      if (running.current === abort) setBusy(null)
    }
  }
  useEffect(() => {
    if (eager) void run(terms, false)
  }, [])
  const stop = () => {
    running.current?.abort()
    setBusy(null)
  }
  return (
    <section class="import" aria-busy={busy !== null}>
      <header class="card-head"><h2>{say('admin_import')}</h2><p class="hint">{say('admin_import_hint')}</p></header>
      <form class="fields" onSubmit={(event) => { event.preventDefault(); void run(terms, false) }}>
        <label>{say('admin_kind')}
          <select value={terms.kind} onChange={(event) => { setProblem(null); change({ kind: IMPORT_KINDS.find((kind) => kind === event.currentTarget.value) ?? 'grids', mapping: {} }) }}>
            {IMPORT_KINDS.map((kind) => <option key={kind} value={kind}>{say(`import_${kind}`)}</option>)}
          </select>
        </label>
        {terms.kind === 'lines' && (
          <>
            <label>{say('admin_line')}<input required maxLength={50} value={terms.line} onInput={(event) => change({ line: event.currentTarget.value.trim() })} /></label>
            <label>{say('admin_line_name')}<input required maxLength={100} value={terms.lineName} onInput={(event) => change({ lineName: event.currentTarget.value })} /></label>
          </>
        )}
        <FileBox file={file} accept={ACCEPT} most={MOST_BYTES} onFile={(next) => { stop(); setProblem(null); setReport(null); setTerms({ ...terms, ...PLAIN_FILE }); onGiven(next) }} />
        {problem && <FileProblem problem={problem} terms={terms} onRetry={() => void run(terms, false)} onTerms={(next) => (next.mapping ? change(next) : void run({ ...terms, ...next }, false))} />}
        <FileTermsFields terms={terms} open={problem !== null && ASKS_TERMS.includes(problem.code)} onTerms={change} />
        <div class="buttons start">
          {busy === null && <button type="submit" class={report?.may_commit ? 'plain' : 'primary'} disabled={!file}>{say('admin_check')}</button>}
          {busy !== null && <button type="button" class="plain" onClick={stop}>{say('admin_stop')}</button>}
          {busy !== null && <span class="muted" role="status">{say(busy === 'check' ? 'admin_checking' : 'admin_importing')}</span>}
        </div>
      </form>
      {report && (
        <ImportReportView
          report={report}
          terms={terms}
          map={map}
          busy={busy !== null}
          onTerms={(next) => void run({ ...terms, ...next }, false)}
          onCommit={() => void run(terms, true)}
          onRepair={report.kind === 'grids' ? onRepair : null}
        />
      )}
    </section>
  )
}
