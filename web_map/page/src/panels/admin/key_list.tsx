import type { ComponentChildren } from 'preact'
import { useContext, useState } from 'preact/hooks'
import { type Key, keys, type KeyTerms, makeKey, revokeKey } from '../../register/administration'
import { DATUM_NAMES, DATUMS } from '../../register/datums'
import { ROLES } from '../../register/roles'
import type { District } from '../../register/types'
import { formatInstant, LocaleContext, useSay } from '../../text/language'
import { named } from '../../text/named'
import { CopyButton } from '../copy_button'
import { Dialog } from '../dialog'
import { ProblemNote } from '../problem_note'
import { ConfinedTo } from './confined_to'
import { useList } from './use_list'

const KEY_ROLES = ROLES.slice(0, ROLES.indexOf('planner') + 1)
const SOON_MS = 30 * 86_400_000
const BADGE = { active: 'new', soon: 'warns', expired: 'draft', revoked: 'blocks' } as const

type Open = { readonly what: 'new' } | { readonly what: 'made'; readonly key: string; readonly name: string } | { readonly what: 'revoke'; readonly which: Key }

function stateOf({ revoked_at, expires_at }: Key): keyof typeof BADGE {
  const left = Date.parse(expires_at) - Date.now()
  return revoked_at ? 'revoked' : left <= 0 ? 'expired' : left < SOON_MS ? 'soon' : 'active'
}

export function KeyList({ district, turn }: { district: District | null; turn: string }) {
  const say = useSay()
  const locale = useContext(LocaleContext)
  const list = useList(keys, turn)
  const [open, setOpen] = useState<Open | null>(null)
  const make = (terms: KeyTerms) => void list.change(async () => {
    const made = await makeKey(terms)
    setOpen({ what: 'made', key: made.key, name: made.name })
  })
  return (
    <>
      <p class="buttons start list-head"><button type="button" class="primary" onClick={() => setOpen({ what: 'new' })}>{say('key_new')}</button></p>
      {list.problem && !open && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {!list.rows && !list.problem && <p class="muted waiting" role="status">{say('loading')}</p>}
      {list.rows?.length === 0 && <p class="muted empty-state">{say('key_none')}</p>}
      <ul class="account-rows">
        {list.rows?.map((each) => {
          const state = stateOf(each)
          return (
            <li key={each.code} class="account">
              <span>
                <b>{each.name}</b> <span class={`badge ${BADGE[state]}`}>{say(`key_state_${state}`)}</span><br />
                <span class="muted">{named(say, 'role', each.role)} · {each.area ?? say('access_whole')} · {say('key_rate', { count: each.per_minute })}</span><br />
                <span class="muted">{state === 'revoked' ? say('key_revoked_at', { time: formatInstant(locale, each.revoked_at, 'minute') }) : say('key_until', { time: formatInstant(locale, each.expires_at, 'day') })} · {each.made_by}</span><br />
                <span class="code">yw_{each.code}_…</span>
              </span>
              {(state === 'active' || state === 'soon') && <button type="button" class="quiet" aria-label={`${say('key_revoke')} ${each.name}`} onClick={() => setOpen({ what: 'revoke', which: each })}>{say('key_revoke')}</button>}
            </li>
          )
        })}
      </ul>
      {open?.what === 'new' && <KeyDialog district={district} busy={list.busy} problem={list.problem && <ProblemNote problem={list.problem} />} onClose={() => { setOpen(null); list.reload() }} onMake={make} />}
      {open?.what === 'made' && (
        <Dialog title={say('key_made', { name: open.name })} wide onClose={() => undefined}>
          <p class="dialog-text">{say('key_once')}</p>
          <p class="secret"><code>{open.key}</code><CopyButton text={open.key} label={say('key_copy_secret')} /></p>
          <div class="buttons"><button type="button" class="primary" onClick={() => setOpen(null)}>{say('key_kept')}</button></div>
        </Dialog>
      )}
      {open?.what === 'revoke' && (
        <Dialog title={say('key_revoke_title', { name: open.which.name })} onClose={() => setOpen(null)}>
          <p class="dialog-text">{say('key_revoke_text')}</p>
          {list.problem && <ProblemNote problem={list.problem} />}
          <div class="buttons">
            <button type="button" class="plain" onClick={() => setOpen(null)}>{say('access_cancel')}</button>
            <button type="button" class="primary danger" disabled={list.busy} onClick={() => void list.change(() => revokeKey(open.which.code)).then((done) => done && setOpen(null))}>{say('key_revoke')}</button>
          </div>
        </Dialog>
      )}
    </>
  )
}

interface DialogProps {
  readonly district: District | null
  readonly busy: boolean
  readonly problem: ComponentChildren
  readonly onClose: () => void
  readonly onMake: (terms: KeyTerms) => void
}

function KeyDialog({ district, busy, problem, onClose, onMake }: DialogProps) {
  const say = useSay()
  const [area, setArea] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(fields.get(name) ?? '').trim()
    onMake({ name: text('name'), role: text('role'), datum: DATUMS.find((each) => each === text('datum')) ?? null, area: area || null, party: text('party') || null, days: Number(text('days')), per_minute: Number(text('per_minute')) })
  }
  return (
    <Dialog title={say('key_new')} onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        <label>{say('key_name')}<input name="name" required maxLength={100} pattern="[^:\s\/]+" placeholder="12345-hotline" autocomplete="off" title={say('access_name_hint')} /></label>
        <label>{say('access_role')}<select name="role">{KEY_ROLES.map((each) => <option key={each} value={each}>{say(`role_${each}`)}</option>)}</select></label>
        <ConfinedTo district={district} value={area} onChange={setArea} />
        <label>{say('access_datum')}
          <select name="datum">
            <option value="">{say('access_no_datum')}</option>
            {DATUMS.map((each) => <option key={each} value={each}>{DATUM_NAMES[each]}</option>)}
          </select>
        </label>
        <label>{say('access_party')}<input name="party" maxLength={100} /></label>
        <div class="two-fields fields">
          <label>{say('key_days')}<input name="days" type="number" min="1" max="3650" required value="365" /></label>
          <label>{say('key_per_minute')}<input name="per_minute" type="number" min="1" max="1000000" required value="600" /></label>
        </div>
        {problem}
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('access_cancel')}</button>
          <button type="submit" class="primary" disabled={busy}>{say('key_make')}</button>
        </div>
      </form>
    </Dialog>
  )
}
