// Density mode: where incidents gather, by grid, hexagon, square or building and over time.
import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import { Cell, useCell } from '../../cell'
import { exportAddress, reportAddress } from '../../density/answers'
import { asCsv } from '../../density/csv'
import type { DensityQuestion, Rate } from '../../density/question'
import { colourOf } from '../../density/ramp'
import { useDensity } from '../../density/use_density'
import { DensityLayer, TURNED_OFF } from '../../map/density_layer'
import type { NetMap } from '../../map/net_map'
import { place } from '../../register/api'
import type { Bounds } from '../../register/coordinates'
import { useLastOnly } from '../../register/in_order'
import { LocaleContext, useSay } from '../../text/language'
import { save } from '../../save'
import { CursorNote } from '../plan/cursor_note'
import { ProblemNote } from '../problem_note'
import { DensityControls } from './density_controls'
import { DensityLegend } from './density_legend'
import { DensityPicture } from './density_picture'
import { type DensityRow, DensityTable } from './density_table'
import { EarlyWarnings, EmergingSpots, HotSpots } from './found_lists'
import { useSpots } from './use_spots'
import { FrameBar } from './frame_bar'
import { GridIncidents } from './grid_incidents'
import { bucketName, saidValue } from './words'

const PARTS = ['table', 'hot', 'emerging', 'early'] as const

interface Props {
  readonly asked: DensityQuestion
  readonly map: NetMap | null
  readonly turn: string
  readonly onAsk: (next: Partial<DensityQuestion>, step: boolean) => void
  readonly children: ComponentChildren
}

export function DensityMode({ asked, map, turn, onAsk, children }: Props) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const [tries, setTries] = useState(0)
  const [part, setPart] = useState<(typeof PARTS)[number]>('table')
  const [chosen, setChosen] = useState<string | null>(null)
  const [layer, setLayer] = useState<DensityLayer | null>(null)
  const hovered = useMemo(() => new Cell<string | null>(null), [])
  const { frames, hot, early, emerging } = useDensity(asked, `${turn}/${tries}`)
  const answer = frames.answer
  const unit = answer?.unit ?? 'grid'
  const ofGrids = unit === 'grid' || unit === 'heat'
  const frame = answer ? Math.max(0, answer.buckets.indexOf(asked.frame ?? '')) : 0
  const rows: readonly DensityRow[] = useMemo(() => {
    const [counts, values] = [answer?.counts[frame] ?? [], answer?.values[frame] ?? []]
    return (answer?.codes ?? []).map((code, i) => ({ code, name: answer?.names[i] ?? '', count: counts[i] ?? null, value: values[i] ?? null }))
  }, [answer, frame])
  const totals = useMemo(() => (answer?.counts ?? []).map((counts) => counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)), [answer])

  useEffect(() => {
    if (!map) return
    const made = new DensityLayer(map.map)
    map.keepOff(TURNED_OFF)
    const click = ({ point }: { point: { x: number; y: number } }) => setChosen(made.cellAt(point))
    const move = ({ point }: { point: { x: number; y: number } }) => hovered.set(made.cellAt(point))
    const leave = () => hovered.set(null)
    const watched = [map.map.on('click', click), map.map.on('mousemove', move), map.map.on('mouseout', leave)]
    setLayer(made)
    return () => {
      setLayer(null)
      if (!map.isAlive) return
      for (const each of watched) each.unsubscribe()
      map.choose([])
      made.remove()
      map.keepOff()
    }
  }, [map])
  useEffect(() => {
    if (answer) layer?.lay(answer)
  }, [layer, answer])
  useEffect(() => setChosen(null), [asked.unit, asked.size])
  const legend = answer?.heat?.breaks ?? answer?.breaks ?? []
  useEffect(() => {
    if (answer?.heat) layer?.heat(answer.heat, frame)
  }, [layer, answer, frame])
  useEffect(() => layer?.paint(rows.map(({ code }) => code), rows.map(({ value }) => colourOf(value, answer?.breaks ?? []))), [layer, rows])
  useEffect(() => {
    const isCell = !ofGrids && rows.some(({ code }) => code === chosen)
    map?.choose(chosen && !isCell ? [{ layer: 'grids', code: chosen }] : [])
    if (!ofGrids) layer?.choose(isCell ? chosen : null)
  }, [map, layer, answer, chosen])

  const seeking = useLastOnly()
  const choose = (code: string) => {
    setChosen(code)
    seeking() // a grid that was chosen before is not gone to any more
    const shape = answer?.shapes?.[answer.codes.indexOf(code)]
    if (shape?.type === 'Point') map?.show({ lon: shape.coordinates[0] ?? 0, lat: shape.coordinates[1] ?? 0 }, 16.5)
    else if (shape) map?.fit(widened(boundsOf(shape.coordinates[0] ?? [])))
    else chooseGrid(code)
  }
  const chooseGrid = (code: string) => {
    setChosen(code)
    const isLast = seeking()
    place('grids', code)
      .then(({ bounds }) => isLast() && bounds && map?.fit(widened(bounds)))
      .catch(() => undefined) // it is chosen all the same
  }
  const spots = useSpots(map, part, hot.answer, emerging.answer, answer && answer.bucket !== 'none' ? frame : null)
  const name = answer && answer.bucket !== 'none' ? bucketName(say, locale, answer.buckets[frame] ?? answer.from, answer.bucket) : ''
  const found = { table: rows.length, emerging: emerging.problem ? '–' : emerging.answer?.length, hot: hot.answer?.length, early: early.answer?.length }
  return (
    <>
      <main class="panel" aria-label={say('mode_density')}>
        {children}
        <div class="scroll" aria-busy={frames.busy}>
          <header class="card-head"><h2>{say('density_title')}</h2></header>
          <DensityControls asked={asked} days={answer} turn={turn} onAsk={(next) => onAsk(next, true)} />
          {frames.problem && <ProblemNote problem={frames.problem} onRetry={() => setTries(tries + 1)} />}
          {frames.busy && !answer && <p class="muted waiting" role="status">{say('loading')}</p>}
          {answer && (
            <>
              {answer.buckets.length > 1 && <FrameBar totals={totals} frame={frame} name={name} onFrame={(next) => onAsk({ frame: answer.buckets[next] ?? null }, false)} />}
              <DensityLegend breaks={legend} rate={answer.rate} spots={spots} place="in-panel" />
              <p class="muted density-total" role="status">
                {totals.some(Boolean) ? say(ofGrids ? 'density_total' : 'density_total_cells', { count: totals.reduce((sum, total) => sum + total, 0), uncounted: answer.uncounted, cells: rows.length, unit: say(`unit_${unit}`) }) : say('density_nothing')}
              </p>
              {answer.masked && <p class="note">{say('density_masked')}</p>}
              {answer.stale && <p class="note">{say('stale')}</p>}
              <div class="tabs" role="tablist" aria-label={say('density_parts')}>
                {PARTS.map((each) => (
                  <button key={each} type="button" role="tab" id={`part-${each}`} aria-selected={part === each} aria-controls="density-part" class="tab" onClick={() => setPart(each)}>
                    {each === 'table' ? say(ofGrids ? 'unit_grid' : `unit_${unit}`) : say(`part_${each}`)} <span class="count">{found[each] ?? '…'}</span>
                  </button>
                ))}
              </div>
              <div id="density-part" class="density-part" role="tabpanel" aria-labelledby={`part-${part}`}>
                {part === 'table' && <DensityTable key={unit} rows={rows} rate={answer.rate} unit={ofGrids ? 'grid' : unit} breaks={legend} chosen={chosen} onChoose={choose} />}
                {part === 'hot' && <HotSpots found={hot} chosen={chosen} onChoose={chooseGrid} />}
                {part === 'emerging' && <EmergingSpots found={emerging} chosen={chosen} onChoose={chooseGrid} />}
                {part === 'early' && <EarlyWarnings found={early} onChoose={chooseGrid} />}
              </div>
              {chosen && ofGrids && <GridIncidents grid={chosen} name={rows.find(({ code }) => code === chosen)?.name || chosen} matter={asked.matter} />}
              <p class="buttons start">
                <button type="button" class="plain" onClick={() => save(new Blob([asCsv(answer)], { type: 'text/csv;charset=utf-8' }), `density-${answer.from}-${answer.to}.csv`)}>{say('density_csv')}</button>
                <a class="plain button" href={reportAddress(asked, locale.language)} download>{say('density_report')}</a>
                <a class="plain button" href={exportAddress(asked, 'xlsx')} download>XLSX</a>
                <a class="plain button" href={exportAddress(asked, 'gpkg')} download>GeoPackage</a>
                {map && <DensityPicture map={map} answer={answer} matter={asked.matter} frame={name} spots={spots} />}
              </p>
            </>
          )}
        </div>
      </main>
      {map && (
        <section class="over-map" aria-label={say('density_over_map')}>
          {answer && <DensityLegend breaks={legend} rate={answer.rate} spots={spots} place="on-map" />}
          {name && <p class="frame-on-map" aria-hidden="true">{name}</p>}
          <Hovered hovered={hovered} map={map} rows={rows} rate={answer?.rate ?? 'count'} />
        </section>
      )}
    </>
  )
}

/** The figure of the cell under the pointer. */
function Hovered({ hovered, map, rows, rate }: { hovered: Cell<string | null>; map: NetMap; rows: readonly DensityRow[]; rate: Rate }) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const code = useCell(hovered)
  const byCode = useMemo(() => new Map(rows.map((row) => [row.code, row])), [rows])
  const row = code ? byCode.get(code) : undefined
  const more = row && rate !== 'count' ? ` (${saidValue(say, locale, row.count, 'count')})` : ''
  return <CursorNote map={map} text={row ? `${row.name || row.code}  ${saidValue(say, locale, row.value, rate)}${more}` : ''} bad={false} />
}

/** With as much again on every side: a figure means something beside its neighbours only. */
function widened([west, south, east, north]: Bounds): Bounds {
  const [width, height] = [east - west, north - south]
  return [west - width, south - height, east + width, north + height]
}

function boundsOf(ring: readonly number[][]): Bounds {
  const [lons, lats] = [0, 1].map((axis) => ring.map((point) => point[axis] ?? 0)) as [number[], number[]]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}
