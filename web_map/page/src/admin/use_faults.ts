// Faults one by one: chosen in the list, on the map or with the keys, and shown where they are.
import { useEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from '../keys'
import { type FaultPoint, FaultsLayer } from '../map/faults_layer'
import type { NetMap } from '../map/net_map'
import type { Bounds } from '../register/coordinates'

/** One line of a report. place: null where nothing says where it is. */
export interface Fault {
  readonly key: string
  /** Its kind, for the counts: a stable code. */
  readonly kind: string
  readonly bad: boolean
  readonly place: { readonly lon: number; readonly lat: number } | null
  readonly bounds?: Bounds | null
}

export interface Faults {
  readonly layer: FaultsLayer | null
  readonly chosen: string | null
  choose(key: string): void
  step(by: 1 | -1): void
}

const CLOSE = 16.5

/** faults: those that are listed, in their order. */
export function useFaults(map: NetMap | null, faults: readonly Fault[]): Faults {
  const [layer, setLayer] = useState<FaultsLayer | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const choose = (key: string) => {
    setChosen(key)
    const fault = faults.find((each) => each.key === key)
    if (fault?.bounds) map?.fit(fault.bounds)
    else if (fault?.place) map?.show(fault.place, CLOSE)
  }
  const step = (by: 1 | -1) => {
    if (!faults.length) return
    const at = faults.findIndex(({ key }) => key === chosen)
    const next = at < 0 ? (by > 0 ? 0 : faults.length - 1) : (at + by + faults.length) % faults.length
    choose(faults[next]?.key ?? '')
  }
  const latest = useRef(choose)
  latest.current = choose
  useEffect(() => {
    if (!map) return
    const made = new FaultsLayer(map, (key) => latest.current(key))
    setLayer(made)
    return () => {
      setLayer(null)
      made.remove()
    }
  }, [map])
  useEffect(() => {
    const points: FaultPoint[] = faults.flatMap(({ key, place, bad }) => (place ? [{ key, bad, ...place }] : []))
    layer?.points(points, chosen)
  }, [layer, faults, chosen])
  useKeys('admin', {
    '[': () => faults.length > 0 && step(-1),
    ']': () => faults.length > 0 && step(1),
    F: () => chosen !== null && choose(chosen),
  })
  return { layer, chosen, choose, step }
}
