// Street, then community: the ground that a plan is for.
import { useEffect, useId, useState } from 'preact/hooks'
import { place as fetchPlace } from '../../register/api'
import type { District, PlaceRef } from '../../register/types'
import { useSay } from '../../text/language'

interface Props {
  readonly district: District
  readonly value: string
  readonly onChange: (code: string) => void
}

export function ScopePicker({ district, value, onChange }: Props) {
  const say = useSay()
  const id = useId()
  const [streets, setStreets] = useState<readonly PlaceRef[]>([])
  const [street, setStreet] = useState('')
  const [communities, setCommunities] = useState<readonly PlaceRef[]>([])
  useEffect(() => {
    fetchPlace('areas', district.code).then(({ children }) => setStreets(children)).catch(() => setStreets([]))
  }, [district.code])
  useEffect(() => {
    setCommunities([])
    if (street) fetchPlace('areas', street).then(({ children }) => setCommunities(children)).catch(() => setCommunities([]))
  }, [street])
  return (
    <>
      <label for={`${id}-street`}>{say('level_street')}
        <select id={`${id}-street`} value={street} onChange={(event) => { setStreet(event.currentTarget.value); onChange(event.currentTarget.value || district.code) }}>
          <option value="">{say('plan_whole', { name: district.name })}</option>
          {streets.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
        </select>
      </label>
      <label for={`${id}-community`}>{say('level_community')}
        <select id={`${id}-community`} value={value === street || value === district.code ? '' : value} disabled={!street} onChange={(event) => onChange(event.currentTarget.value || street)}>
          <option value="">{say(street ? 'plan_whole_street' : 'plan_street_first')}</option>
          {communities.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
        </select>
      </label>
      {!value && <button type="button" class="plain" onClick={() => onChange(district.code)}>{say('plan_take_whole')}</button>}
    </>
  )
}
