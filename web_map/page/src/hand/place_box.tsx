// Where it is: by the telephone's position, or found by name.
import type { ComponentChildren } from 'preact'
import { useSay } from '../text/language'
import type { Locating, Spot } from './use_spot'

interface Props {
  readonly spot: Spot | null
  readonly locating: Locating
  readonly label: string
  readonly onLocate: () => void
  readonly children: ComponentChildren
}

export function PlaceBox({ spot, locating, label, onLocate, children }: Props) {
  const say = useSay()
  return (
    <>
      <button type="button" class="primary locate" disabled={locating === 'asking'} onClick={onLocate}>{locating === 'asking' ? say('hand_locating') : label}</button>
      {locating === 'refused' && <p class="note" role="status">{say('hand_refused')}</p>}
      {spot && (
        <p class="muted spot">
          <span class="code">{spot.lat.toFixed(6)}, {spot.lon.toFixed(6)}</span>{spot.accuracy !== null && <> · {say('hand_accuracy', { metres: spot.accuracy })}</>}
        </p>
      )}
      {children}
    </>
  )
}
