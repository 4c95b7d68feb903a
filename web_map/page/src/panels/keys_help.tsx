import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { ACTS, KEY_OF, TOOLS } from '../planning/tools'
import { useSay } from '../text/language'

export function KeysHelp({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const say = useSay()
  const id = useId()
  const keys: readonly (readonly [string, string])[] = [
    ['/', say('key_search')],
    ['H', say('key_home')],
    ['F', say('key_zoom')],
    ['1 – 9', say('key_matter')],
    ['Y', say('key_copy')],
    ['N', say('key_next')],
    ['T', say('key_time')],
    ['I', say('key_incident')],
    ['A', say('key_calls')],
    [say('key_arrows'), say('key_map')],
    ['Esc', say('key_close')],
    ['?', say('key_help')],
  ]
  const planning: readonly (readonly [string, string])[] = [
    ...([...TOOLS, ...ACTS].map((name) => [KEY_OF[name], say(`tool_${name}`)] as const)),
    ['Enter ⌫ Esc', say('key_draw')],
    ['Ctrl+Z ⇧Z', say('key_undo')],
    ['[ ]', say('key_problems')],
    ['⇧ ␣', say('key_more')],
  ]
  const list = (rows: readonly (readonly [string, string])[]) => <dl>{rows.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div>)}</dl>
  return (
    <dialog ref={dialog} class="keys" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1} autofocus>{say('keys')}</h2>
      {list(keys)}
      <h3>{say('keys_plan')}</h3>
      {list(planning)}
      <h3>{say('keys_density')}</h3>
      {list([[', .', say('key_frames')]])}
      <h3>{say('mode_admin')}</h3>
      {list([['[ ] F', say('key_faults')]])}
      <div class="buttons"><button type="button" class="plain" onClick={() => dialog.current?.close()}>{say('close')}</button></div>
    </dialog>
  )
}
