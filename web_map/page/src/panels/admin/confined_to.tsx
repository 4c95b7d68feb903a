// The area that an account or key is confined to: typed or chosen by its code, named beside it.
import { useEffect, useId, useState } from 'preact/hooks'
import { place } from '../../register/api'
import type { District, PlaceRef } from '../../register/types'
import { useSay } from '../../text/language'

const CODE = /^\d{4,12}$/

interface Props {
  readonly district: District | null
  readonly value: string
  readonly onChange: (code: string) => void
}

export function ConfinedTo({ district, value, onChange }: Props) {
  const say = useSay()
  const id = useId()
  const [choices, setChoices] = useState<readonly PlaceRef[]>([])
  const [name, setName] = useState<string | null>('')
  useEffect(() => {
    const above = CODE.test(value) ? value : district?.code
    let wanted = true
    setName('')
    if (!above) return
    place('areas', above)
      .then((area) => {
        if (!wanted) return
        setChoices((before) => [...new Map([...before, ...area.children.filter(({ level }) => level !== 'grid')].map((each) => [each.code, each])).values()])
        setName(value ? area.name : '')
      })
      .catch(() => wanted && setName(value ? null : ''))
    return () => {
      wanted = false
    }
  }, [district?.code, value])
  return (
    <label>{say('access_area')}
      <input value={value} list={`${id}-areas`} inputMode="numeric" maxLength={12} onInput={(event) => onChange(event.currentTarget.value.trim())} />
      <datalist id={`${id}-areas`}>{choices.map(({ code, name: called }) => <option key={code} value={code}>{called}</option>)}</datalist>
      <span class="muted">{value === '' ? say('access_whole') : name === null ? say('problem_unknown_code') : name}</span>
    </label>
  )
}
