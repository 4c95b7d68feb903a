// The later state on a map of its own, right of the divider.
import { useEffect, useState } from 'preact/hooks'
import { COMPARE, CompareLayer } from '../../map/compare_layer'
import type { NetMap } from '../../map/net_map'
import { Swipe } from '../../map/swipe'
import type { ChangedShapes, NetShapes } from '../../register/comparison'

interface Found {
  readonly net: NetShapes
  readonly shapes: ChangedShapes
}

/** map: null where the states lie over each other. share: of the width, what is before. */
export function useSwipe(map: NetMap | null, found: Found | null, share: number): void {
  const [swipe, setSwipe] = useState<Swipe | null>(null)
  const [late, setLate] = useState<CompareLayer | null>(null)
  useEffect(() => {
    if (!map) return
    map.keepOff(['label-grid']) // each side names its own grids
    const made = new Swipe(map, COMPARE, (over) => {
      const layer = new CompareLayer(over)
      layer.see('late', 1)
      setLate(layer)
    })
    setSwipe(made)
    return () => {
      setSwipe(null)
      setLate(null)
      made.remove()
      if (map.isAlive) map.keepOff()
    }
  }, [map])
  useEffect(() => swipe?.cut(share), [swipe, share])
  useEffect(() => {
    if (found) late?.show(found.net, found.shapes)
  }, [late, found])
}
