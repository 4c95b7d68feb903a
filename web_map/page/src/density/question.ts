// What density mode asks: days, matter, rate and bucket, as the address bar keeps them.
import { query } from '../register/api'

export const RATES = ['count', 'km2', 'households', 'smoothed'] as const
export const BUCKETS = ['none', 'week', 'month'] as const
export type Rate = (typeof RATES)[number]
export type Bucket = (typeof BUCKETS)[number]

export interface DensityQuestion {
  /** First and last day, both included (YYYY-MM-DD); null: as the server has it, the year up to today. */
  readonly from: string | null
  readonly to: string | null
  readonly matter: string | null
  readonly rate: Rate
  readonly bucket: Bucket
  /** The first day of the bucket that is seen; null: the first one. */
  readonly frame: string | null
}

export const PLAIN_QUESTION: DensityQuestion = { from: null, to: null, matter: null, rate: 'count', bucket: 'none', frame: null }

/** Only what differs from the plain question, ready for an address. */
export function formatQuestion(question: DensityQuestion): string[] {
  return (Object.keys(PLAIN_QUESTION) as (keyof DensityQuestion)[])
    .filter((name) => question[name] !== PLAIN_QUESTION[name])
    .map((name) => `${name}=${encodeURIComponent(question[name] ?? '')}`)
}

/** read: the text of a field, empty where it is missing. What cannot be read is left out. */
export function readQuestion(read: (name: string) => string): DensityQuestion {
  return {
    from: asDay(read('from')),
    to: asDay(read('to')),
    matter: read('matter') || null,
    rate: RATES.find((name) => name === read('rate')) ?? 'count',
    bucket: BUCKETS.find((name) => name === read('bucket')) ?? 'none',
    frame: asDay(read('frame')),
  }
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
