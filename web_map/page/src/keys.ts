// Single-letter keys, silent while somebody types.
import { useLayoutEffect } from 'preact/hooks'

export type KeyActions = Readonly<Record<string, () => void>>

export function useKeys(actions: KeyActions): void {
  useLayoutEffect(() => { // with what is shown, not a frame later: a key means what the page shows
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
      if (event.key !== 'Escape' && isTyping(event.target)) return
      if (document.querySelector('dialog[open]')) return // a dialog closes itself
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [actions])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=radio], [type=range]), textarea, select, [contenteditable]')
}
