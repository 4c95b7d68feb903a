// Everybody responsible within an area that was drawn, in the order in which to call.
import type { Polygon } from 'geojson'
import { ask, askFile } from './api'
import type { Degrees } from './coordinates'
import type { Model } from './model'

/** A polygon, or a place with a radius in metres; both in WGS 84. */
export type CallArea = { readonly polygon: Polygon } | (Degrees & { readonly radius_m: number })

export type Caller = Model<'CallerOut'>
export type Calls = Model<'CallsOut'>

export const CALL_FILES = { xlsx: 'people.xlsx', csv: 'people.csv', calls: 'calls.txt' } as const
export type CallFile = keyof typeof CALL_FILES

/** matter: also who leads it in each place; null: nobody for matters. */
const request = (area: CallArea, matter: string | null, signal?: AbortSignal): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: '*/*' },
  body: JSON.stringify({ ...area, datum: 'wgs84', ...(matter && { matter }) }),
  ...(signal ? { signal } : {}),
})
export const callsIn = (area: CallArea, matter: string | null, language: string, signal: AbortSignal) => ask<Calls>(`/v1/lookup/area?lang=${language}`, request(area, matter, signal))
export const callFile = (area: CallArea, matter: string | null, language: string, format: CallFile) => askFile(`/v1/lookup/area?format=${format}&lang=${language}`, request(area, matter))
