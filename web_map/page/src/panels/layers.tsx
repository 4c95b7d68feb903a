// What the map shows: groups of layers that can be taken off, kept in the address.
import { GROUPS, type Group } from '../map/style'
import { useSay } from '../text/language'

interface Props {
  readonly hidden: ReadonlySet<string>
  readonly hasBase: boolean
  /** Whose the basemap is. */
  readonly attribution: string
  readonly onHide: (hidden: readonly string[]) => void
}

export function Layers({ hidden, hasBase, attribution, onHide }: Props) {
  const say = useSay()
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => group !== 'base' || hasBase)
  return (
    <section aria-label={say('layers')}>
      <details class="layers">
        <summary>{say('layers')}</summary>
        {groups.map((group) => (
          <label key={group} class="check">
            <input type="checkbox" checked={!hidden.has(group)} onChange={() => onHide(groups.filter((each) => (each === group) !== hidden.has(each)))} /> {say(`layer_${group}`)}
          </label>
        ))}
      </details>
      {attribution && !hidden.has('base') && <p class="attribution">{attribution}</p>}
    </section>
  )
}
