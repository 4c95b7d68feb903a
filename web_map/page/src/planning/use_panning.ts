// Space held down: the map moves, whatever tool is in hand.
import { useEffect, useRef } from 'preact/hooks'
import type { NetMap } from '../map/net_map'

interface Panning {
  readonly on: { readonly current: boolean }
  /** Space went down. */
  hold(): void
}

export function usePanning(map: NetMap | null): Panning {
  const on = useRef(false)
  const latest = useRef(map)
  latest.current = map
  const put = (held: boolean) => {
    on.current = held
    latest.current?.map.getContainer().classList.toggle('panning', held)
  }
  useEffect(() => {
    const onUp = ({ key }: KeyboardEvent) => {
      if (key === ' ') put(false)
    }
    const onLeave = () => put(false) // let go in another window, the key is not heard
    addEventListener('keyup', onUp)
    addEventListener('blur', onLeave)
    return () => {
      removeEventListener('keyup', onUp)
      removeEventListener('blur', onLeave)
      put(false)
    }
  }, [])
  return { on, hold: () => put(true) }
}
