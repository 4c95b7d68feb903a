import type { TargetedMouseEvent } from 'preact'
import type { Act, Tool } from '../../planning/tools'
import { ACTS, KEY_OF, TOOLS } from '../../planning/tools'
import { useSay } from '../../text/language'

const ICONS: Readonly<Record<Tool | Act | 'undo' | 'redo', string>> = {
  select: 'M5 3l11 9-5 1 3 5-2 1-3-5-4 3z',
  draw: 'M4 7l7-4 7 5-2 9H6zM11 3h.1M4 7h.1M18 8h.1M16 17h.1M6 17h.1',
  split: 'M3 4h16v14H3zM13 1L8 21',
  merge: 'M3 5h7v12H3zM12 5h7v12h-7zM7 11h8M13 8l3 3-3 3',
  border: 'M3 4h16v14H3zM11 4l-3 5 5 4-2 5M8 9h.1M13 13h.1',
  reassign: 'M3 5h7v12H3zM12 8h7v6h-7zM8 11h6M11.5 8.500l3 2.500-3 2.500',
  balance: 'M11 3v16M6 19h10M3 12l3-7 3 7a3 2 0 01-6 0M13 12l3-7 3 7a3 2 0 01-6 0M6 5h10',
  lock: 'M6 10h10v8H6zM8 10V7a3 3 0 016 0v3',
  undo: 'M8 6L4 10l4 4M4 10h9a4 4 0 010 8h-2',
  redo: 'M14 6l4 4-4 4M18 10H9a4 4 0 000 8h2',
}

interface Props {
  readonly tool: Tool
  readonly editable: boolean
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly canMerge: boolean
  readonly canLock: boolean
  readonly onTool: (tool: Tool) => void
  readonly onAct: (act: Act) => void
  readonly onUndo: () => void
  readonly onRedo: () => void
}

/** A tool that the pointer took keeps no focus: Space and Enter are the drawing's. */
function press(event: TargetedMouseEvent<HTMLButtonElement>, act: () => void): void {
  if (event.detail) event.currentTarget.blur()
  act()
}

export function Toolbar(props: Props) {
  const say = useSay()
  const { tool, editable } = props
  const button = (name: keyof typeof ICONS, key: string, act: () => void, disabled: boolean, pressed?: boolean) => (
    <button key={name} type="button" class="tool" disabled={disabled} aria-pressed={pressed} aria-keyshortcuts={key} title={`${say(`tool_${name}`)} (${key})`} onClick={(event) => press(event, act)}>
      <svg viewBox="0 0 22 22" aria-hidden="true"><path d={ICONS[name]} /></svg>
      <span>{say(`tool_${name}`)}</span>
      {key.length === 1 && <span class="hotkey" aria-hidden="true">{key}</span>}
    </button>
  )
  return (
    <div class="toolbar" role="toolbar" aria-label={say('plan_tools')}>
      {TOOLS.map((name) => button(name, KEY_OF[name], () => props.onTool(name), !editable && name !== 'select', tool === name))}
      {ACTS.map((name) => button(name, KEY_OF[name], () => props.onAct(name), !editable || (name === 'merge' ? !props.canMerge : name === 'lock' && !props.canLock)))}
      {button('undo', 'Control+Z', props.onUndo, !editable || !props.canUndo)}
      {button('redo', 'Control+Shift+Z', props.onRedo, !editable || !props.canRedo)}
    </div>
  )
}
