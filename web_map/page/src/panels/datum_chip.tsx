import { DATUM_NAMES, DATUMS, type Datum } from '../register/datums'
import { useSay } from '../text/language'

/** A typed pair of degrees may mean three places up to 1.3 km apart: a click answers again. */
export function DatumChip({ datum, onChange }: { datum: Datum; onChange: (datum: Datum) => void }) {
  const say = useSay()
  return (
    <fieldset class="datum">
      <legend>{say('datum_question')}</legend>
      {DATUMS.map((name) => (
        <label key={name} class={name === datum ? 'chip on' : 'chip'}>
          <input type="radio" name="datum" value={name} checked={name === datum} onChange={() => onChange(name)} />
          {DATUM_NAMES[name]}
        </label>
      ))}
    </fieldset>
  )
}
