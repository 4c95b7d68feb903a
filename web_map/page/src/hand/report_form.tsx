// Reports an incident: what, where, in words, with photos. It waits on the telephone until it can be sent.
import { useEffect, useRef, useState } from 'preact/hooks'
import { pinMatter, pinnedMatters } from '../panels/matters'
import { useSay } from '../text/language'
import { newKey } from '../register/api'
import type { Matter } from '../register/types'
import { type Entry, newEntry } from './outbox'
import { PhotoField } from './photo_field'
import type { Spot } from './use_spot'

interface Props {
  readonly by: string
  readonly spot: Spot | null
  readonly matters: readonly Matter[]
  /** A refused one that is changed. */
  readonly editing: Entry | null
  readonly onPut: (entry: Entry, instead?: string) => Promise<void>
}

export function ReportForm({ by, spot, matters, editing, onPut }: Props) {
  const say = useSay()
  const [matter, setMatter] = useState('')
  const [words, setWords] = useState('')
  const [photos, setPhotos] = useState<readonly Blob[]>([])
  const [message, setMessage] = useState('')
  const top = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!editing) return
    setMatter(String(editing.body.matter))
    setWords(String(editing.body.description))
    setPhotos(editing.photos)
    top.current?.scrollIntoView()
  }, [editing])
  const at = spot ?? (editing ? { lon: Number(editing.body.lon), lat: Number(editing.body.lat), accuracy: (editing.body.accuracy_m as number | undefined) ?? null } : null)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!matter || !at) return setMessage(say(matter ? 'report_no_place' : 'report_no_matter'))
    pinMatter(matter)
    const entry = newEntry({
      kind: 'incident', by, photos, label: matters.find(({ code }) => code === matter)?.name ?? matter, path: '/v1/incidents',
      body: {
        matter, source: '巡查', happened_at: editing?.body.happened_at ?? new Date().toISOString(), lon: at.lon, lat: at.lat, datum: 'wgs84',
        ...(at.accuracy !== null && { accuracy_m: at.accuracy }), description: words.trim(), external_ref: editing?.body.external_ref ?? `m-${newKey()}`,
      },
    })
    try {
      await onPut(entry, editing?.id)
    } catch {
      return setMessage(say('outbox_cannot_keep'))
    }
    setMatter('')
    setWords('')
    setPhotos([])
    setMessage('')
  }
  const parents = matters.filter(({ code }) => matters.some(({ parent }) => parent === code))
  const isLeaf = ({ code }: Matter) => !parents.some((each) => each.code === code)
  const pinned = pinnedMatters().flatMap((code) => matters.filter((each) => each.code === code && isLeaf(each)))
  const option = ({ code, name }: Matter) => <option key={code} value={code}>{code} {name}</option>
  return (
    <form class="hand-form" onSubmit={submit} noValidate>
      <h2 ref={top}>{say(editing ? 'report_change' : 'report_title')}</h2>
      <label>{say('matter')}
        <select value={matter} onChange={(event) => setMatter(event.currentTarget.value)}>
          <option value="">{say('report_choose')}</option>
          {pinned.length > 0 && <optgroup label={say('matter_pinned')}>{pinned.map(option)}</optgroup>}
          {parents.map((parent) => {
            const below = matters.filter((each) => each.parent === parent.code && isLeaf(each))
            return below.length > 0 && <optgroup key={parent.code} label={parent.name}>{below.map(option)}</optgroup>
          })}
        </select>
      </label>
      <label>{say('report_words')}<textarea rows={3} maxLength={2000} value={words} onInput={(event) => setWords(event.currentTarget.value)} /></label>
      <PhotoField photos={photos} onPhotos={setPhotos} />
      {message && <p class="note problem" role="alert">{message}</p>}
      <button type="submit" class="primary locate">{say('report_send')}</button>
    </form>
  )
}
