// Checks in where one is: a visit (走访) or a patrol (巡查).
import { useEffect, useState } from 'preact/hooks'
import { useSay } from '../text/language'
import { type Entry, newEntry } from './outbox'
import type { Spot } from './use_spot'

const KINDS = { 走访: 'visit_call', 巡查: 'visit_patrol' } as const

interface Props {
  readonly by: string
  readonly spot: Spot | null
  readonly editing: Entry | null
  readonly onPut: (entry: Entry, instead?: string) => Promise<void>
}

export function VisitForm({ by, spot, editing, onPut }: Props) {
  const say = useSay()
  const [kind, setKind] = useState<keyof typeof KINDS>('走访')
  const [note, setNote] = useState('')
  const [message, setMessage] = useState('')
  useEffect(() => {
    if (!editing) return
    setKind(editing.body.kind === '巡查' ? '巡查' : '走访')
    setNote(String(editing.body.note))
  }, [editing])
  const at = spot ?? (editing ? { lon: Number(editing.body.lon), lat: Number(editing.body.lat) } : null)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!at) return setMessage(say('report_no_place'))
    const entry = newEntry({
      kind: 'visit', by, label: kind, path: '/v1/affairs/visits',
      body: { kind, lon: at.lon, lat: at.lat, datum: 'wgs84', visited_at: editing?.body.visited_at ?? new Date().toISOString(), note: note.trim() },
    })
    try {
      await onPut(entry, editing?.id)
    } catch {
      return setMessage(say('outbox_cannot_keep'))
    }
    setNote('')
    setMessage('')
  }
  return (
    <form class="hand-form" onSubmit={submit} noValidate>
      <h2>{say(editing ? 'visit_change' : 'visit_title')}</h2>
      <fieldset class="datum">
        <legend>{say('visit_kind')}</legend>
        {(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((each) => (
          <label key={each} class={each === kind ? 'chip on' : 'chip'}>
            <input type="radio" name="visit-kind" checked={each === kind} onChange={() => setKind(each)} />{say(KINDS[each])}
          </label>
        ))}
      </fieldset>
      <label>{say('visit_note')}<textarea rows={2} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      {message && <p class="note problem" role="alert">{message}</p>}
      <button type="submit" class="primary locate">{say('visit_send')}</button>
    </form>
  )
}
