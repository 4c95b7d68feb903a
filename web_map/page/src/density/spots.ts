// Grids that stand out, as the map draws them: in the bucket that is seen, or over all days.
import type { Emerging, HotSpot } from './answers'

/** `quiet`: hot or cold in other buckets, not in the one that is seen. */
export const SPOT_KINDS = ['hot', 'cold', 'quiet'] as const
export type SpotKind = (typeof SPOT_KINDS)[number]

export interface Spot {
  readonly code: string
  readonly kind: SpotKind
  /** The class in the reader's language. */
  readonly label: string
}

export const spotsOfHot = (found: readonly HotSpot[], said: (kind: 'hot' | 'cold') => string): readonly Spot[] =>
  found.map(({ grid, kind }) => ({ code: grid, kind, label: said(kind) }))

/** frame: the bucket that is seen; null where the days are seen as a whole. */
export function spotsOfEmerging(found: readonly Emerging[], frame: number | null, said: (row: Emerging) => string): readonly Spot[] {
  const kinds = { 1: 'hot', 0: 'quiet', [-1]: 'cold' } as const
  return found.map((row) => {
    const step = frame === null ? null : row.steps[frame]
    return { code: row.grid, kind: step === null || step === undefined ? (row.hot ? 'hot' : 'cold') : kinds[step], label: said(row) }
  })
}
