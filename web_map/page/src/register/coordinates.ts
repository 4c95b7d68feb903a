// A typed pair of degrees, in either order, with whatever comma the keyboard gave.
import type { Geometry } from 'geojson'

export type Bounds = readonly [west: number, south: number, east: number, north: number]
export interface Degrees {
  readonly lon: number
  readonly lat: number
}

const NUMBER = String.raw`([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*`
const PAIR = new RegExp(String.raw`^[NE北东]?\s*${NUMBER}[NE]?\s*[,，、;；\s]\s*[NE北东]?\s*${NUMBER}[NE]?$`, 'i')

/**
 * Reads `35.49,112.85` or `112.85 35.49`; null where the text is no pair of degrees.
 * Where both orders are possible, the one that lies nearer to the district is meant.
 */
export function parsePair(text: string, near: Bounds): Degrees | null {
  const match = PAIR.exec(text.trim())
  if (!match) return null
  const [first, second] = [Number(match[1]), Number(match[2])]
  const readings = [
    { lat: first, lon: second },
    { lat: second, lon: first },
  ].filter(({ lon, lat }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180)
  const [west, south, east, north] = near
  const away = ({ lon, lat }: Degrees) =>
    Math.hypot(lon - (west + east) / 2, lat - (south + north) / 2)
  return readings.sort((a, b) => away(a) - away(b))[0] ?? null
}

/** Degrees as shown to people: five decimals are a metre. */
export function formatPair({ lon, lat }: Degrees): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`
}

/** Around all of these, be they of one piece or several; null around nothing. */
export function around(shapes: readonly { readonly geometry: Geometry | null }[]): Bounds | null {
  let box: Bounds | null = null
  for (const { geometry } of shapes) {
    const flat = geometry && 'coordinates' in geometry ? (geometry.coordinates as unknown[]).flat(4) as number[] : []
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [lon = 0, lat = 0] = [flat[i], flat[i + 1]]
      const [west, south, east, north]: Bounds = box ?? [lon, lat, lon, lat]
      box = [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)]
    }
  }
  return box
}
