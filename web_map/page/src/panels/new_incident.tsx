// A new incident from the card: the place is the card's, the matter the chosen one.
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Asked, newKey, type Problem, search } from '../register/api'
import type { Datum } from '../register/datums'
import { type Registered, register } from '../register/incidents'
import { asProblem } from '../register/use_answer'
import { useSay } from '../text/language'
import { named } from '../text/named'
import { Dialog } from './dialog'
import type { MatterRow } from './matters'
import { ProblemNote } from './problem_note'

interface Place {
  readonly lon: number
  readonly lat: number
  readonly datum: Datum
}

interface Props {
  readonly asked: Asked
  readonly title: string
  /** A code that stands for the place where it is no point: of the building, else of the grid. */
  readonly code: string
  readonly matters: readonly MatterRow[]
  readonly matter: string | null
  readonly onDone: (registered: Registered) => void
  readonly onClose: () => void
}

export function NewIncident({ asked, title, code, matters, matter, onDone, onClose }: Props) {
  const say = useSay()
  const [chosen, setChosen] = useState(matter ?? '')
  const [words, setWords] = useState('')
  const [source, setSource] = useState('12345')
  const [place, setPlace] = useState<Place | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [key] = useState(newKey) // pressing twice registers once
  const began = useRef(new Date().toISOString())
  useEffect(() => {
    if (asked.kind === 'spot') return setPlace({ lon: asked.lon, lat: asked.lat, datum: 'wgs84' })
    if (asked.kind === 'point') return setPlace(asked)
    const abort = new AbortController()
    search(code, abort.signal)
      .then((found) => {
        const hit = found.find((each) => each.code === code && each.lon != null && each.lat != null)
        if (hit) setPlace({ lon: hit.lon ?? 0, lat: hit.lat ?? 0, datum: 'wgs84' })
      })
      .catch((error: unknown) => abort.signal.aborted || setProblem(asProblem(error)))
    return () => abort.abort()
  }, [asked, code])
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!place || busy) return
    setBusy(true)
    setProblem(null)
    const incident = {
      matter: chosen, source: source.trim(), happened_at: began.current, lon: place.lon, lat: place.lat, datum: place.datum, description: words.trim(),
      ...(asked.kind === 'address' && { address: asked.code }),
    }
    try {
      onDone(await register('/v1/incidents', incident, key))
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  return (
    <Dialog title={say('incident_new')} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="muted">{say('incident_at', { place: title })}</p>
        <label>{say('matter')}
          <select value={chosen} required onChange={(event) => setChosen(event.currentTarget.value)}>
            <option value="">{say('report_choose')}</option>
            {matters.map((each) => <option key={each.code} value={each.code}>{each.code} {each.name}</option>)}
          </select>
        </label>
        <label>{say('report_words')}<input value={words} maxLength={2000} onInput={(event) => setWords(event.currentTarget.value)} /></label>
        <label>{say('incident_source')}<input value={source} maxLength={100} onInput={(event) => setSource(event.currentTarget.value)} /></label>
        {problem && <ProblemNote problem={problem} />}
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('close')}</button>
          <button type="submit" class="primary" disabled={busy || !place}>{say('incident_register')}</button>
        </div>
      </form>
    </Dialog>
  )
}

/** What was just registered, and what the register noticed. */
export function RegisteredNote({ number, warnings }: Registered) {
  const say = useSay()
  return <p class="note sent" role="status">{say('incident_registered')} <span class="code">{number}</span>{warnings.map((code) => <span key={code} class="muted"> {named(say, 'sent', code)}</span>)}</p>
}
