// The address bar holds what is seen: mode, plan, view, selection, time and language. A link shows a colleague the same.
import { ADMIN_PARTS, type AdminPart } from './admin/parts'
import { type DensityQuestion, formatQuestion, readQuestion } from './density/question'
import { DATUMS, type Datum } from './register/datums'
import { LANGUAGES, type Language } from './text/strings'

export interface View {
  readonly zoom: number
  readonly lat: number
  readonly lon: number
}

/** `spot` is a place clicked on the map; `point` was typed, so its datum may be in doubt. */
export type Selection =
  | { readonly kind: 'area'; readonly code: string }
  | { readonly kind: 'grid' | 'building' | 'address'; readonly code: string }
  | { readonly kind: 'spot'; readonly lon: number; readonly lat: number }
  | { readonly kind: 'point'; readonly lon: number; readonly lat: number; readonly datum: Datum }

export const MODES = ['dispatch', 'plan', 'compare', 'density', 'admin'] as const
export type Mode = (typeof MODES)[number]

/** The net in force, where an instant could stand. */
export const NOW = 'now'
/** Whether a state of the net is what a plan would make, named by its code. */
export const isPlan = (state: string | null): state is string => /^P\d+$/.test(state ?? '')

export interface Place {
  readonly mode: Mode
  /** The plan that is open, in plan and compare mode. */
  readonly plan: string | null
  /** The past or coming instant that answers are for; null: now. */
  readonly time: string | null
  readonly view: View | null
  readonly selection: Selection | null
  readonly language: Language | null
  /** Groups of layers that are taken off the map. */
  readonly hidden: readonly string[]
  /** What density mode asks; in the address in that mode only. */
  readonly density: DensityQuestion
  /** The two instants that compare mode began with; in the address in that mode only. */
  readonly span: readonly [string, string] | null
  /** What compare mode sets a plan against: an instant, `now` or another plan; null: its base. In the address of that mode only. */
  readonly against: string | null
  /** Whether compare mode shows its two states on either side of a divider; in the address of that mode only. */
  readonly swipe: boolean
  /** The part of administration that is open; in the address in that mode only. */
  readonly part: AdminPart | null
}

export function formatHash({ mode, plan, time, view, selection, language, density, hidden, part, span, against, swipe }: Place): string {
  const parts: string[] = []
  if (mode !== 'dispatch') parts.push(`mode=${mode}`)
  if (mode === 'density') parts.push(...formatQuestion(density))
  if (mode === 'compare' && span) parts.push(`span=${span.map(encodeURIComponent).join('~')}`)
  if (mode === 'compare' && plan && against) parts.push(`against=${encodeURIComponent(against)}`)
  if (mode === 'compare' && swipe) parts.push('swipe=1')
  if (mode === 'admin' && part) parts.push(`part=${part}`)
  if (plan) parts.push(`plan=${encodeURIComponent(plan)}`)
  if (time) parts.push(`time=${encodeURIComponent(time)}`)
  if (view) parts.push(`view=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`)
  if (selection) parts.push(`at=${formatSelection(selection)}`)
  if (hidden.length) parts.push(`hide=${hidden.join(',')}`)
  if (language) parts.push(`lang=${language}`)
  return parts.length ? `#${parts.join('&')}` : ''
}

export function formatSelection(selection: Selection): string {
  switch (selection.kind) {
    case 'spot':
      return `spot:${selection.lon.toFixed(6)},${selection.lat.toFixed(6)}`
    case 'point':
      return `point:${selection.lon},${selection.lat},${selection.datum}`
    default:
      return `${selection.kind}:${encodeURIComponent(selection.code)}`
  }
}

/** Whatever cannot be read is left out: an old or shortened link still opens the page. */
export function parseHash(hash: string): Place {
  const fields = new Map<string, string>()
  for (const part of hash.replace(/^#/, '').split('&')) {
    const cut = part.indexOf('=')
    if (cut > 0) fields.set(part.slice(0, cut), part.slice(cut + 1))
  }
  const language = fields.get('lang')
  const time = decode(fields.get('time') ?? '')
  const against = decode(fields.get('against') ?? '')
  return {
    mode: MODES.find((name) => name === fields.get('mode')) ?? 'dispatch',
    plan: decode(fields.get('plan') ?? '') || null,
    time: Number.isNaN(Date.parse(time)) ? null : time,
    view: parseView(fields.get('view')),
    selection: parseSelection(fields.get('at')),
    language: LANGUAGES.find((name) => name === language) ?? null,
    span: parseSpan(fields.get('span')),
    against: against === NOW || isPlan(against) || !Number.isNaN(Date.parse(against)) ? against : null,
    swipe: fields.get('swipe') === '1',
    part: ADMIN_PARTS.find((name) => name === fields.get('part')) ?? null,
    hidden: (fields.get('hide') ?? '').split(',').filter((name) => /^[a-z]+$/.test(name)),
    density: readQuestion((name) => decode(fields.get(name) ?? '')),
  }
}

function parseSpan(text = ''): Place['span'] {
  const [before, after] = text.split('~').map(decode)
  return before && after && !Number.isNaN(Date.parse(before)) && !Number.isNaN(Date.parse(after)) ? [before, after] : null
}

function parseView(text = ''): View | null {
  const [zoom, lat, lon] = text.split('/').map(Number)
  if (zoom === undefined || lat === undefined || lon === undefined) return null
  if (!onGlobe(lon, lat) || !(zoom >= 0 && zoom <= 24)) return null
  return { zoom, lat, lon }
}

function parseSelection(text = ''): Selection | null {
  const cut = text.indexOf(':')
  if (cut < 1) return null
  const [kind, rest] = [text.slice(0, cut), text.slice(cut + 1)]
  if (kind === 'area' || kind === 'grid' || kind === 'building' || kind === 'address') {
    const code = decode(rest)
    return code ? { kind, code } : null
  }
  const [lonText, latText, datumText] = rest.split(',')
  const [lon, lat] = [Number(lonText || Number.NaN), Number(latText || Number.NaN)]
  if (!onGlobe(lon, lat)) return null
  if (kind === 'spot') return { kind, lon, lat }
  const datum = DATUMS.find((name) => name === datumText)
  return kind === 'point' && datum ? { kind, lon, lat, datum } : null
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

const onGlobe = (lon: number, lat: number) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90
