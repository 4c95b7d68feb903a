// What is selected, between the search box, the answer and the map.
import type { Selection } from '../hash'
import type { Bounds } from '../register/coordinates'
import { toWgs84 } from '../register/datums'
import type { Answer, Found } from '../register/types'
import type { Chosen, NetMap } from './net_map'

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
    const grid = answer?.grid?.code ?? (selection.kind === 'grid' ? selection.code : null)
    if (grid) chosen.push({ layer: 'grids', code: grid })
    if (answer?.building) chosen.push({ layer: 'buildings', code: answer.building.code })
  }
  map.choose(chosen)
  map.mark(selection?.kind === 'spot' ? selection : selection?.kind === 'point' ? toWgs84(selection, selection.datum) : null)
}

export function zoomTo(map: NetMap | null, selection: Selection | null, bounds: Bounds | null): void {
  if (bounds) map?.fit(bounds)
  else if (selection?.kind === 'spot') map?.show(selection, 17)
  else if (selection?.kind === 'point') map?.show(toWgs84(selection, selection.datum), 17)
}
