import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { View } from '../hash'
import { NetMap, type NetMapEvents } from '../map/net_map'
import type { District } from '../register/types'
import { useSay } from '../text/language'

interface Props {
  readonly district: District
  readonly firstView: View | null
  readonly netMap: RefObject<NetMap | null>
  readonly events: NetMapEvents
  readonly onGone: () => void
  readonly legend: ComponentChildren
}

export function MapView({ district, firstView, netMap, events, onGone, legend }: Props) {
  const say = useSay()
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(events)
  latest.current = events
  useEffect(() => {
    if (!container.current) return
    const made = new NetMap(container.current, district.bounds, district.net_version, firstView, say('map'), {
      onReady: (map) => latest.current.onReady(map),
      onTiles: (complete) => latest.current.onTiles(complete),
      onMove: (view) => latest.current.onMove(view),
      onClick: (at) => latest.current.onClick(at),
      onHover: (grid, at) => latest.current.onHover(grid, at),
    })
    netMap.current = made
    window.yiwang = { map: made.map }
    return () => {
      netMap.current = null
      onGone()
      window.yiwang = { map: null }
      made.remove()
    }
  }, [district.code, district.net_version])
  useEffect(() => netMap.current?.retitle(say('map')))
  return (
    <div class="map">
      <div ref={container} class="canvas" />
      <div class="zoom">
        <button type="button" aria-label={say('zoom_in')} title={say('zoom_in')} onClick={() => netMap.current?.zoomBy(1)}>+</button>
        <button type="button" aria-label={say('zoom_out')} title={say('zoom_out')} onClick={() => netMap.current?.zoomBy(-1)}>−</button>
        <button type="button" aria-label={say('zoom_home')} title={say('zoom_home')} onClick={() => netMap.current?.home()}>⌂</button>
      </div>
      {legend}
    </div>
  )
}
