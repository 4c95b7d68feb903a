// The keys of a plan. Enter and Space stay with a button that has the focus.
import { useEffect, useRef } from 'preact/hooks'

export interface PlanKeys {
  readonly letters: Readonly<Record<string, () => void>>
  undo(): void
  redo(): void
  enter(): boolean
  back(): boolean
  drop(): void
  pan(on: boolean): void
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]')
const isControl = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('button, a, summary, input, [role=option]')

export function usePlanKeys(keys: PlanKeys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      const { letters, undo, redo, enter, back, drop, pan } = latest.current
      if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]') || isTyping(event.target)) return
      if ((event.ctrlKey || event.metaKey) && !event.altKey) {
        const letter = event.key.toLowerCase()
        if (letter !== 'z' && letter !== 'y') return
        event.preventDefault()
        if (letter === 'y' || event.shiftKey) redo()
        else undo()
        return
      }
      if (event.altKey) return
      if (event.key === 'Escape') drop()
      else if (event.key === 'Enter' && !isControl(event.target) && enter()) event.preventDefault()
      else if (event.key === 'Backspace' && back()) event.preventDefault()
      else if (event.key === ' ' && !isControl(event.target)) {
        event.preventDefault()
        pan(true)
      } else {
        const act = letters[event.key.toLowerCase()]
        if (!act) return
        event.preventDefault()
        act()
      }
    }
    const onUp = ({ key }: KeyboardEvent) => {
      if (key === ' ') latest.current.pan(false)
    }
    addEventListener('keydown', onDown)
    addEventListener('keyup', onUp)
    return () => {
      removeEventListener('keydown', onDown)
      removeEventListener('keyup', onUp)
    }
  }, [])
}
