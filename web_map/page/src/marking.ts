// What is chosen, on the map.
import type { Selection } from './hash'
import type { Chosen, NetMap } from './map/net_map'
import { place } from './register/api'
import { toWgs84 } from './register/datums'
import { lastOnly } from './register/in_order'
import type { Answer, Found } from './register/types'

const CLOSE = 17

/** What has no card of its own (a crossing, a compound, a link) is its place. */
export function selectionOf({ kind, code, name, lon, lat }: Found): Selection | null {
  if (kind === 'grid' || kind === 'area' || kind === 'building') return { kind, code }
  if (kind === 'address') return { kind, code: name }
  return lon == null || lat == null ? null : { kind: 'spot', lon: Number(lon.toFixed(6)), lat: Number(lat.toFixed(6)) }
}

export function showOnMap(map: NetMap | null, selection: Selection | null, answer: Answer | null): void {
  if (!map) return
  const chosen: Chosen[] = []
  if (selection?.kind === 'area') chosen.push({ layer: 'areas', code: selection.code })
  else if (selection) {
    const grid = gridOf(selection, answer)
    if (grid) chosen.push({ layer: 'grids', code: grid })
    if (answer?.building) chosen.push({ layer: 'buildings', code: answer.building.code })
  }
  map.choose(chosen)
  map.mark(selection?.kind === 'spot' ? selection : selection?.kind === 'point' ? toWgs84(selection, selection.datum) : null)
}

const seeking = lastOnly()

/** Brings what is chosen into view: a place close by, an area or the grid of a building whole; nothing: the district. */
export function seek(map: NetMap | null, selection: Selection | null, answer: Answer | null): void {
  const isLast = seeking()
  if (!selection) map?.home()
  else if (selection.kind === 'spot') map?.show(selection, CLOSE)
  else if (selection.kind === 'point') map?.show(toWgs84(selection, selection.datum), CLOSE)
  else {
    const [level, code] = selection.kind === 'area' ? ['areas', selection.code] as const : ['grids', gridOf(selection, answer)] as const
    if (!code) return
    place(level, code)
      .then(({ bounds }) => isLast() && bounds && map?.fit(bounds)) // what was sought since is where the map goes
      .catch(() => undefined) // the answer itself says what is wrong
  }
}

const gridOf = (selection: Selection | null, answer: Answer | null) => answer?.grid?.code ?? (selection?.kind === 'grid' ? selection.code : null)
