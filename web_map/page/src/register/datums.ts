// Where a typed point stands on the map, which is WGS 84. For showing a marker only:
// who owns the place is answered by the server, which converts for itself.
import type { Degrees } from './coordinates'

export const DATUMS = ['wgs84', 'gcj02', 'bd09'] as const
export type Datum = (typeof DATUMS)[number]
export const DATUM_NAMES: Readonly<Record<Datum, string>> = { wgs84: 'WGS 84', gcj02: 'GCJ-02', bd09: 'BD-09' }

const AXIS_M = 6378245
const ECCENTRICITY_2 = 0.006693421622965943
const ITERATIONS = 4 // leaves less than 1 µm

export function toWgs84(point: Degrees, datum: Datum): Degrees {
  if (datum === 'wgs84') return point
  return undoGcj02(datum === 'bd09' ? bd09ToGcj02(point) : point)
}

export function wgs84ToGcj02({ lon, lat }: Degrees): Degrees {
  const x = lon - 105
  const y = lat - 35
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3)
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave +
    (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3) +
    (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3)
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave +
    (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3) +
    (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3)
  const phi = (lat / 180) * Math.PI
  const w2 = 1 - ECCENTRICITY_2 * Math.sin(phi) ** 2
  const w = Math.sqrt(w2)
  const metresPerRadNorth = (AXIS_M * (1 - ECCENTRICITY_2)) / (w2 * w)
  const metresPerRadEast = (AXIS_M / w) * Math.cos(phi)
  return {
    lon: lon + (east * 180) / (metresPerRadEast * Math.PI),
    lat: lat + (north * 180) / (metresPerRadNorth * Math.PI),
  }
}

function undoGcj02(point: Degrees): Degrees {
  let guess = point
  for (let i = 0; i < ITERATIONS; i++) {
    const shifted = wgs84ToGcj02(guess)
    guess = { lon: guess.lon + point.lon - shifted.lon, lat: guess.lat + point.lat - shifted.lat }
  }
  return guess
}

const BD_PI = (Math.PI * 3000) / 180

export function gcj02ToBd09({ lon, lat }: Degrees): Degrees {
  const radius = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BD_PI)
  const theta = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BD_PI)
  return { lon: radius * Math.cos(theta) + 0.0065, lat: radius * Math.sin(theta) + 0.006 }
}

function bd09ToGcj02(point: Degrees): Degrees {
  let guess: Degrees = { lon: point.lon - 0.0065, lat: point.lat - 0.006 }
  for (let i = 0; i < ITERATIONS; i++) {
    const shifted = gcj02ToBd09(guess)
    guess = { lon: guess.lon + point.lon - shifted.lon, lat: guess.lat + point.lat - shifted.lat }
  }
  return guess
}
