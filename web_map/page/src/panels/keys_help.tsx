// The keys, as they are heard.
import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { KEYS } from '../keys'
import { useSay } from '../text/language'
import type { Key } from '../text/strings'

const SIGNS: Readonly<Record<string, string>> = { Escape: 'Esc', Backspace: '⌫', Space: '␣', 'Ctrl+Shift+Z': 'Ctrl+⇧+Z' }

export function KeysHelp({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const say = useSay()
  const id = useId()
  const list = (where: keyof typeof KEYS, title: Key | null, more: readonly (readonly [readonly string[], Key])[] = []) => (
    <section>
      {title && <h3>{say(title)}</h3>}
      <dl data-where={where}>
        {[...byWords(KEYS[where]), ...more].map(([keys, words]) => (
          <div key={words}><dt>{keys.map((key) => <kbd key={key}>{SIGNS[key] ?? key}</kbd>)}</dt><dd>{say(words)}</dd></div>
        ))}
      </dl>
    </section>
  )
  return (
    <dialog ref={dialog} class="keys" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1} autofocus>{say('keys')}</h2>
      <div class="key-lists">
        {list('page', null, [[[say('key_arrows')], 'key_map']])}
        {list('dispatch', 'mode_dispatch')}
        {list('density', 'mode_density')}
        {list('admin', 'mode_admin')}
        {list('plan', 'mode_plan', [[[say('key_shift')], 'key_more']])}
      </div>
      <div class="buttons"><button type="button" class="plain" onClick={() => dialog.current?.close()}>{say('close')}</button></div>
    </dialog>
  )
}

function byWords(keys: Readonly<Record<string, Key>>): readonly (readonly [readonly string[], Key])[] {
  const lines = new Map<Key, string[]>()
  for (const [key, words] of Object.entries(keys)) lines.set(words, [...(lines.get(words) ?? []), key])
  return [...lines].map(([words, names]) => [names, words])
}
