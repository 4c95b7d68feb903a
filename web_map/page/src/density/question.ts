// What density mode asks: days, matter, rate and bucket, as the address bar keeps them.
import { query } from '../register/api'

export const RATES = ['count', 'km2', 'households', 'smoothed'] as const
export const BUCKETS = ['none', 'week', 'month'] as const
export const UNITS = ['grid', 'h3', 'square', 'building', 'heat'] as const
/** H3 resolutions and metres of a square; the first is the usual one. */
export const SIZES: Readonly<Partial<Record<Unit, readonly number[]>>> = { h3: [9, 7, 8, 10], square: [250, 100, 500, 1000] }
export type Unit = (typeof UNITS)[number]
export type Rate = (typeof RATES)[number]
export type Bucket = (typeof BUCKETS)[number]

export interface DensityQuestion {
  /** First and last day, both included (YYYY-MM-DD); null: as the server has it, the year up to today. */
  readonly from: string | null
  readonly to: string | null
  readonly matter: string | null
  readonly rate: Rate
  readonly bucket: Bucket
  readonly unit: Unit
  /** Of hexagons and squares; null: the usual one. */
  readonly size: number | null
  /** The first day of the bucket that is seen; null: the first one. */
  readonly frame: string | null
}

export const PLAIN_QUESTION: DensityQuestion = { from: null, to: null, matter: null, rate: 'count', bucket: 'none', unit: 'grid', size: null, frame: null }

/** Only what differs from the plain question, ready for an address. */
export function formatQuestion(question: DensityQuestion): string[] {
  return (Object.keys(PLAIN_QUESTION) as (keyof DensityQuestion)[])
    .filter((name) => question[name] !== PLAIN_QUESTION[name])
    .map((name) => `${name}=${encodeURIComponent(question[name] ?? '')}`)
}

/** read: the text of a field, empty where it is missing. What cannot be read is left out. */
export function readQuestion(read: (name: string) => string): DensityQuestion {
  const rate = RATES.find((name) => name === read('rate')) ?? 'count'
  return {
    from: asDay(read('from')),
    to: asDay(read('to')),
    matter: read('matter') || null,
    bucket: BUCKETS.find((name) => name === read('bucket')) ?? 'none',
    ...readUnit(read('unit'), read('size'), rate),
    frame: asDay(read('frame')),
  }
}

/** Hexagons and squares know no households; a surface is per km² and nothing else. */
export const ratesOf = (unit: Unit): readonly Rate[] => (unit === 'heat' ? ['km2'] : SIZES[unit] ? RATES.slice(0, 2) : RATES)

function readUnit(unitText: string, sizeText: string, rate: Rate): Pick<DensityQuestion, 'unit' | 'size' | 'rate'> {
  const unit = UNITS.find((name) => name === unitText) ?? 'grid'
  const size = SIZES[unit]?.slice(1).find((each) => String(each) === sizeText) ?? null
  return { unit, size, rate: ratesOf(unit).includes(rate) ? rate : (ratesOf(unit)[0] ?? 'count') }
}

/** The day as it is written, null where there is no such day. */
export function asDay(text: string): string | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  return at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null
}

/** The part that all questions about density share. */
export function periodOf({ from, to, matter }: DensityQuestion): string {
  return query({ ...(from ? { from } : {}), ...(to ? { to } : {}), ...(matter ? { matter } : {}) })
}

/** By which cells it is counted, and as what; beside a surface stand the grids. */
export function cutOf({ unit, size, rate, bucket }: DensityQuestion): string {
  return query({ unit: unit === 'heat' ? 'grid' : unit, rate, bucket, ...(size ? { size } : {}) })
}
