// One file: chosen or dropped, named with its size; what is empty or too large is told before it is sent.
import { useContext, useId, useState } from 'preact/hooks'
import { LocaleContext, numberFormat, useSay } from '../../text/language'
import type { Language } from '../../text/strings'

interface Props {
  readonly file: File | null
  readonly accept: string
  readonly most: number
  readonly onFile: (file: File | null) => void
}

export function FileBox({ file, accept, most, onFile }: Props) {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const id = useId()
  const [over, setOver] = useState(false)
  const [refused, setRefused] = useState('')
  const take = (chosen: File | null | undefined) => {
    if (!chosen) return
    const why = chosen.size === 0 ? say('admin_file_empty', { name: chosen.name }) : chosen.size > most ? say('admin_file_large', { name: chosen.name, size: sizeOf(chosen.size, language), most: sizeOf(most, language) }) : ''
    setRefused(why)
    onFile(why ? null : chosen)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer?.files[0])
  }
  return (
    <>
      <label
        for={id}
        class={over ? 'file-box over' : 'file-box'}
        onDragOver={(event) => { event.preventDefault(); setOver(true) }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          id={id}
          type="file"
          class="visually-hidden"
          accept={accept}
          onClick={(event) => { event.currentTarget.value = '' }} // the same file again, mended meanwhile, is another choice
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
        <b>{file ? file.name : say('admin_file')}</b>
        <span class="muted">{file ? `${sizeOf(file.size, language)} · ${say('admin_file_other')}` : say('admin_file_hint')}</span>
      </label>
      {refused && <p class="note problem" role="alert">{refused}</p>}
    </>
  )
}

function sizeOf(bytes: number, language: Language): string {
  const number = numberFormat(language, { maximumFractionDigits: 1 })
  return bytes < 2 ** 20 ? `${number.format(Math.max(0.1, bytes / 1024))} KB` : `${number.format(bytes / 2 ** 20)} MB`
}
