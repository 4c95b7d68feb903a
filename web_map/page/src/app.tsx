// The page: one box, one card, one map.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Cell } from './cell'
import type { Selection, View } from './hash'
import { useKeys } from './keys'
import { hasWebGl2, type NetMap, type NetMapEvents } from './map/net_map'
import { seek, selectionOf, showOnMap } from './marking'
import { useNavigation } from './navigation'
import { AdminMode } from './panels/admin/admin_mode'
import { AnswerCard } from './panels/answer_card'
import { answerText } from './panels/answer_text'
import { AreaBrowser } from './panels/area_browser'
import { AreaCalls } from './panels/calls/area_calls'
import { CompareLegend, CompareMode } from './panels/compare/compare_mode'
import { useCopied } from './panels/copy_button'
import { DatumChip } from './panels/datum_chip'
import { DensityMode } from './panels/density/density_mode'
import { GridIncidents } from './panels/density/grid_incidents'
import { HumanCoverage, maySeeCoverage } from './panels/human_coverage'
import { KeysHelp } from './panels/keys_help'
import { Legend } from './panels/legend'
import { MapView } from './panels/map_view'
import { NewIncident, RegisteredNote } from './panels/new_incident'
import { Omnibox } from './panels/omnibox'
import { PlanLegend } from './panels/plan/plan_legend'
import { PlanMode } from './panels/plan/plan_mode'
import { PlanStart } from './panels/plan/plan_start'
import { PrintLinks } from './panels/print_links'
import { ProblemNote } from './panels/problem_note'
import { type Cursor, StatusBar } from './panels/status_bar'
import { TimeBar } from './panels/time_bar'
import { TopBar } from './panels/top_bar'
import { useMatter } from './panels/use_matter'
import { Welcome } from './panels/welcome'
import { type Asked, isSilence, meantBy } from './register/api'
import type { Bounds } from './register/coordinates'
import { DATUMS, type Datum, toWgs84 } from './register/datums'
import type { Registered } from './register/incidents'
import { isAtLeast } from './register/roles'
import type { Candidate, Found, PlaceRef } from './register/types'
import { useAnswer } from './register/use_answer'
import { useDistrict, useSession } from './register/use_register'
import { useRecovery } from './register/use_return'
import { LocaleContext } from './text/language'
import { translate } from './text/strings'

const CHINA: Bounds = [73, 18, 135, 54]

export function App() {
  const netMap = useRef<NetMap | null>(null)
  const [readyMap, setReadyMap] = useState<NetMap | null>(null)
  const input = useRef<HTMLInputElement | null>(null)
  const help = useRef<HTMLDialogElement | null>(null)
  const cursor = useMemo(() => new Cell<Cursor>({ grid: null, at: null }), [])
  const view = useMemo(() => new Cell<View | null>(null), [])
  const incomplete = useMemo(() => new Cell(false), [])
  const [webGl2] = useState(hasWebGl2)
  const [datum, setDatum] = useState<Datum>('wgs84')
  const [tries, setTries] = useState(0)
  const target = useRef<{ readonly of: Selection | null; readonly bounds: Bounds } | null>(null) // where F zooms to
  const follow = useRef(false) // whether the map goes along to the area that was chosen from the list

  const timeInput = useRef<HTMLInputElement | null>(null)
  const [asksTime, setAsksTime] = useState(false)
  const [isCopied, copy] = useCopied()
  const [gathers, setGathers] = useState(false) // an area is drawn, and a click on the map belongs to it

  const [registering, setRegistering] = useState(false)
  const [registered, setRegistered] = useState<Registered | null>(null)

  const onReturn = useCallback((back: View) => netMap.current?.jump(back), [])
  const { mode, plan, time, selection, language, firstView, select, go, travel, speak, moved, density, askDensity, part, openPart, span, compare, against, setAgainst, swipe, setSwipe, hidden, hide } = useNavigation(onReturn)
  const seeks = useRef(firstView === null) // whether the map goes to the plan that opens
  const { session, reload: reloadSession } = useSession()
  const served = useDistrict()
  const { district, problem: noDistrict, reload: reloadDistrict } = served
  const timeZone = district?.timezone ?? 'Asia/Shanghai'
  const locale = useMemo(() => ({ language, timeZone }), [language, timeZone])
  const turn = `${session?.name ?? ''}/${tries}` // another account or another try: ask again
  const asked: Asked | null = mode === 'dispatch' && selection && selection.kind !== 'area' ? selection : null
  const { answer, problem, busy, asked: answered } = useAnswer(asked, language, time, turn)
  const say = (key: Parameters<typeof translate>[1]) => translate(language, key)

  const { rows: matters, matter, ahead, pinned, choose: chooseMatter, take: takeMatter, leave: leaveMatter } = useMatter(answer)

  useEffect(() => {
    if (mode === 'dispatch' && matchMedia('(pointer: fine)').matches) input.current?.focus() // a dispatcher types at once
  }, [mode])
  useEffect(() => {
    const declared = DATUMS.find((name) => name === session?.datum)
    if (declared) setDatum(declared)
  }, [session?.datum])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = translate(language, 'page_title')
  }, [language])
  const marked = mode === 'dispatch' || mode === 'admin' ? selection : null
  useEffect(() => showOnMap(netMap.current, marked, answer), [marked, answer])

  const retry = () => setTries((before) => before + 1)
  useRecovery(problem, served, () => {
    if (incomplete.value) netMap.current?.again()
    if (mode !== 'plan') retry() // everything that failed is asked again
  })
  const selectPlace = (place: PlaceRef) => {
    follow.current = true
    if (place.level === 'grid') selectGrid(place.code)
    else select({ kind: 'area', code: place.code })
  }
  /** Chosen and brought into view, whatever is listed beside the map. */
  const showPlace = ({ level, code }: PlaceRef) => {
    if (level === 'grid') return selectGrid(code)
    const chosen = { kind: 'area' as const, code }
    select(chosen)
    seek(netMap.current, chosen, null)
  }
  const selectGrid = (code: string) => {
    const chosen = { kind: 'grid' as const, code }
    select(chosen)
    seek(netMap.current, chosen, null)
  }
  const selectCandidate = (candidate: Candidate) => {
    const meant = meantBy(candidate)
    if (meant) select(meant)
  }
  const onFound = (found: Found) => {
    if (found.kind === 'matter') return takeMatter(found.code, found.name)
    if (found.kind === 'party') return found.place ? selectPlace(found.place) : undefined
    const next = selectionOf(found)
    target.current = found.bounds && { of: next, bounds: found.bounds }
    if (next) select(next)
    if (found.bounds && found.kind !== 'building' && found.kind !== 'address') netMap.current?.fit(found.bounds)
    else if (found.lon != null && found.lat != null) netMap.current?.show({ lon: found.lon, lat: found.lat }, 17)
  }
  const selectPoint = (lon: number, lat: number, as: Datum) => {
    setDatum(as)
    select({ kind: 'point', lon, lat, datum: as })
    netMap.current?.show(toWgs84({ lon, lat }, as))
  }
  const events: NetMapEvents = {
    onReady: (map) => {
      view.set(map.view())
      setReadyMap(map)
      showOnMap(map, marked, answer)
    },
    onTiles: (complete) => incomplete.set(!complete),
    onMove: (next) => {
      view.set(next)
      moved(next)
    },
    onClick: ({ lon, lat }) => {
      if (mode !== 'dispatch' || gathers) return
      select({ kind: 'spot', lon: Number(lon.toFixed(6)), lat: Number(lat.toFixed(6)) })
    },
    onHover: (grid, at) => {
      if (mode === 'dispatch' || mode === 'density' || mode === 'admin' || !at) cursor.set({ grid, at })
    },
  }
  const mayRegister = session?.signed_in === true && isAtLeast(session, 'worker') && !time
  useEffect(() => {
    setRegistered(null)
    setRegistering(false)
  }, [selection])
  useKeys('page', {
    '/': () => input.current?.focus(),
    H: () => netMap.current?.home(),
    '?': () => help.current?.showModal(),
  })
  useKeys('dispatch', mode !== 'dispatch' ? null : {
    F: () => {
      if (target.current?.of === selection) netMap.current?.fit(target.current.bounds)
      else seek(netMap.current, selection, answer)
    },
    '1–9': (digit) => {
      const chosen = matters[Number(digit) - 1]
      if (chosen) chooseMatter(chosen.code)
    },
    Y: () => {
      if (answer) void copy(answerText((key, facts) => translate(language, key, facts), answer, matters.find(({ code }) => code === matter)))
    },
    N: () => {
      select(null)
      setGathers(false)
      leaveMatter()
      input.current?.focus()
    },
    T: () => {
      setAsksTime(true)
      requestAnimationFrame(() => timeInput.current?.focus())
    },
    I: () => mayRegister && answer?.grid && setRegistering(true),
    A: () => setGathers(!gathers),
    Escape: () => (gathers ? setGathers(false) : select(null)),
  })
  const notes = `${say('net_version')} ${answer?.net_version ?? district?.net_version ?? ''}`
  const openPlan = (code: string) => {
    seeks.current = true
    go('plan', code)
  }
  const goToScope = (bounds: Bounds) => {
    if (seeks.current) netMap.current?.fit(bounds)
    seeks.current = false
  }
  const mayPlan = isAtLeast(session, 'planner')
  const omnibox = <Omnibox input={input} near={district?.bounds ?? CHINA} onFound={onFound} onPair={({ lon, lat }) => selectPoint(lon, lat, datum)} />

  return (
    <LocaleContext.Provider value={locale}>
      <div class={webGl2 ? 'page' : 'page listed'}>
        <TopBar mode={mode} onMode={(next) => go(next)} session={session} invented={district?.ground === 'invented'} onLanguage={speak} onSession={reloadSession} onHelp={() => help.current?.showModal()} />
        {mode === 'dispatch' && (
          <main class="panel" aria-label={say('panel')}>
            {omnibox}
            <TimeBar time={time} open={asksTime} input={timeInput} onTime={travel} onClose={() => setAsksTime(false)} />
            <p class={isCopied ? 'toast' : 'visually-hidden'} role="status">{isCopied && say('copied')}</p>
            <div class="scroll">
              {!webGl2 && <p class="note" role="status">{say('no_webgl')}</p>}
              {noDistrict && !(problem && isSilence(problem)) && <ProblemNote problem={noDistrict} onRetry={reloadDistrict} />}
              {gathers ? <AreaCalls map={readyMap} turn={turn} onClose={() => setGathers(false)} /> : !asked && (
                <p class="buttons start"><button type="button" class="plain" aria-keyshortcuts="A" onClick={() => setGathers(true)}>{say('calls_open')} <span class="key" aria-hidden="true">A</span></button></p>
              )}
              {!gathers && !asked && matter && ahead && <p class="note" role="status">{translate(language, 'matter_next', { name: ahead })}</p>}
              {!gathers && selection?.kind === 'point' && (
                <DatumChip datum={selection.datum} onChange={(as) => selectPoint(selection.lon, selection.lat, as)} />
              )}
              {!gathers && problem && <ProblemNote problem={problem} onRetry={retry} />}
              {!gathers && asked && busy && !answer && <p class="muted waiting" role="status">{say('loading')}</p>}
              {!gathers && answer && answered && (
                <AnswerCard
                  asked={answered}
                  answer={answer}
                  busy={busy}
                  matters={matters}
                  matter={matter}
                  pinned={pinned}
                  time={time}
                  onMatter={chooseMatter}
                  onArea={selectPlace}
                  onGrid={selectGrid}
                  onCandidate={selectCandidate}
                  onClose={() => select(null)}
                >
                  {registered && <RegisteredNote {...registered} />}
                  {mayRegister && answer.grid && <p class="buttons start"><button type="button" class="plain" aria-keyshortcuts="I" onClick={() => setRegistering(true)}>{say('incident_new')} <span class="key" aria-hidden="true">I</span></button></p>}
                  {answer.grid && !time && <GridIncidents grid={answer.grid.code} name={answer.grid.name ?? answer.grid.code} matter={null} turn={`${turn}/${registered?.number ?? ''}`} title={say('happened_here')} />}
                </AnswerCard>
              )}
              {!gathers && answer?.grid && answered && answer.status !== 'retired' && <PrintLinks what="grid" code={answer.grid.code} name={answer.grid.name ?? answer.grid.code} notes={notes} map={readyMap} />}
              {!gathers && !asked && district && (
                <AreaBrowser
                  code={selection?.kind === 'area' ? selection.code : district.code}
                  district={district}
                  turn={turn}
                  onPlace={selectPlace}
                  onRetry={retry}
                  children={(area) => <PrintLinks key={area.code} what={area.level === 'community' ? 'community' : 'area'} code={area.code} name={area.name} notes={notes} map={readyMap} />}
                  onLoaded={({ bounds }) => {
                    target.current = bounds && { of: selection, bounds }
                    if (follow.current && bounds) netMap.current?.fit(bounds)
                    follow.current = false
                  }}
                />
              )}
              {!asked && district && maySeeCoverage(session) && (
                <HumanCoverage area={selection?.kind === 'area' ? selection.code : district.code} turn={turn} onPlace={selectPlace} />
              )}
            </div>
          </main>
        )}
        {mode === 'plan' && plan && mayPlan && (
          <PlanMode key={plan} code={plan} map={readyMap} turn={turn} cursor={cursor} onPublished={reloadDistrict} onOpen={openPlan} onClose={() => go('plan', null)} onCompare={() => go('compare', plan)} onShown={goToScope}>{omnibox}</PlanMode>
        )}
        {mode === 'compare' && <CompareMode key={span?.join()} plan={mayPlan ? plan : null} map={readyMap} turn={turn} mayPlan={mayPlan} span={span} against={against} swipe={swipe} onSwipe={setSwipe} onPlan={(code) => go('compare', code)} onAgainst={setAgainst}>{omnibox}</CompareMode>}
        {mode === 'density' && <DensityMode asked={density} map={readyMap} turn={`${turn}/${district?.net_version ?? ''}`} onAsk={askDensity}>{omnibox}</DensityMode>}
        {mode === 'admin' && <AdminMode part={part} session={session} district={district} map={readyMap} turn={turn} selection={selection} onPart={openPart} onGround={reloadDistrict} onPlace={showPlace} onCard={() => go('dispatch')} onCompare={compare} onTravel={(at) => { travel(at); go('dispatch') }}>{omnibox}</AdminMode>}
        {mode === 'plan' && !(plan && mayPlan) && <PlanStart district={district} problem={noDistrict} mayPlan={mayPlan} turn={turn} onRetry={reloadDistrict} onOpen={openPlan}>{omnibox}</PlanStart>}
        {webGl2 && district && <MapView district={district} firstView={firstView} netMap={netMap} events={events} onGone={() => setReadyMap(null)} hidden={hidden} onHide={hide} legend={mode === 'plan' && plan ? <PlanLegend /> : mode === 'compare' ? <CompareLegend /> : mode === 'density' ? null : <Legend />} />}
        <StatusBar
          cursor={cursor}
          view={view}
          incomplete={incomplete}
          netVersion={answer?.net_version ?? district?.net_version ?? null}
          lastUpdated={answer?.last_updated ?? district?.last_updated ?? null}
          stale={answer?.stale || district?.stale || false}
        />
      </div>
      {registering && answer?.grid && answered && (
        <NewIncident
          asked={answered}
          title={answer.building?.address ?? answer.building?.name ?? answer.grid.name ?? answer.grid.code}
          code={answered.kind === 'grid' ? answer.grid.code : (answer.building?.code ?? answer.grid.code)}
          matters={matters}
          matter={matter}
          onDone={(done) => { setRegistered(done); setRegistering(false) }}
          onClose={() => setRegistering(false)}
        />
      )}
      <KeysHelp dialog={help} />
      <Welcome onDone={reloadSession} />
    </LocaleContext.Provider>
  )
}
