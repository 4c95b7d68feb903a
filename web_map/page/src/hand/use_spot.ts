// Where the telephone is: asked for on a touch, never by itself.
import { useState } from 'preact/hooks'

export interface Spot {
  readonly lon: number // WGS 84
  readonly lat: number
  /** Metres; null where the place was chosen from a list. */
  readonly accuracy: number | null
}

export type Locating = 'asking' | 'refused' | null
const HOW = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 0 }

export function useSpot(onSpot: (spot: Spot) => void): { locating: Locating; locate: () => void } {
  const [locating, setLocating] = useState<Locating>(null)
  const locate = () => {
    if (!navigator.geolocation) return setLocating('refused')
    setLocating('asking')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setLocating(null)
        onSpot({ lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)), accuracy: Math.round(coords.accuracy) })
      },
      () => setLocating('refused'),
      HOW,
    )
  }
  return { locating, locate }
}
