// How far the households of a grid lie from its band, and how a plan's grids spread.
import type { Band, GridFacts } from '../register/plans'

/** By how much a grid is beyond its band: −0.2 is a fifth under the least, 0 is within. */
export function deviation(households: number, band: Band | null | undefined): number {
  if (!band) return 0
  const [least, most] = band
  if (households < least) return (households - least) / least
  return households > most ? (households - most) / most : 0
}

export const TONES = ['far-under', 'under', 'within', 'over', 'far-over', 'free'] as const
export type Tone = (typeof TONES)[number]
const FAR = 0.2

/** Free: no band applies, or nobody lives there. */
export function toneOf({ households, band }: Pick<GridFacts, 'households' | 'band'>): Tone {
  if (!band || households === 0) return 'free'
  const off = deviation(households, band)
  if (off < 0) return off < -FAR ? 'far-under' : 'under'
  if (off > 0) return off > FAR ? 'far-over' : 'over'
  return 'within'
}

export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Equal bins over 0 … the largest value, their width a round number; at most `most` of them. */
export function histogram(values: readonly number[], most = 12): Bin[] {
  const top = Math.max(0, ...values)
  if (!values.length || top === 0) return []
  const width = roundUp(top / most)
  const bins = Array.from({ length: Math.floor(top / width) + 1 }, (_, i) => ({ from: i * width, to: (i + 1) * width, count: 0 }))
  for (const value of values) {
    const bin = bins[Math.floor(value / width)]
    if (bin) bin.count += 1
  }
  return bins
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (([1, 2, 5, 10].find((step) => step * power >= value - 1e-9) ?? 10) * power) || 1
}

/** How often each name comes. */
export function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
