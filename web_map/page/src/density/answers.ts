// The doors of the API that density mode uses.
import { ask, query } from '../register/api'
import type { Model } from '../register/model'
import type { Matter } from '../register/types'
import type { Language } from '../text/strings'
import { type Bucket, cutOf, type DensityQuestion, periodOf, type Unit } from './question'

/** values, counts: by bucket, then by cell in the order of `codes`; null: no value, or too few to be told. */
export type DensityAnswer = Omit<Model<'DensityOut'>, 'unit' | 'bucket' | 'shapes'> & {
  readonly unit: Unit
  readonly bucket: Bucket
  readonly shapes: readonly Shape[] | null
  /** Beside the counts of grids, how dense it is anywhere. */
  readonly heat?: Surface
}

/** Classes per km² as ground, by bucket. */
export type Surface = Model<'SurfaceOut'>
export type Emerging = Model<'EmergingOut'>
/** GeoJSON: of hexagons and squares, and the middles of buildings; what is a grid stands in the tiles. */
export type Shape = GeoJSON.Polygon | GeoJSON.Point
export type HotSpot = Model<'HotSpotOut'>
export type EarlyWarning = Model<'EarlyWarningOut'>
export type Happened = Model<'IncidentOut'>
export type State = Happened['state']

export async function density(asked: DensityQuestion, signal: AbortSignal): Promise<DensityAnswer> {
  if (asked.unit !== 'heat') return counted(asked, signal)
  const [grids, heat] = await Promise.all([counted(asked, signal), ask<Surface>(`/v1/density/surface?${periodOf(asked)}&${query({ bucket: asked.bucket })}`, { signal })])
  return { ...grids, unit: 'heat', heat }
}

/** By month, unless by week is asked for. */
export const emerging = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<Model<'EmergingsOut'>>(`/v1/density/emerging?${periodOf(asked)}&${query({ bucket: asked.bucket === 'week' ? 'week' : 'month' })}`, { signal })).emerging

const counted = (asked: DensityQuestion, signal: AbortSignal) =>
  ask<DensityAnswer>(`/v1/density?${periodOf(asked)}&${cutOf(asked)}${asked.unit === 'grid' || asked.unit === 'heat' ? '' : '&geometry=true&empty=false'}`, { signal })
export const hotSpots = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<Model<'HotSpotsOut'>>(`/v1/density/hotspots?${periodOf(asked)}`, { signal })).hotspots
export const earlyWarnings = async (asked: DensityQuestion, signal: AbortSignal) =>
  (await ask<Model<'EarlyWarningsOut'>>(`/v1/density/warnings?${periodOf(asked)}`, { signal })).warnings
export const listMatters = async () => (await ask<Model<'MattersOut'>>('/v1/matters')).matters
export const reportAddress = (asked: DensityQuestion, language: Language) =>
  `/v1/density/report?${periodOf(asked)}&${query({ rate: asked.rate, format: 'html', lang: language })}`

export const MOST_HAPPENED = 20
/** The latest that the grid deals with, of the question's matter; void ones too, as a list has everything. */
export const happenedIn = async (grid: string, matter: string | null, signal: AbortSignal) =>
  (await ask<Model<'IncidentsOut'>>(`/v1/incidents?${query({ grid, limit: MOST_HAPPENED, ...(matter ? { matter } : {}) })}`, { signal })).incidents
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
