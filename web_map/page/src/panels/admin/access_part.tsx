// Accounts and keys: who may do what, where, and until when.
import { useState } from 'preact/hooks'
import type { District } from '../../register/types'
import { useSay } from '../../text/language'
import { AccountList } from './account_list'
import { KeyList } from './key_list'

interface Props {
  readonly me: string
  readonly district: District | null
  readonly turn: string
}

export function AccessPart({ me, district, turn }: Props) {
  const say = useSay()
  const [shown, setShown] = useState<'accounts' | 'keys'>('accounts')
  return (
    <section class="access">
      <header class="card-head"><h2>{say('admin_access')}</h2><p class="hint">{say('access_hint')}</p></header>
      <div class="tabs" role="tablist" aria-label={say('admin_access')}>
        {(['accounts', 'keys'] as const).map((each) => (
          <button key={each} type="button" role="tab" id={`access-${each}`} aria-selected={shown === each} aria-controls="access-shown" class="tab" onClick={() => setShown(each)}>{say(`access_${each}`)}</button>
        ))}
      </div>
      <div id="access-shown" role="tabpanel" aria-labelledby={`access-${shown}`}>
        {shown === 'accounts' ? <AccountList me={me} district={district} turn={turn} /> : <KeyList district={district} turn={turn} />}
      </div>
    </section>
  )
}
