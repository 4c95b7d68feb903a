import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Account, type AccountTerms, accounts, putAccount, removeAccount } from '../../register/administration'
import { DATUM_NAMES, DATUMS } from '../../register/datums'
import { ROLES } from '../../register/roles'
import type { District } from '../../register/types'
import { useSay } from '../../text/language'
import { named } from '../../text/named'
import { Dialog } from '../dialog'
import { ProblemNote } from '../problem_note'
import { ConfinedTo } from './confined_to'
import { useList } from './use_list'

type Open = { readonly what: 'new' } | { readonly what: 'change' | 'remove'; readonly account: Account }

export function AccountList({ me, district, turn }: { me: string; district: District | null; turn: string }) {
  const say = useSay()
  const list = useList(accounts, turn)
  const [open, setOpen] = useState<Open | null>(null)
  const [filter, setFilter] = useState('')
  const shown = list.rows?.filter(({ name, area, role }) => `${name} ${area ?? ''} ${named(say, 'role', role)}`.toLowerCase().includes(filter.trim().toLowerCase()))
  const put = async (name: string, terms: AccountTerms) => {
    if (await list.change(() => putAccount(name, terms))) setOpen(null)
  }
  return (
    <>
      <p class="buttons start list-head"><button type="button" class="primary" onClick={() => setOpen({ what: 'new' })}>{say('access_new_account')}</button></p>
      {list.problem && !open && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      {!list.rows && !list.problem && <p class="muted waiting" role="status">{say('loading')}</p>}
      {(list.rows?.length ?? 0) > 10 && <input class="filter" aria-label={say('access_filter')} placeholder={say('access_filter')} value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />}
      {shown?.length === 0 && <p class="muted empty-state">{say('access_none')}</p>}
      <ul class="account-rows">
        {shown?.map((account) => (
          <li key={account.name} class="account">
            <span><b>{account.name}</b> <span class="badge changed">{named(say, 'role', account.role)}</span>{account.name === me && <span class="muted"> {say('access_you')}</span>}<br /><span class="muted">{account.area ?? say('access_whole')}{account.datum && ` · ${DATUM_NAMES[DATUMS.find((datum) => datum === account.datum) ?? 'wgs84']}`}{account.party && ` · ${account.party}`}</span></span>
            <span class="row-buttons">
              <button type="button" class="quiet" aria-label={`${say('access_change')} ${account.name}`} onClick={() => setOpen({ what: 'change', account })}>{say('access_change')}</button>
              {account.name !== me && <button type="button" class="quiet" aria-label={`${say('access_remove')} ${account.name}`} onClick={() => setOpen({ what: 'remove', account })}>{say('access_remove')}</button>}
            </span>
          </li>
        ))}
      </ul>
      {open && open.what !== 'remove' && (
        <AccountDialog account={open.what === 'change' ? open.account : null} taken={list.rows ?? []} me={me} district={district} busy={list.busy} problem={list.problem && <ProblemNote problem={list.problem} />} onClose={() => { setOpen(null); list.reload() }} onPut={(name, terms) => void put(name, terms)} />
      )}
      {open?.what === 'remove' && (
        <Dialog title={say('access_remove_title', { name: open.account.name })} onClose={() => setOpen(null)}>
          <p class="dialog-text">{say('access_remove_text')}</p>
          {list.problem && <ProblemNote problem={list.problem} />}
          <div class="buttons">
            <button type="button" class="plain" onClick={() => setOpen(null)}>{say('access_cancel')}</button>
            <button type="button" class="primary danger" disabled={list.busy} onClick={() => void list.change(() => removeAccount(open.account.name)).then((done) => done && setOpen(null))}>{say('access_remove')}</button>
          </div>
        </Dialog>
      )}
    </>
  )
}

interface DialogProps {
  readonly account: Account | null
  readonly taken: readonly Account[]
  readonly me: string
  readonly district: District | null
  readonly busy: boolean
  readonly problem: ComponentChildren
  readonly onClose: () => void
  readonly onPut: (name: string, terms: AccountTerms) => void
}

function AccountDialog({ account, taken, me, district, busy, problem, onClose, onPut }: DialogProps) {
  const say = useSay()
  const [name, setName] = useState(account?.name ?? '')
  const [role, setRole] = useState(account?.role ?? 'reader')
  const [area, setArea] = useState(account?.area ?? '')
  const [datum, setDatum] = useState<NonNullable<Account['datum']> | ''>(account?.datum ?? '')
  const [party, setParty] = useState(account?.party ?? '')
  const [password, setPassword] = useState('')
  const there = account === null && taken.some((each) => each.name === name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!there) onPut(name, { role, area: area || null, datum: datum || null, party: party || null, password: password || null })
  }
  return (
    <Dialog title={account ? say('access_change_title', { name: account.name }) : say('access_new_account')} onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        {!account && <label>{say('account')}<input value={name} required maxLength={200} pattern="[^:\s\/]+" autocomplete="off" title={say('access_name_hint')} onInput={(event) => setName(event.currentTarget.value)} /></label>}
        {there && <p class="note problem" role="alert">{say('access_there', { name })}</p>}
        <label>{say('access_role')}
          <select value={role} disabled={account?.name === me} onChange={(event) => setRole(event.currentTarget.value)}>{ROLES.map((each) => <option key={each} value={each}>{say(`role_${each}`)}</option>)}</select>
        </label>
        {account?.name !== me && <ConfinedTo district={district} value={area} onChange={setArea} />}
        <label>{say('access_datum')}
          <select value={datum} onChange={({ currentTarget }) => setDatum(DATUMS.find((each) => each === currentTarget.value) ?? '')}>
            <option value="">{say('access_no_datum')}</option>
            {DATUMS.map((each) => <option key={each} value={each}>{DATUM_NAMES[each]}</option>)}
          </select>
        </label>
        <label>{say('access_party')}<input value={party} maxLength={100} onInput={(event) => setParty(event.currentTarget.value.trim())} /></label>
        <label>{say(account ? 'access_new_password' : 'password')}<input type="password" autocomplete="new-password" minLength={8} required={!account} value={password} onInput={(event) => setPassword(event.currentTarget.value)} /></label>
        {problem}
        <div class="buttons">
          <button type="button" class="plain" onClick={onClose}>{say('access_cancel')}</button>
          <button type="submit" class="primary" disabled={busy || there}>{say('access_save')}</button>
        </div>
      </form>
    </Dialog>
  )
}
