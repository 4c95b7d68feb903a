// Faults of a file's net one by one: what a repair would do with the ground of each, taken or left, then the file.
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Fault, useFaults } from '../../admin/use_faults'
import { REPAIR } from '../../map/palette'
import type { NetMap } from '../../map/net_map'
import type { Problem } from '../../register/api'
import { PLAIN_FILE, whyNotSent } from '../../register/imports'
import { mendedFile, previewRepair, type Repair, type RepairChange, type RepairFault, type RepairTerms, REPAIR_MOST_BYTES } from '../../register/repair'
import { asProblem } from '../../register/use_answer'
import { save } from '../../save'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import { named } from '../../text/named'
import { FaultList } from './fault_list'
import { FileBox } from './file_box'
import { ASKS_TERMS, FileProblem, FileTermsFields } from './file_terms'
import { countsOf } from './kinds'

const ACCEPT = '.gpkg,.geojson,.json,.zip,.shp,.fgb,.parquet,.kml,.kmz,.dxf,.csv'
const PLAIN: RepairTerms = { ...PLAIN_FILE, width: 1, leave: [] }
type Line = Fault & { readonly fault: RepairFault }

interface Props {
  readonly map: NetMap | null
  readonly given: File | null
  /** Look at it at once. */
  readonly eager: boolean
  readonly onGiven: (file: File | null) => void
  /** The mended file goes on to the import. */
  readonly onImport: (file: File) => void
}

export function RepairPart({ map, given: file, eager, onGiven, onImport }: Props) {
  const say = useSay()
  const [terms, setTerms] = useState(PLAIN)
  const [found, setFound] = useState<Repair | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const run = async (asked: RepairTerms) => {
    setTerms(asked)
    if (!file) return
    running.current?.abort()
    const abort = new AbortController()
    running.current = abort
    setProblem(null)
    setBusy(true)
    try {
      setFound(await previewRepair(file, asked, abort.signal))
    } catch (error) {
      if (abort.signal.aborted) return
      setProblem(await whyNotSent(file, error))
    } finally {
      if (running.current === abort) setBusy(false)
    }
  }
  useEffect(() => {
    if (eager) void run(terms)
  }, [])
  const stop = () => {
    running.current?.abort()
    setBusy(false)
  }
  const change = (next: Partial<RepairTerms>) => {
    stop() // it would tell of the terms before
    setTerms({ ...terms, ...next })
    setFound(null)
  }
  const fetchFile = async (format: 'geojson' | 'gpkg', use: (blob: Blob, name: string) => void) => {
    if (!file) return
    setProblem(null)
    try {
      use(await mendedFile(file, terms, format), `${file.name.replace(/\.[^.]*$/, '')}-${say('repair_suffix')}.${format}`)
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <section class="repair" aria-busy={busy}>
      <header class="card-head"><h2>{say('admin_repair')}</h2><p class="hint">{say('repair_hint')}</p></header>
      <form class="fields" onSubmit={(event) => { event.preventDefault(); void run({ ...terms, leave: [] }) }}>
        <FileBox file={file} accept={ACCEPT} most={REPAIR_MOST_BYTES} onFile={(next) => { stop(); setFound(null); setProblem(null); setTerms(PLAIN); onGiven(next) }} />
        <label>{say('repair_width')}<input type="number" min="0" max="100" step="0.1" required value={terms.width} onInput={(event) => change({ width: Number(event.currentTarget.value) })} /></label>
        {problem && <FileProblem problem={problem} terms={terms} onRetry={() => void run(terms)} onTerms={(next) => void run({ ...terms, ...next })} />}
        <FileTermsFields terms={terms} open={problem !== null && ASKS_TERMS.includes(problem.code)} onTerms={change} />
        <div class="buttons start">
          <button type="submit" class={found ? 'plain' : 'primary'} disabled={!file || busy}>{say('repair_look')}</button>
          {busy && <span class="muted" role="status">{say('admin_checking')}</span>}
        </div>
      </form>
      {found && (
        <Found
          found={found}
          map={map}
          busy={busy}
          leave={terms.leave}
          onLeave={(leave) => void run({ ...terms, leave })}
          onSave={(format) => void fetchFile(format, save)}
          onImport={() => void fetchFile('geojson', (blob, name) => onImport(new File([blob], name, { type: blob.type })))}
        />
      )}
    </section>
  )
}

interface FoundProps {
  readonly found: Repair
  readonly map: NetMap | null
  readonly busy: boolean
  readonly leave: readonly number[]
  readonly onLeave: (leave: readonly number[]) => void
  readonly onSave: (format: 'geojson' | 'gpkg') => void
  readonly onImport: () => void
}

function Found({ found, map, busy, leave, onLeave, onSave, onImport }: FoundProps) {
  const say = useSay()
  const [kind, setKind] = useState<string | null>(null)
  const all = useMemo(() => found.faults.map(lineOf), [found])
  const listed = useMemo(() => (kind === null ? all : all.filter((line) => line.kind === kind)), [all, kind])
  const at = useFaults(map, listed)
  const { layer, chosen } = at
  const left = new Set(leave)
  const counts = useMemo(() => countsOf(all.map((line) => line.kind)), [all])
  useEffect(() => {
    layer?.lines(found.changes.flatMap(({ before, after }) => [{ side: 'before' as const, geometry: before }, { side: 'after' as const, geometry: after }]))
  }, [layer, found])
  useEffect(() => {
    layer?.shapes(listed.filter(({ fault }) => fault.choice).map(({ key, fault }) => ({ key, geometry: fault.geometry, colour: fault.mended ? REPAIR.after : REPAIR.left, chosen: key === chosen })))
  }, [layer, listed, chosen])
  useEffect(() => { // the whole of the trouble at first, each place on a click
    const box = boxOf(found)
    if (box && chosen === null) map?.fit(box)
  }, [map, found])
  const open = Object.values(found.remaining).reduce((sum, count) => sum + count, 0) - (found.remaining.slivers ?? 0)
  return (
    <section class="part" aria-label={say('admin_report')}>
      <ul class="counts">
        <li><b>{found.faults.length + found.untold}</b> {say('repair_faults')}</li>
        <li><b>{found.changes.length}</b> {say('repair_changed')}</li>
        <li><b>{open}</b> {say('repair_open')}</li>
      </ul>
      {all.length === 0 && <p class="good">{say('repair_sound', { count: found.polygons })}</p>}
      {found.vanished.length > 0 && <p class="note problem">{say('repair_vanished', { codes: found.vanished.join(', ') })}</p>}
      {all.length > 0 && (
        <>
          <p class="sides-key">
            <span><Stroke colour={REPAIR.before} dashed />{say('repair_line_before')}</span>
            <span><Stroke colour={REPAIR.after} />{say('repair_line_after')}</span>
            <span><Ground colour={REPAIR.after} />{say('repair_ground')}</span>
            <span><Ground colour={REPAIR.left} />{say('repair_left')}</span>
          </p>
          <FaultList faults={listed} counts={counts} kind={kind} at={at} nameOf={(name) => named(say, 'fault', name)} onKind={setKind}>
            {({ key, fault }) => (
              <>
                <button type="button" class="problem-row" aria-current={key === chosen} onClick={() => at.choose(key)}><Told fault={fault} isLeft={left.has(fault.number)} /></button>
                {fault.choice && (fault.mended || left.has(fault.number)) && (
                  <label class="check take"><input type="checkbox" checked={!left.has(fault.number)} disabled={busy} onChange={(event) => onLeave(event.currentTarget.checked ? leave.filter((number) => number !== fault.number) : [...leave, fault.number])} />{say('repair_take')}</label>
                )}
              </>
            )}
          </FaultList>
          {found.untold > 0 && <p class="muted">{say('repair_untold', { count: found.untold })}</p>}
        </>
      )}
      {found.changes.length > 0 && <ByPolygon changes={found.changes} />}
      {found.changes.length > 0 && (
        <p class="buttons start commit">
          <button type="button" class="primary" disabled={busy} onClick={() => onSave('geojson')}>{say('repair_save', { format: 'GeoJSON' })}</button>
          <button type="button" class="plain" disabled={busy} onClick={() => onSave('gpkg')}>{say('repair_save', { format: 'GeoPackage' })}</button>
          <button type="button" class="plain" disabled={busy} onClick={onImport}>{say('repair_import')}</button>
        </p>
      )}
    </section>
  )
}

/** One fault, and what becomes of it. */
function Told({ fault, isLeft }: { fault: RepairFault; isLeft: boolean }) {
  const say = useSay()
  const square = useSquare()
  return (
    <>
      <span class={`badge ${isLeft ? 'draft' : fault.mended ? 'new' : 'blocks'}`}>{say(isLeft ? 'repair_left' : fault.mended ? 'repair_mended' : 'repair_stays')}</span>
      <span class="fault-text">
        {named(say, 'fault', fault.kind)} <span class="code">{fault.polygons.join(' / ')}</span>
        {fault.area_m2 !== null && <span class="muted"> {square(fault.area_m2)}{fault.width_m !== null && ` · ${say('repair_wide', { metres: fault.width_m.toFixed(2) })}`}</span>}
        {fault.mended && fault.choice && <span class="goes-to">{fault.goes_to === null ? say('repair_cut') : say('repair_goes_to', { code: fault.goes_to })}</span>}
        {!fault.mended && !isLeft && <span class="muted"> {say('repair_why_stays')}</span>}
      </span>
    </>
  )
}

function ByPolygon({ changes }: { changes: readonly RepairChange[] }) {
  const say = useSay()
  const square = useSquare()
  return (
    <details class="part">
      <summary>{say('repair_by_polygon')}</summary>
      <table class="rows">
        <thead><tr><th scope="col">{say('grid')}</th><th scope="col" class="figure">{say('repair_gains')}</th><th scope="col" class="figure">{say('repair_loses')}</th></tr></thead>
        <tbody>
          {changes.slice(0, 200).map(({ polygon, gained_m2, lost_m2 }) => (
            <tr key={polygon}><th scope="row" class="code">{polygon}</th><td class="figure">{square(gained_m2)}</td><td class="figure">{square(lost_m2)}</td></tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function Stroke({ colour, dashed = false }: { colour: string; dashed?: boolean }) {
  return <svg width="26" height="10" aria-hidden="true"><path d="M1 5h24" stroke={colour} stroke-width="2.6" stroke-dasharray={dashed ? '5 3' : undefined} /></svg>
}

function Ground({ colour }: { colour: string }) {
  return <svg width="18" height="12" aria-hidden="true"><path d="M1 1h16v10H1z" fill={colour} fill-opacity="0.6" /></svg>
}

function useSquare() {
  const { language } = useContext(LocaleContext)
  return (area: number) => `${numberFormat(language, { maximumFractionDigits: area < 10 ? 2 : 0 }).format(area)} m²`
}

function lineOf(fault: RepairFault): Line {
  const box = fault.bounds
  return { key: String(fault.number), kind: fault.kind, bad: !fault.mended, bounds: box, place: box && { lon: (box[0] + box[2]) / 2, lat: (box[1] + box[3]) / 2 }, fault }
}

function boxOf({ faults }: Repair): [number, number, number, number] | null {
  const boxes = faults.flatMap(({ bounds }) => (bounds ? [bounds] : []))
  if (!boxes.length) return null
  return boxes.reduce<[number, number, number, number]>(([w, s, e, n], [west, south, east, north]) => [Math.min(w, west), Math.min(s, south), Math.max(e, east), Math.max(n, north)], [180, 90, -180, -90])
}
