import type { Party } from '../register/types'
import { useSay } from '../text/language'
import { named } from '../text/named'
import { CopyButton } from './copy_button'

export const isMasked = (phone: string) => /[*＊•xX]/.test(phone)

/** place: the name of the grid that the card already shows, left out of the post. */
export function Person({ party, place = '', large = false }: { party: Party; place?: string; large?: boolean }) {
  const say = useSay()
  const role = party.because || named(say, 'duty', party.role)
  const post = (party.post ?? '').replace(place, '').trim()
  const described = [role, role.includes(post) ? '' : post].filter(Boolean)
  return (
    <div class={large ? 'person large' : 'person'}>
      <div class="who">
        <span class="name">{party.name}</span>
        {described.length > 0 && <span class="post">{described.join(' · ')}</span>}
      </div>
      <Phone name={party.name} phone={party.phone ?? ''} />
    </div>
  )
}

function Phone({ name, phone }: { name: string; phone: string }) {
  const say = useSay()
  if (!phone) return <span class="muted">{say('no_phone')}</span>
  if (isMasked(phone)) return <span class="phone masked" title={say('phone_masked')}>{phone}</span>
  return (
    <div class="phone-row">
      <a class="phone" href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>{phone}</a>
      <CopyButton text={phone} label={say('copy_phone', { name })} />
    </div>
  )
}
