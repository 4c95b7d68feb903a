import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { useSay } from '../text/language'

export function KeysHelp({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const say = useSay()
  const id = useId()
  const keys: readonly (readonly [string, string])[] = [
    ['/', say('key_search')],
    ['H', say('key_home')],
    ['F', say('key_zoom')],
    ['Y', say('key_copy')],
    [say('key_arrows'), say('key_map')],
    ['Esc', say('key_close')],
    ['?', say('key_help')],
  ]
  return (
    <dialog ref={dialog} class="keys" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{say('keys')}</h2>
      <dl>{keys.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div>)}</dl>
      <div class="buttons"><button type="button" class="plain" onClick={() => dialog.current?.close()}>{say('close')}</button></div>
    </dialog>
  )
}
