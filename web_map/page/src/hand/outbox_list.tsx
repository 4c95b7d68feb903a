// What waits, what was refused and why, and what has just arrived.
import { useContext } from 'preact/hooks'
import { formatInstant, LocaleContext, useSay } from '../text/language'
import { ifNamed, named } from '../text/named'
import type { Entry } from './outbox'
import type { Outbox } from './use_outbox'

interface Props {
  readonly outbox: Outbox
  readonly signedIn: boolean
  readonly onEdit: (entry: Entry) => void
}

export function OutboxList({ outbox, signedIn, onEdit }: Props) {
  const say = useSay()
  const { mine, others, delivered } = outbox
  const refused = mine.filter((each) => each.refused)
  const waiting = mine.filter((each) => !each.refused)
  return (
    <>
      <div role="status" class="outbox-state">
        {waiting.length > 0 && <p class="note">{say('outbox_waits', { count: waiting.length })}{!signedIn && ` ${say('outbox_sign_in')}`}</p>}
        {refused.length > 0 && <p class="note problem">{say('outbox_refused', { count: refused.length })}</p>}
        {others > 0 && <p class="note">{say('outbox_others', { count: others })}</p>}
        {delivered.map(({ entry, warnings }) => (
          <p key={entry.id} class="note sent">{say('outbox_sent', { what: entry.label })} {entry.number && <span class="code">{entry.number}</span>}{warnings.map((code) => <span key={code} class="muted"> {named(say, 'sent', code)}</span>)}</p>
        ))}
      </div>
      {mine.length > 0 && <ul class="outbox">{[...refused, ...waiting].map((entry) => <EntryRow key={entry.id} entry={entry} onEdit={onEdit} onDrop={() => void outbox.remove(entry.id)} />)}</ul>}
    </>
  )
}

function EntryRow({ entry, onEdit, onDrop }: { entry: Entry; onEdit: (entry: Entry) => void; onDrop: () => void }) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const { refused, number, photos, kind } = entry
  // once it has left, the register may have it: only what was refused or never left can still be changed
  const free = refused !== null || entry.tries === 0
  return (
    <li class={refused ? 'entry refused-entry' : 'entry'}>
      <p><b>{entry.label}</b> <span class="muted">{formatInstant(locale, entry.made, 'minute')}{photos.length > 0 && ` · ${say('outbox_photos', { count: photos.length })}`}</span></p>
      {number && <p class="muted">{say('outbox_taken', { number })}</p>}
      {refused && <p class="reason-text">{ifNamed(say, 'problem', refused.code)}{ifNamed(say, 'fault', refused.field)} <span class="muted" lang="en">{refused.detail}</span></p>}
      {free && (
        <p class="buttons start">
          {kind !== 'step' && number === null && <button type="button" class="plain" onClick={() => onEdit(entry)}>{say('outbox_change')}</button>}
          <button type="button" class="plain" onClick={onDrop}>{say('outbox_drop')}</button>
        </p>
      )}
    </li>
  )
}
