// Up to five photos, made small before they are kept.
import { useEffect, useState } from 'preact/hooks'
import { useSay } from '../text/language'
import { shrink } from './shrink'

const MOST = 5

interface Props {
  readonly photos: readonly Blob[]
  readonly onPhotos: (photos: readonly Blob[]) => void
}

export function PhotoField({ photos, onPhotos }: Props) {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const [bad, setBad] = useState('')
  const add = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])].slice(0, MOST - photos.length)
    setBusy(true)
    setBad('')
    const made = await Promise.all(files.map((file) => shrink(file).catch(() => {
      setBad(file.name)
      return null
    })))
    input.value = ''
    setBusy(false)
    onPhotos([...photos, ...made.filter((each) => each !== null)])
  }
  return (
    <div class="photos">
      <label class={`plain photo-button${photos.length >= MOST ? ' full' : ''}`}>
        {say(busy ? 'photo_busy' : 'photo_add', { count: MOST - photos.length })}
        <input type="file" accept="image/*" multiple disabled={busy || photos.length >= MOST} onChange={(event) => void add(event.currentTarget)} />
      </label>
      {bad && <p class="note problem" role="alert">{say('photo_unreadable', { name: bad })}</p>}
      {photos.length > 0 && <ul>{photos.map((photo, i) => <Thumbnail key={`${i}/${photo.size}`} photo={photo} name={say('photo_of', { place: i + 1 })} onDrop={() => onPhotos(photos.filter((each) => each !== photo))} />)}</ul>}
    </div>
  )
}

function Thumbnail({ photo, name, onDrop }: { photo: Blob; name: string; onDrop: () => void }) {
  const say = useSay()
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(photo)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [photo])
  return (
    <li>
      {address && <img src={address} alt={name} />}
      <span class="muted">{say('photo_size', { size: Math.max(1, Math.round(photo.size / 1024)) })}</span>
      <button type="button" class="plain" aria-label={`${say('photo_drop')} ${name}`} onClick={onDrop}>{say('photo_drop')}</button>
    </li>
  )
}
