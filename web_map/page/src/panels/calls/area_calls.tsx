// Draw an area: everybody responsible inside, whom to call first, as a table and as files.
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { inTree, listMatters } from '../../density/answers'
import { CallsLayer } from '../../map/calls_layer'
import type { NetMap } from '../../map/net_map'
import type { Shape } from '../../map/sketch'
import { Vertices } from '../../planning/topology'
import { useSketch } from '../../planning/use_sketch'
import type { Problem } from '../../register/api'
import { CALL_FILES, type CallArea, type CallFile, callFile, type Calls, callsIn } from '../../register/calls'
import { type Degrees, parsePair } from '../../register/coordinates'
import { asProblem } from '../../register/use_answer'
import { save } from '../../save'
import { LocaleContext, useSay } from '../../text/language'
import { ProblemNote } from '../problem_note'
import { CallTable } from './call_table'
import type { Matter } from '../../register/types'

interface Props {
  readonly map: NetMap | null
  readonly turn: string
  readonly onClose: () => void
}

const LOOSE = new Vertices([]) // an emergency stops at no border: nothing to snap to
const RADIUS_M = 300
const MOST_M = 20_000

export function AreaCalls({ map, turn, onClose }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const [kind, setKind] = useState<'polygon' | 'radius'>(map ? 'polygon' : 'radius')
  const [area, setArea] = useState<CallArea | null>(null)
  const [radius, setRadius] = useState(RADIUS_M)
  const [calls, setCalls] = useState<Calls | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [tries, setTries] = useState(0)
  const [matter, setMatter] = useState<string | null>(null)
  const [matters, setMatters] = useState<readonly Matter[]>([])
  useAreaOnMap(map, area)
  useEffect(() => {
    listMatters().then(setMatters).catch(() => setMatters([])) // the list itself says what is wrong
  }, [turn])

  useEffect(() => {
    setCalls(null)
    setProblem(null)
    if (!area) return
    const abort = new AbortController()
    callsIn(area, matter, language, abort.signal)
      .then(setCalls)
      .catch((error: unknown) => abort.signal.aborted || setProblem(asProblem(error)))
    return () => abort.abort()
  }, [area, matter, language, turn, tries])

  const onFinish = (shape: Shape) => {
    if (shape.type === 'Polygon') setArea({ polygon: shape })
  }
  const sketch = useSketch({ map, kind: kind === 'polygon' && !area ? 'area' : null, vertices: LOOSE, onChange: () => undefined, onFinish })
  const around = ({ lon, lat }: Degrees) => setArea({ lon, lat, radius_m: radius })
  useCentre(kind === 'radius' ? map : null, around)
  const widen = (metres: number) => {
    setRadius(metres)
    if (area && !('polygon' in area) && metres > 0) setArea({ ...area, radius_m: metres })
  }
  const fetchFile = (format: CallFile) => {
    if (!area) return
    callFile(area, matter, language, format)
      .then((blob) => save(blob, CALL_FILES[format]))
      .catch((error: unknown) => setProblem(asProblem(error)))
  }

  return (
    <section class="calls" aria-busy={!!area && !calls && !problem}>
      <header class="card-head">
        <h2>{say('calls_title')}</h2>
        <button type="button" class="quiet close" aria-label={say('close')} onClick={onClose}>×</button>
      </header>
      <p class="hint">{say('calls_hint')}</p>
      <fieldset class="datum">
        <legend>{say('calls_shape')}</legend>
        {(['polygon', 'radius'] as const).map((each) => (
          <label key={each} class={kind === each ? 'chip on' : 'chip'}>
            <input type="radio" name="calls-kind" checked={kind === each} disabled={each === 'polygon' && !map} onChange={() => { setKind(each); setArea(null) }} />
            {say(`calls_${each}`)}
          </label>
        ))}
      </fieldset>
      <div class="fields">
        <label>{say('calls_matter')}
          <select value={matter ?? ''} onChange={(event) => setMatter(event.currentTarget.value || null)}>
            <option value="">{say('calls_no_matter')}</option>
            {inTree(matters).map(({ code, name, depth }) => <option key={code} value={code}>{'\u3000'.repeat(depth)}{code} {name}</option>)}
          </select>
        </label>
      </div>
      {kind === 'radius' && <Radius map={map} radius={radius} onRadius={widen} onCentre={around} />}
      {sketch && (
        <div class="buttons start calls-sketch">
          <button type="button" class="plain" onClick={() => sketch.pressCentre()}>{say('sketch_centre')}</button>
          <button type="button" class="plain" onClick={() => sketch.back()}>{say('sketch_back')}</button>
          <button type="button" class="plain" onClick={() => sketch.finish()}>{say('sketch_finish')}</button>
        </div>
      )}
      {area && <p class="buttons start"><button type="button" class="plain" onClick={() => setArea(null)}>{say('calls_again')}</button></p>}
      {problem && <ProblemNote problem={problem} onRetry={() => setTries(tries + 1)} />}
      {area && !calls && !problem && <p class="muted waiting" role="status">{say('loading')}</p>}
      {calls && <CallTable calls={calls} onFile={fetchFile} />}
    </section>
  )
}

function Radius({ map, radius, onRadius, onCentre }: { map: NetMap | null; radius: number; onRadius: (metres: number) => void; onCentre: (at: Degrees) => void }) {
  const say = useSay()
  const [typed, setTyped] = useState('')
  const place = (event: SubmitEvent) => {
    event.preventDefault()
    const pair = parsePair(typed, [73, 18, 135, 54])
    if (!pair) return
    map?.show(pair, 14)
    onCentre(pair)
  }
  return (
    <form class="fields" onSubmit={place}>
      <label>{say('calls_metres')}<input type="number" min="1" max={MOST_M} step="1" value={radius} onChange={(event) => onRadius(Number(event.currentTarget.value))} /></label>
      <label>{say('calls_at')}<input value={typed} placeholder="35.50000, 112.85000" onInput={(event) => setTyped(event.currentTarget.value)} /></label>
      <div class="buttons start">
        <button type="submit" class="plain">{say('sketch_add')}</button>
        {map && (
          <button type="button" class="plain" onClick={() => {
            const { lng, lat } = map.map.getCenter()
            onCentre({ lon: lng, lat })
          }}>{say('calls_centre')}</button>
        )}
      </div>
    </form>
  )
}

/** A click on the map is the centre of a circle. */
function useCentre(map: NetMap | null, onCentre: (at: Degrees) => void): void {
  const latest = useRef(onCentre)
  latest.current = onCentre
  useLayoutEffect(() => { // a click right after the choice counts already
    if (!map) return
    const onClick = ({ lngLat }: { lngLat: { lng: number; lat: number } }) => latest.current({ lon: lngLat.lng, lat: lngLat.lat })
    map.map.on('click', onClick)
    return () => {
      map.map.off('click', onClick)
    }
  }, [map])
}

function useAreaOnMap(map: NetMap | null, area: CallArea | null): void {
  const [layer, setLayer] = useState<CallsLayer | null>(null)
  useEffect(() => {
    if (!map) return
    const made = new CallsLayer(map.map)
    setLayer(made)
    return () => {
      setLayer(null)
      if (map.isAlive) made.remove()
    }
  }, [map])
  useEffect(() => layer?.show(area), [layer, area])
}
