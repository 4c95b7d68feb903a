// The page: one box, one card, one map.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Cell } from './cell'
import type { Selection, View } from './hash'
import { useKeys } from './keys'
import { type Chosen, hasWebGl2, type NetMap, type NetMapEvents } from './map/net_map'
import { useNavigation } from './navigation'
import { AnswerCard } from './panels/answer_card'
import { answerText } from './panels/answer_text'
import { AreaBrowser } from './panels/area_browser'
import { copyText } from './panels/copy_button'
import { DatumChip } from './panels/datum_chip'
import { KeysHelp } from './panels/keys_help'
import { MapView } from './panels/map_view'
import { Omnibox } from './panels/omnibox'
import { ProblemNote } from './panels/problem_note'
import { type Cursor, StatusBar } from './panels/status_bar'
import { TopBar } from './panels/top_bar'
import { type Asked, place as fetchPlace } from './register/api'
import type { Bounds } from './register/coordinates'
import { DATUMS, type Datum, toWgs84 } from './register/datums'
import type { Answer, Candidate, Found, PlaceRef } from './register/types'
import { useAnswer } from './register/use_answer'
import { useDistrict, useSession } from './register/use_register'
import { LocaleContext } from './text/language'
import { translate } from './text/strings'

const CHINA: Bounds = [73, 18, 135, 54]

export function App() {
  const netMap = useRef<NetMap | null>(null)
  const input = useRef<HTMLInputElement | null>(null)
  const help = useRef<HTMLDialogElement | null>(null)
  const cursor = useMemo(() => new Cell<Cursor>({ grid: null, at: null }), [])
  const view = useMemo(() => new Cell<View | null>(null), [])
  const incomplete = useMemo(() => new Cell(false), [])
  const [webGl2] = useState(hasWebGl2)
  const [datum, setDatum] = useState<Datum>('wgs84')
  const [tries, setTries] = useState(0)
  const target = useRef<Bounds | null>(null) // where F zooms to
  const follow = useRef(false) // whether the map goes along to the area that was chosen from the list

  const onReturn = useCallback((back: View) => netMap.current?.jump(back), [])
  const { selection, language, firstView, select, speak, moved } = useNavigation(onReturn)
  const { session, reload: reloadSession } = useSession()
  const { district, problem: noDistrict, reload: reloadDistrict } = useDistrict()
  const timeZone = district?.timezone ?? 'Asia/Shanghai'
  const locale = useMemo(() => ({ language, timeZone }), [language, timeZone])
  const turn = `${session?.name ?? ''}/${tries}` // another account or another try: ask again
  const asked: Asked | null = selection && selection.kind !== 'area' ? selection : null
  const { answer, problem, busy, asked: answered } = useAnswer(asked, language, turn)
  const say = (key: Parameters<typeof translate>[1]) => translate(language, key)

  useEffect(() => {
    const declared = DATUMS.find((name) => name === session?.datum)
    if (declared) setDatum(declared)
  }, [session?.datum])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = translate(language, 'page_title')
  }, [language])
  useEffect(() => showOnMap(netMap.current, selection, answer), [selection, answer])

  const retry = () => setTries(tries + 1)
  const selectPlace = (place: PlaceRef) => {
    follow.current = true
    if (place.level === 'grid') selectGrid(place.code)
    else select({ kind: 'area', code: place.code })
  }
  const selectGrid = (code: string) => {
    select({ kind: 'grid', code })
    fetchPlace('grids', code)
      .then(({ bounds }) => {
        target.current = bounds
        if (bounds) netMap.current?.fit(bounds)
      })
      .catch(() => undefined) // the answer itself says what is wrong
  }
  const selectCandidate = ({ building, part, text }: Candidate) =>
    select(part ? { kind: 'address', code: text } : { kind: 'building', code: building })
  const onFound = (found: Found) => {
    target.current = found.bounds ?? null
    select({ kind: found.kind, code: found.kind === 'address' ? found.name : found.code })
    if (found.bounds && found.kind !== 'building' && found.kind !== 'address') netMap.current?.fit(found.bounds)
    else if (found.lon != null && found.lat != null) netMap.current?.show({ lon: found.lon, lat: found.lat }, 17)
  }
  const selectPoint = (lon: number, lat: number, as: Datum) => {
    setDatum(as)
    target.current = null
    select({ kind: 'point', lon, lat, datum: as })
    netMap.current?.show(toWgs84({ lon, lat }, as))
  }
  const events: NetMapEvents = {
    onReady: (map) => {
      view.set(map.view())
      showOnMap(map, selection, answer)
    },
    onTiles: (complete) => incomplete.set(!complete),
    onMove: (next) => {
      view.set(next)
      moved(next)
    },
    onClick: ({ lon, lat }) => {
      target.current = null
      select({ kind: 'spot', lon: Number(lon.toFixed(6)), lat: Number(lat.toFixed(6)) })
    },
    onHover: (grid, at) => cursor.set({ grid, at }),
  }
  useKeys({
    '/': () => input.current?.focus(),
    '?': () => help.current?.showModal(),
    h: () => netMap.current?.home(),
    f: () => zoomTo(netMap.current, selection, target.current),
    y: () => {
      if (answer) void copyText(answerText((key, facts) => translate(language, key, facts), answer))
    },
    Escape: () => select(null),
  })

  return (
    <LocaleContext.Provider value={locale}>
      <div class={webGl2 ? 'page' : 'page listed'}>
        <TopBar session={session} invented={district?.ground === 'invented'} onLanguage={speak} onSession={reloadSession} onHelp={() => help.current?.showModal()} />
        <main class="panel" aria-label={say('panel')}>
          <Omnibox input={input} near={district?.bounds ?? CHINA} onFound={onFound} onPair={({ lon, lat }) => selectPoint(lon, lat, datum)} />
          <div class="scroll">
            {!webGl2 && <p class="note" role="status">{say('no_webgl')}</p>}
            {noDistrict && <ProblemNote problem={noDistrict} onRetry={reloadDistrict} />}
            {selection?.kind === 'point' && (
              <DatumChip datum={selection.datum} onChange={(as) => selectPoint(selection.lon, selection.lat, as)} />
            )}
            {problem && <ProblemNote problem={problem} onRetry={retry} />}
            {asked && busy && !answer && <p class="muted waiting" role="status">{say('loading')}</p>}
            {answer && answered && (
              <AnswerCard
                asked={answered}
                answer={answer}
                busy={busy}
                onArea={selectPlace}
                onGrid={selectGrid}
                onCandidate={selectCandidate}
                onClose={() => select(null)}
              />
            )}
            {!asked && district && (
              <AreaBrowser
                code={selection?.kind === 'area' ? selection.code : district.code}
                district={district}
                turn={turn}
                onPlace={selectPlace}
                onRetry={retry}
                onLoaded={({ bounds }) => {
                  target.current = bounds
                  if (follow.current && bounds) netMap.current?.fit(bounds)
                  follow.current = false
                }}
              />
            )}
          </div>
        </main>
        {webGl2 && district && <MapView district={district} firstView={firstView} netMap={netMap} events={events} />}
        <StatusBar
          cursor={cursor}
          view={view}
          incomplete={incomplete}
          netVersion={answer?.net_version ?? district?.net_version ?? null}
          lastUpdated={answer?.last_updated ?? district?.last_updated ?? null}
          stale={answer?.stale ?? district?.stale ?? false}
        />
      </div>
      <KeysHelp dialog={help} />
    </LocaleContext.Provider>
  )
}

function showOnMap(map: NetMap | null, selection: Selection | null, answer: Answer | null): void {
  if (!map) return
  const chosen: Chosen[] = []
  if (selection?.kind === 'area') chosen.push({ layer: 'areas', code: selection.code })
  else if (selection) {
    if (answer?.grid) chosen.push({ layer: 'grids', code: answer.grid.code })
    if (answer?.building) chosen.push({ layer: 'buildings', code: answer.building.code })
  }
  map.choose(chosen)
  map.mark(selection?.kind === 'spot' ? selection : selection?.kind === 'point' ? toWgs84(selection, selection.datum) : null)
}

function zoomTo(map: NetMap | null, selection: Selection | null, bounds: Bounds | null): void {
  if (bounds) map?.fit(bounds)
  else if (selection?.kind === 'spot') map?.show(selection, 17)
  else if (selection?.kind === 'point') map?.show(toWgs84(selection, selection.datum), 17)
}
