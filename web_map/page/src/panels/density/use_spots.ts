// Hot and cold grids on the map, as long as their list is open.
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import type { Emerging, HotSpot } from '../../density/answers'
import { type Spot, spotsOfEmerging, spotsOfHot } from '../../density/spots'
import type { NetMap } from '../../map/net_map'
import { SpotsLayer } from '../../map/spots_layer'
import { LocaleContext, useSay } from '../../text/language'
import type { SpotLegend } from './density_legend'
import { saidEmerging } from './found_lists'

const NONE: readonly Spot[] = []

/** frame: the bucket that is seen; null: all days. The answer is the legend's part. */
export function useSpots(map: NetMap | null, part: string, hot: readonly HotSpot[] | null, emerging: readonly Emerging[] | null, frame: number | null): SpotLegend | null {
  const say = useSay()
  const { language } = useContext(LocaleContext)
  const [layer, setLayer] = useState<SpotsLayer | null>(null)
  useEffect(() => {
    if (!map) return
    const made = new SpotsLayer(map.map)
    setLayer(made)
    return () => {
      setLayer(null)
      if (map.isAlive) made.remove()
    }
  }, [map])
  const spots = useMemo(() => {
    if (part === 'hot') return spotsOfHot(hot ?? [], (kind) => say(`spot_${kind}`))
    return part === 'emerging' ? spotsOfEmerging(emerging ?? [], frame, (row) => saidEmerging(say, row)) : NONE
  }, [part, hot, emerging, frame, language])
  useEffect(() => layer?.show(spots), [layer, spots])
  return useMemo(
    () => (spots.length ? { title: say(part === 'hot' ? 'spots_whole' : 'spots_emerging'), kinds: new Set(spots.map(({ kind }) => kind)) } : null),
    [spots, part, language],
  )
}
