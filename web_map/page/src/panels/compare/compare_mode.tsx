// Compare mode: the net in force, of a day, or as a plan would make it, over each other.
import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import { CompareLayer } from '../../map/compare_layer'
import { CHANGE, INK, SELECTED } from '../../map/palette'
import { isPlan, NOW } from '../../hash'
import type { NetMap } from '../../map/net_map'
import type { Problem } from '../../register/api'
import { type After, type ChangedShapes, type Changes, changedShapes, changes, earlierNet, fileOf, type NetShapes } from '../../register/comparison'
import { around } from '../../register/coordinates'
import { listPlans, type Plan } from '../../register/plans'
import { asProblem } from '../../register/use_answer'
import { LocaleContext, useSay } from '../../text/language'
import { instantOf, onTheClock, TO_THE_MILLISECOND } from '../../text/zone'
import { DiffTable } from '../plan/diff_table'
import { shortName } from '../plan/grid_table'
import { ProblemNote } from '../problem_note'
import { Divider } from './divider'
import { useSwipe } from './use_swipe'

interface Props {
  readonly plan: string | null
  readonly map: NetMap | null
  readonly turn: string
  readonly mayPlan: boolean
  /** The instants to begin with. */
  readonly span: readonly [string, string] | null
  /** What the plan is set against: an instant, `now` or another plan; null: its base. */
  readonly against: string | null
  /** Beside each other, instead of over each other. */
  readonly swipe: boolean
  readonly onSwipe: (swipe: boolean) => void
  readonly onPlan: (code: string | null) => void
  readonly onAgainst: (state: string | null) => void
  readonly children: ComponentChildren
}

const EMPTY = { type: 'FeatureCollection' as const, features: [] }
const FILES = { xlsx: 'Excel', csv: 'CSV', geojson: 'GeoJSON' } as const

export function CompareMode({ plan, map, turn, mayPlan, span, against, swipe, onSwipe, onPlan, onAgainst, children }: Props) {
  const say = useSay()
  const [plans, setPlans] = useState<readonly Plan[]>([])
  const { timeZone } = useContext(LocaleContext)
  const [before, setBefore] = useState(onTheClock(span?.[0] ?? null, timeZone, TO_THE_MILLISECOND))
  const [afterTime, setAfterTime] = useState(onTheClock(span?.[1] ?? null, timeZone, TO_THE_MILLISECOND))
  const [date, setDate] = useState(onTheClock(isPlan(against) ? null : against, timeZone, TO_THE_MILLISECOND))
  const [found, setFound] = useState<{ diff: Changes; shapes: ChangedShapes; net: NetShapes } | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [share, setShare] = useState(50)
  const [layer, setLayer] = useState<CompareLayer | null>(null)
  const early = instantOf(before, timeZone)
  const after: After | null = useMemo(() => (plan ? { plan, against } : early ? { time: instantOf(afterTime, timeZone) } : null), [plan, against, early, afterTime, timeZone])

  useEffect(() => {
    if (mayPlan) listPlans().then(setPlans).catch(() => setPlans([]))
  }, [mayPlan, turn])
  useEffect(() => {
    if (!map) return
    const made = new CompareLayer(map.map)
    setLayer(made)
    return () => {
      setLayer(null)
      if (map.isAlive) made.remove()
    }
  }, [map])
  useEffect(() => {
    setFound(null)
    setProblem(null)
    if (!after) return
    let wanted = true
    setBusy(true)
    const ask = async () => {
      const [diff, shapes, net] = await Promise.all([changes(early, after), changedShapes(early, after), earlierNet(early, after)])
      if (!wanted) return
      setFound({ diff, shapes, net })
    }
    ask()
      .catch((error: unknown) => wanted && setProblem(asProblem(error)))
      .finally(() => wanted && setBusy(false))
    return () => {
      wanted = false
    }
  }, [after, early, turn])
  useEffect(() => {
    const box = around(found?.shapes.features ?? [])
    if (box) map?.fit(box)
  }, [map, found])
  useEffect(() => layer?.show(found?.net ?? EMPTY, found?.shapes ?? EMPTY), [layer, found])
  useEffect(() => layer?.see(swipe ? 'early' : 'both', share / 100), [layer, swipe, share])
  useSwipe(swipe && found ? map : null, found, share / 100)

  const names = useMemo(() => new Map(found?.diff.grids.map(({ code, name }) => [code, name])), [found])
  const nameOf = (code: string) => shortName({ code, name: names.get(code) ?? '' })
  const zoom = (code: string) => {
    const box = around(found?.shapes.features.filter(({ properties }) => properties.code === code) ?? [])
    if (box) map?.fit(box)
  }
  return (
    <>
      <main class="panel" aria-label={say('mode_compare')}>
        {children}
        <div class="scroll">
          <header class="card-head"><h2>{say('compare_title')}</h2><p class="hint">{say('compare_hint')}</p></header>
          <div class="fields compare-fields">
            {mayPlan && (
              <label>{say('compare_plan')}
                <select value={plan ?? ''} onChange={(event) => onPlan(event.currentTarget.value || null)}>
                  <option value="">{say('compare_no_plan')}</option>
                  {plans.filter(({ state }) => state !== 'withdrawn').map(({ code, title }) => <option key={code} value={code}>{code} {title}</option>)}
                </select>
              </label>
            )}
            {plan && (
              <>
                <label>{say('compare_other')}
                  <select value={isPlan(against) ? against : ''} onChange={(event) => onAgainst(event.currentTarget.value || instantOf(date, timeZone))}>
                    <option value="">{say('compare_no_other')}</option>
                    {plans.filter(({ code, state }) => state !== 'withdrawn' && code !== plan).map(({ code, title }) => <option key={code} value={code}>{code} {title}</option>)}
                  </select>
                </label>
                <label>{say('compare_against')}<input type="datetime-local" step="any" value={date} disabled={against === NOW || isPlan(against)} onInput={({ currentTarget: { value } }) => { setDate(value); onAgainst(instantOf(value, timeZone)) }} /></label>
                <label class="check"><input type="checkbox" checked={against === NOW} onChange={(event) => onAgainst(event.currentTarget.checked ? NOW : instantOf(date, timeZone))} />{say('compare_now')}</label>
              </>
            )}
            {!plan && (
              <>
                <label>{say('compare_before')}<input type="datetime-local" step="any" value={before} onInput={(event) => setBefore(event.currentTarget.value)} /></label>
                <label>{say('compare_after')}<input type="datetime-local" step="any" value={afterTime} onInput={(event) => setAfterTime(event.currentTarget.value)} /></label>
              </>
            )}
          </div>
          {map && found && (
            <fieldset class="datum">
              <legend>{say('compare_view')}</legend>
              {[false, true].map((each) => (
                <label key={String(each)} class={swipe === each ? 'chip on' : 'chip'}>
                  <input type="radio" name="compare-view" checked={swipe === each} onChange={() => onSwipe(each)} />
                  {say(each ? 'compare_swipe' : 'compare_overlay')}
                </label>
              ))}
            </fieldset>
          )}
          {map && found && !swipe && (
            <label class="blend">
              <span>{say('compare_early')}</span>
              <input type="range" min="0" max="100" value={share} aria-label={say('compare_blend')} onInput={(event) => setShare(Number(event.currentTarget.value))} />
              <span>{say('compare_late')}</span>
            </label>
          )}
          {busy && <p class="muted waiting" role="status">{say('loading')}</p>}
          {problem && <ProblemNote problem={problem} />}
          {!after && !busy && <p class="muted empty-state">{say('compare_choose')}</p>}
          {found && after && (
            <>
              <DiffTable diff={found.diff} files={false} nameOf={nameOf} onGrid={zoom} />
              {found.diff.grids.length > 0 && (
                <p class="buttons start">
                  {(['xlsx', 'csv', 'geojson'] as const).map((format) => <a key={format} class="plain button" href={fileOf(early, after, format)} download>{FILES[format]}</a>)}
                </p>
              )}
            </>
          )}
        </div>
      </main>
      {map && found && swipe && <Divider share={share} onShare={setShare} />}
    </>
  )
}

export function CompareLegend() {
  const say = useSay()
  const swatches = [['new', 'change_new'], ['changed', 'change_changed'], ['renamed', 'change_renamed']] as const
  return (
    <section aria-label={say('legend')}>
      <details class="legend" open>
        <summary>{say('legend')}</summary>
        <ul>
          {swatches.map(([change, text]) => (
            <li key={change}><svg width="26" height="12" aria-hidden="true"><path d="M3 1h20v10H3z" fill={CHANGE[change]} fill-opacity="0.6" stroke={INK} /></svg>{say(text)}</li>
          ))}
          <li><svg width="26" height="12" aria-hidden="true"><path d="M3 1h20v10H3z" fill="none" stroke={SELECTED} stroke-dasharray="2 2" /></svg>{say('change_retired')}</li>
          <li><svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke="#6b6459" stroke-width="2" stroke-dasharray="5 3" /></svg>{say('compare_line_before')}</li>
          <li><svg width="26" height="12" aria-hidden="true"><path d="M1 6h24" stroke="#22303a" stroke-width="2.6" /></svg>{say('compare_line_after')}</li>
        </ul>
      </details>
    </section>
  )
}
