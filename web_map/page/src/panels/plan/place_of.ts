import type { Problem } from '../../register/api'
import type { Pair } from '../../register/plans'

/** Where a refusal is, as the server said it. */
export function placeOf(problem: Problem | null): GeoJSON.Geometry | null {
  const place = problem?.more.place
  return typeof place === 'object' && place !== null && 'type' in place ? (place as GeoJSON.Geometry) : null
}

/** A point to hang a word on. */
export function centreOf(geometry: GeoJSON.Geometry | null): Pair | null {
  if (!geometry || geometry.type === 'GeometryCollection') return null
  const flat = (geometry.coordinates as unknown[]).flat(4) as number[]
  const [lon, lat] = flat
  if (lon === undefined || lat === undefined) return null
  if (geometry.type === 'Point') return [lon, lat]
  const lons = flat.filter((_, i) => i % 2 === 0)
  const lats = flat.filter((_, i) => i % 2 === 1)
  return [(Math.min(...lons) + Math.max(...lons)) / 2, Math.max(...lats)]
}
