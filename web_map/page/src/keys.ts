// Every key of the page: the help lists these, and nothing else is heard. They are silent while somebody types.
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Key } from './text/strings'

/** By where they are heard, each with its words; keys of the same words are one line of the help. */
export const KEYS = {
  page: { '/': 'key_search', H: 'key_home', '?': 'key_help' },
  dispatch: { F: 'key_zoom', '1–9': 'key_matter', Y: 'key_copy', N: 'key_next', T: 'key_time', I: 'key_incident', A: 'key_calls', Escape: 'key_close' },
  plan: {
    V: 'tool_select', P: 'tool_draw', S: 'tool_split', B: 'tool_border', R: 'tool_reassign', M: 'tool_merge', L: 'tool_lock', A: 'tool_balance',
    F: 'key_zoom', Enter: 'key_draw', Backspace: 'key_draw', Escape: 'key_draw',
    'Ctrl+Z': 'key_undo', 'Ctrl+Shift+Z': 'key_undo', 'Ctrl+Y': 'key_undo', '[': 'key_problems', ']': 'key_problems', Space: 'key_pan',
  },
  density: { ',': 'key_frames', '.': 'key_frames' },
  admin: { '[': 'key_faults', ']': 'key_faults', F: 'key_fault' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Key>>>>

type Where = keyof typeof KEYS
/** What each key does. False: it had nothing to do there, and the browser may have it. */
type Actions<W extends Where> = Readonly<Record<keyof (typeof KEYS)[W], (key: string) => unknown>>

/** actions: null where the keys are not heard now. */
export function useKeys<W extends Where>(where: W, actions: Actions<W> | null): void {
  const latest = useRef<Readonly<Record<string, (key: string) => unknown>> | null>(null)
  useLayoutEffect(() => { // with what is shown, not a frame later: a key means what the page shows
    latest.current = actions
  })
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return
      const key = nameOf(event)
      if (isTyping(event.target) && !(key === 'Escape' && where === 'dispatch')) return // there it leaves the field and closes the card
      if ((key === 'Enter' || key === 'Space') && isControl(event.target)) return
      if (document.querySelector('dialog[open]')) return // a dialog closes itself
      if (!latest.current || !Object.hasOwn(latest.current, key)) return
      const isHeld = event.repeat && key.startsWith('Ctrl+') // it steps once: each step is a write
      if (isHeld || latest.current[key]?.(event.key) !== false) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [where])
}

/** As KEYS has it; '' for what none of them is. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  if (altKey) return ''
  if (ctrlKey || metaKey) return `Ctrl+${shiftKey ? 'Shift+' : ''}${key.toUpperCase()}`
  if (key === ' ') return 'Space'
  if (/^[1-9]$/.test(key)) return '1–9'
  return key.length === 1 ? key.toUpperCase() : key
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input:not([type=radio], [type=checkbox], [type=range], [type=file]), textarea, select, [contenteditable]')
/** Enter and Space are its own. */
const isControl = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('button, a, summary, input, [role=option]')
