// The doors of the API that density mode uses.
import { ask, query } from '../register/api'
import type { Language } from '../text/strings'
import { type Bucket, cutOf, type DensityQuestion, periodOf, type Rate, type Unit } from './question'

/** values, counts: by bucket, then by cell in the order of `codes`; null: no value, or too few to be told. */
export interface DensityAnswer {
  readonly codes: readonly string[]
  readonly names: readonly string[]
  readonly buckets: readonly string[]
  readonly values: readonly (readonly (number | null)[])[]
  readonly counts: readonly (readonly (number | null)[])[]
  /** Upper bounds of the classes, for every bucket. */
  readonly breaks: readonly number[]
  readonly uncounted: number
  /** What the values are; the page may already be asking for another rate. */
  readonly rate: Rate
  readonly unit: Unit
  /** Hexagons and squares, and the middles of buildings; what is a grid stands in the tiles. */
  readonly shapes: readonly Shape[] | null
  readonly bucket: Bucket
  readonly from: string
  readonly to: string
  readonly masked: boolean
  readonly incidents: number
  readonly stale: boolean
  readonly net_version: number | null
  /** Beside the counts of grids, how dense it is anywhere. */
  readonly heat?: Surface
}

/** Classes per km² as ground, by bucket. */
export interface Surface {
  readonly buckets: readonly string[]
  readonly breaks: readonly number[]
  readonly surface: { readonly features: readonly { readonly properties: { readonly bucket: string; readonly class: number }; readonly geometry: GeoJSON.Geometry }[] }
}

/** How a grid came to be hot or cold. */
export interface Emerging {
  readonly grid: string
  readonly name: string
  readonly hot: string | null
  readonly cold: string | null
  /** By bucket: 1 hot, -1 cold. */
  readonly steps: readonly (-1 | 0 | 1)[]
  readonly counts: readonly number[]
}

export type Shape =
  | { readonly type: 'Polygon'; readonly coordinates: number[][][] }
  | { readonly type: 'Point'; readonly coordinates: number[] }

export interface HotSpot {
  readonly grid: string
  readonly name: string
  readonly kind: 'hot' | 'cold'
  readonly count: number
  readonly expected: number
  readonly q: number
}

export interface EarlyWarning {
  readonly grid: string
  readonly name: string
  readonly matter: string
  readonly matter_name: string
  readonly count: number
  readonly expected: number
  readonly usual: readonly [number, number]
}

export interface Happened {
  readonly number: string
  readonly matter_name: string | null
  readonly matter: string
  readonly happened_at: string
  readonly state: State
  readonly light: 'green' | 'yellow' | 'red' | null
}

export type State = 'collected' | 'filed' | 'dispatched' | 'handled' | 'checked' | 'closed' | 'suspended' | 'disputed' | 'rejected' | 'void' | 'merged'

export interface Matter {
  readonly code: string
  readonly parent: string | null
  readonly name: string
}

export async function density(asked: DensityQuestion, signal: AbortSignal): Promise<DensityAnswer> {
  if (asked.unit !== 'heat') return counted(asked, signal)
  const [grids, heat] = await Promise.all([counted(asked, signal), ask<Surface>(`/v1/density/surface?${periodOf(asked)}&${query({ bucket: asked.bucket })}`, { signal })])
  return { ...grids, unit: 'heat', heat }
}

/** By month, unless by week is asked for. */
export const emerging = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<{ emerging: readonly Emerging[] }>(`/v1/density/emerging?${periodOf(asked)}&${query({ bucket: asked.bucket === 'week' ? 'week' : 'month' })}`, { signal })).emerging

const counted = (asked: DensityQuestion, signal: AbortSignal) =>
  ask<DensityAnswer>(`/v1/density?${periodOf(asked)}&${cutOf(asked)}${asked.unit === 'grid' || asked.unit === 'heat' ? '' : '&geometry=true&empty=false'}`, { signal })
export const hotSpots = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<{ hotspots: readonly HotSpot[] }>(`/v1/density/hotspots?${periodOf(asked)}`, { signal })).hotspots
export const earlyWarnings = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<{ warnings: readonly EarlyWarning[] }>(`/v1/density/warnings?${periodOf(asked)}`, { signal })).warnings
export const listMatters = async () => (await ask<{ matters: readonly Matter[] }>('/v1/matters')).matters
export const reportAddress = (asked: DensityQuestion, language: Language) =>
  `/v1/density/report?${periodOf(asked)}&${query({ rate: asked.rate, format: 'html', lang: language })}`

export const MOST_HAPPENED = 20
/** The latest that the grid deals with, of the question's matter; void ones too, as a list has everything. */
export const happenedIn = async (grid: string, matter: string | null, signal: AbortSignal) =>
  (await ask<{ incidents: readonly Happened[] }>(`/v1/incidents?${query({ grid, limit: MOST_HAPPENED, ...(matter ? { matter } : {}) })}`, { signal })).incidents
/** The counts as a file, with the shapes of the cells in a GeoPackage. */
export const exportAddress = (asked: DensityQuestion, format: 'xlsx' | 'gpkg') =>
  `/v1/density/export?${periodOf(asked)}&${cutOf(asked)}&${query({ format })}`

/** The tree from its top, each with its depth; the root itself and what hangs nowhere are left out. */
export function inTree(matters: readonly Matter[]): readonly (Matter & { readonly depth: number })[] {
  const below = new Map<string, Matter[]>()
  for (const matter of matters) below.set(matter.parent ?? '', [...(below.get(matter.parent ?? '') ?? []), matter])
  const walk = (parent: string, depth: number): (Matter & { depth: number })[] =>
    (below.get(parent) ?? []).sort((a, b) => (a.code < b.code ? -1 : 1)).flatMap((matter) => [{ ...matter, depth }, ...walk(matter.code, depth + 1)])
  return walk('*', 0)
}
