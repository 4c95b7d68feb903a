import { useEffect, useState } from 'preact/hooks'
import { inTree, listMatters } from '../../density/answers'
import { asDay, BUCKETS, type DensityQuestion, ratesOf, SIZES, UNITS, type Unit } from '../../density/question'
import { useSay } from '../../text/language'
import type { Matter } from '../../register/types'

interface Props {
  readonly asked: DensityQuestion
  /** The days that the server counts, where none are asked for. */
  readonly days: { readonly from: string; readonly to: string } | null
  readonly turn: string
  readonly onAsk: (next: Partial<DensityQuestion>) => void
}

export function DensityControls({ asked, days, turn, onAsk }: Props) {
  const say = useSay()
  const [matters, setMatters] = useState<readonly Matter[]>([])
  useEffect(() => {
    listMatters().then(setMatters).catch(() => setMatters([])) // the counts themselves say what is wrong
  }, [turn])
  const tree = inTree(matters)
  const day = (name: 'from' | 'to') => (
    <label>{say(`density_${name}`)}
      <input
        type="date"
        value={asked[name] ?? days?.[name] ?? ''}
        onChange={({ currentTarget: { value } }) => {
          if (!value || asDay(value)) onAsk({ [name]: asDay(value), frame: null })
        }}
      />
    </label>
  )
  return (
    <>
      <div class="fields density-fields">
        {day('from')}
        {day('to')}
        <label class="whole">{say('matter')}
          <select value={asked.matter ?? ''} onChange={({ currentTarget: { value } }) => onAsk({ matter: value || null })}>
            <option value="">{say('density_all')}</option>
            {asked.matter && !tree.some(({ code }) => code === asked.matter) && <option value={asked.matter}>{asked.matter}</option>}
            {tree.map(({ code, name, depth }) => <option key={code} value={code}>{'\u3000'.repeat(depth)}{code} {name}</option>)}
          </select>
        </label>
      </div>
      <Chips legend={say('density_unit')} options={UNITS} value={asked.unit} text={(unit) => say(`unit_${unit}`)} onChoose={(unit) => onAsk({ unit, size: null, ...(ratesOf(unit).includes(asked.rate) ? {} : { rate: ratesOf(unit)[0] ?? 'count' }) })} />
      {SIZES[asked.unit] && <SizeChoice unit={asked.unit} size={asked.size} onAsk={onAsk} />}
      <Chips legend={say('density_rate')} options={ratesOf(asked.unit)} value={asked.rate} text={(rate) => say(`rate_${rate}`)} onChoose={(rate) => onAsk({ rate })} />
      <Chips legend={say('density_bucket')} options={BUCKETS} value={asked.bucket} text={(bucket) => say(`bucket_${bucket}`)} onChoose={(bucket) => onAsk({ bucket, frame: null })} />
    </>
  )
}

function SizeChoice({ unit, size, onAsk }: { unit: Unit; size: number | null; onAsk: Props['onAsk'] }) {
  const say = useSay()
  const [usual, ...others] = SIZES[unit] ?? []
  const sorted = [usual ?? 0, ...others].sort((a, b) => (unit === 'h3' ? b - a : a - b)) // the smallest cells first
  return (
    <label class="density-size">{say('density_size')}
      <select value={size ?? usual} onChange={({ currentTarget: { value } }) => onAsk({ size: Number(value) === usual ? null : Number(value) })}>
        {sorted.map((each) => <option key={each} value={each}>{say(unit === 'h3' ? 'size_h3' : 'size_square', { size: each })}</option>)}
      </select>
    </label>
  )
}

interface ChipsProps<T extends string> {
  readonly legend: string
  readonly options: readonly T[]
  readonly value: T
  readonly text: (option: T) => string
  readonly onChoose: (option: T) => void
}

function Chips<T extends string>({ legend, options, value, text, onChoose }: ChipsProps<T>) {
  return (
    <fieldset class="datum">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option} class={option === value ? 'chip on' : 'chip'}>
          <input type="radio" name={`density-${legend}`} value={option} checked={option === value} onChange={() => onChoose(option)} />
          {text(option)}
        </label>
      ))}
    </fieldset>
  )
}
