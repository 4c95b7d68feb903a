import { useEffect, useState } from 'preact/hooks'
import { useSay } from '../text/language'

const SHOWN_MS = 1600

export function CopyButton({ text, label, children }: { text: string; label?: string; children?: string }) {
  const say = useSay()
  const [copied, copy] = useCopied()
  return (
    <button type="button" class="quiet copy" aria-label={label} onClick={() => copy(text)}>
      <span aria-live="polite">{copied ? say('copied') : (children ?? say('copy'))}</span>
    </button>
  )
}

/** Whether something was copied just now, and the way to copy. */
export function useCopied(): readonly [boolean, (text: string) => Promise<void>] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, (text) => copyText(text).then(() => setCopied(true))]
}

/** The clipboard needs a secure context and may be forbidden; a government network over plain HTTP has none, so select and copy. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && isSecureContext) {
    const isDone = await navigator.clipboard.writeText(text).then(() => true, () => false)
    if (isDone) return
  }
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
