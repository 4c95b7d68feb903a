import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { View } from '../hash'
import { NetMap, type NetMapEvents } from '../map/net_map'
import type { District } from '../register/types'
import { useSay } from '../text/language'
import { Layers } from './layers'

interface Props {
  readonly district: District
  readonly firstView: View | null
  readonly netMap: RefObject<NetMap | null>
  readonly events: NetMapEvents
  readonly onGone: () => void
  readonly legend: ComponentChildren
  readonly hidden: readonly string[]
  readonly onHide: (hidden: readonly string[]) => void
}

export function MapView({ district, firstView, netMap, events, onGone, legend, hidden, onHide }: Props) {
  const say = useSay()
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(events)
  latest.current = events
  const off = useRef<ReadonlySet<string>>(new Set())
  off.current = new Set(hidden)
  useEffect(() => {
    if (!container.current) return
    const made = new NetMap(container.current, district.bounds, district.net_version, firstView, say('map'), {
      onReady: (map) => {
        map.hide(off.current)
        latest.current.onReady(map)
      },
      onTiles: (complete) => latest.current.onTiles(complete),
      onMove: (view) => latest.current.onMove(view),
      onClick: (at) => latest.current.onClick(at),
      onHover: (grid, at) => latest.current.onHover(grid, at),
    }, district.basemap)
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
  useEffect(() => netMap.current?.hide(off.current), [hidden])
  return (
    <div class="map">
      <div ref={container} class="canvas" />
      <div class="zoom">
        <button type="button" aria-label={say('zoom_in')} title={say('zoom_in')} onClick={() => netMap.current?.zoomBy(1)}>+</button>
        <button type="button" aria-label={say('zoom_out')} title={say('zoom_out')} onClick={() => netMap.current?.zoomBy(-1)}>−</button>
        <button type="button" aria-label={say('zoom_home')} title={say('zoom_home')} onClick={() => netMap.current?.home()}>⌂</button>
      </div>
      <Layers hidden={off.current} hasBase={district.basemap !== null} attribution={district.basemap?.attribution ?? ''} onHide={onHide} />
      {legend}
    </div>
  )
}
