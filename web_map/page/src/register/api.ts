// The doors of the API that the page uses. Every refusal is a Problem with the server's own words.
import type { Selection } from '../hash'
import type { Language } from '../text/strings'
import type { Answer, District, Found, Place, Session } from './types'

export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no answer at all
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    /** The other members of the problem document: place, facts, versions, conflicts. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title || code)
  }
}

/** Nobody answered, or only what stands before the server: the question will have its answer later. */
export const isSilence = ({ status }: Problem): boolean => [0, 502, 503, 504].includes(status)

export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await reach(path, init)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** The answer as a file. */
export const askFile = async (path: string, init: RequestInit = {}): Promise<Blob> => (await reach(path, init)).blob()

async function reach(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...init, headers: { Accept: 'application/json', 'X-Yiwang': 'page', ...init.headers } })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, 'network', '', '')
  }
  if (!response.ok) throw await readProblem(response)
  return response
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '')
  return new Problem(response.status, text('code') || `http-${response.status}`, text('title'), text('detail'), fields)
}

export const query = (facts: Record<string, string | number>) =>
  new URLSearchParams(Object.entries(facts).map(([name, value]) => [name, String(value)])).toString()

export const district = () => ask<District>('/v1/district')
export const place = (kind: 'areas' | 'grids', code: string, signal?: AbortSignal) =>
  ask<Place>(`/v1/${kind}/${encodeURIComponent(code)}`, signal ? { signal } : {})

const LINK = /^\S*(?:https?:\/\/|\w\.(?:com|cn)\/)|https?:\/\//i

export async function search(text: string, signal: AbortSignal): Promise<readonly Found[]> {
  if (LINK.test(text)) return readLink(text, signal)
  return (await ask<{ results: readonly Found[] }>(`/v1/search?${query({ q: text.slice(0, 200), limit: 12 })}`, { signal })).results
}

interface Meant {
  readonly kind: string
  readonly name: string
  readonly lon: number
  readonly lat: number
  readonly datum: string | null
  readonly because: readonly string[]
}

/** The place in a link of a map: nothing is opened, the address itself is read. */
export async function readLink(link: string, signal: AbortSignal): Promise<readonly Found[]> {
  const { meant } = await ask<{ meant: readonly Meant[] }>(`/v1/places?${query({ q: link.slice(0, 500), datum: 'wgs84' })}`, { signal })
  return meant.filter(({ kind }) => kind === 'point').map(({ name, lon, lat, because }) => ({ kind: 'link', code: '', name, label: because.join(' '), lon, lat, bounds: null }))
}

/** What a lookup can be asked for; an area is shown, not owned. */
export type Asked = Exclude<Selection, { kind: 'area' }>

/** time: the instant that is asked about; null: now. */
export function lookup(at: Asked, language: Language, time: string | null, signal: AbortSignal): Promise<Answer> {
  return ask<Answer>(`/v1/lookup?${query({ ...lookupFacts(at), lang: language, ...(time ? { at: time } : {}) })}`, { signal })
}

export function lookupFacts(at: Asked): Record<string, string | number> {
  switch (at.kind) {
    case 'grid':
      return { grid: at.code }
    case 'building':
      return { building: at.code }
    case 'address':
      return { address: at.code }
    case 'spot':
      return { lon: at.lon, lat: at.lat, datum: 'wgs84' } // the map's own frame
    default:
      return { lon: at.lon, lat: at.lat, datum: at.datum }
  }
}

export const session = () => ask<Session>('/v1/session')
/** Whether the server knows an OpenID provider; without an answer there is none. */
export const hasProvider = () => ask<{ oidc: boolean }>('/v1/session/ways').then(({ oidc }) => oidc, () => false)
export const signOut = () => ask<void>('/v1/session', { method: 'DELETE' })
export const signIn = (name: string, password: string) =>
  ask<Session>('/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password }),
  })

/** A request that changes something; `seen` is the version that it was based on. `key`: sent again it is carried out once. */
export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, seen?: number, key?: string): Promise<T> {
  return ask<T>(path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(seen === undefined ? {} : { 'If-Match': `"${seen}"` }), ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** A key that no other request has. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
