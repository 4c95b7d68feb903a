// The plan's net on the map, with what is chosen, locked, previewed or refused.
import type { FeatureCollection, Polygon } from 'geojson'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Pointed, NetMap } from '../map/net_map'
import { PlanLayer, QUIET_GROUND, TURNED_OFF } from '../map/plan_layer'
import type { Pair, PlanGrid } from '../register/plans'

interface Given {
  readonly map: NetMap | null
  readonly grids: ReadonlyMap<string, PlanGrid>
  readonly selected: ReadonlySet<string>
  readonly locked: ReadonlySet<string>
  readonly ghost: FeatureCollection<Polygon, unknown> | null
  readonly fault: GeoJSON.Geometry | null
  readonly describe: (grid: PlanGrid) => string
  /** Whether a click chooses; the other tools take it for themselves. */
  readonly choosing: boolean
  readonly onChoose: (code: string | null, more: boolean) => void
  readonly onHover: (grid: Pointed | null, at: { lon: number; lat: number } | null) => void
}

export function usePlanMap(given: Given): PlanLayer | null {
  const { map, grids, selected, locked, ghost, fault, describe } = given
  const [layer, setLayer] = useState<PlanLayer | null>(null)
  const latest = useRef(given)
  latest.current = given

  useEffect(() => {
    if (!map) return
    const made = new PlanLayer(map.map)
    map.keepOff(TURNED_OFF, QUIET_GROUND)
    setLayer(made)
    const onClick = ({ point, originalEvent }: { point: { x: number; y: number }; originalEvent: MouseEvent }) => {
      if (latest.current.choosing) latest.current.onChoose(made.gridAt(point), originalEvent.shiftKey)
    }
    const onMove = ({ point, lngLat }: { point: { x: number; y: number }; lngLat: { lng: number; lat: number } }) => {
      const code = made.gridAt(point)
      made.hover(code)
      const name = code ? (latest.current.grids.get(code)?.properties.name ?? '') : ''
      latest.current.onHover(code ? { code, name } : null, { lon: lngLat.lng, lat: lngLat.lat })
      if (latest.current.choosing) map.map.getCanvas().style.cursor = code ? 'pointer' : ''
    }
    map.map.on('click', onClick)
    map.map.on('mousemove', onMove)
    return () => {
      map.map.off('click', onClick)
      map.map.off('mousemove', onMove)
      setLayer(null)
      if (!map.isAlive) return
      made.remove()
      map.keepOff()
    }
  }, [map])

  useEffect(() => layer?.show([...grids.values()], describe), [layer, grids, describe])
  useEffect(() => layer?.mark({ selected, locked }), [layer, grids, selected, locked])
  useEffect(() => layer?.ghost(ghost?.features ?? null), [layer, ghost])
  useEffect(() => layer?.fault(fault), [layer, fault])
  return layer
}

export const asPoint = (place: Readonly<Pair> | null): GeoJSON.Geometry | null => (place ? { type: 'Point', coordinates: [...place] } : null)
