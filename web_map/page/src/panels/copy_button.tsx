import { useEffect, useState } from 'preact/hooks'
import { useSay } from '../text/language'

const SHOWN_MS = 1600

export function CopyButton({ text, label, children }: { text: string; label?: string; children?: string }) {
  const say = useSay()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => copyText(text).then(() => setCopied(true))
  return (
    <button type="button" class="quiet copy" aria-label={label} onClick={copy}>
      <span aria-live="polite">{copied ? say('copied') : (children ?? say('copy'))}</span>
    </button>
  )
}

/** The clipboard needs a secure context; a government network over plain HTTP has none, so select and copy. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
