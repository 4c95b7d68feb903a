import type { Problem } from '../../register/api'

/** Where a refusal is, as the server said it. */
export function placeOf(problem: Problem | null): GeoJSON.Geometry | null {
  const place = problem?.more.place
  return typeof place === 'object' && place !== null && 'type' in place ? (place as GeoJSON.Geometry) : null
}
