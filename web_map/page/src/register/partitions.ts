// Proposals for a balanced net: a job that tells how far it is, and what it has found so far.
import type { FeatureCollection, Polygon } from 'geojson'
import { ask, send } from './api'
import type { Edited } from './plans'

export interface Request {
  readonly community: string
  readonly plan: string
  /** Only these grids; none: all of the community. */
  readonly chosen?: readonly string[]
  /** Grids that stay as they are. */
  readonly locked?: readonly string[]
  readonly grids?: number
  readonly bounds?: readonly [least: number, most: number]
  readonly weigh: Weighing
}

export const WEIGHINGS = ['households', 'residents', 'buildings', 'workload'] as const
export type Weighing = (typeof WEIGHINGS)[number]

export interface Progress {
  readonly state: JobState
  readonly share?: number
  readonly deviation?: number
  readonly proposals?: number
}
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** Weights of a grid stand under `weight` or `households`, as the search counted them. */
export type Proposed = FeatureCollection<Polygon, Readonly<Record<string, number | null>>>

export interface Proposal {
  readonly name: string
  readonly finished: boolean
  readonly figures: {
    readonly grids: number
    readonly max_deviation?: number
    readonly mean_compactness?: number
    readonly along_barriers?: number
    readonly moved_households?: number | null
    /** Grids of today that keep none of their ground: they go to where there are too many. */
    readonly relocated?: readonly string[]
    readonly split_compounds?: readonly string[]
  }
  readonly blockers: readonly { readonly cause: string; readonly message: string }[]
  readonly net: Proposed
}

export interface PartitionJob {
  readonly code: string
  readonly state: JobState
  readonly request: Request
  readonly problem: { readonly code?: string; readonly detail?: string; readonly facts?: Readonly<Record<string, unknown>> }
  readonly ended_at: string | null
  /** The grids that the proposals take the place of. */
  readonly grids?: readonly string[]
  readonly proposals?: readonly Proposal[]
  /** The best so far of the proposal that is searched, while the job runs. */
  readonly preview?: { readonly name: string; readonly number: number; readonly net: Proposed }
  readonly left_out?: Readonly<Record<string, string>>
}

const at = (code: string, what = '') => `/v1/partitions/${encodeURIComponent(code)}${what}`
export const startPartition = (given: Request) => send<PartitionJob>('POST', '/v1/partitions', given)
export const readPartition = (code: string) => ask<PartitionJob>(at(code))
export const endPartition = (code: string) => send<PartitionJob>('DELETE', at(code))
export const takeProposal = (code: string, plan: string, proposal: string, seen: number, key: string) => send<Edited>('POST', at(code, '/edit'), { plan, proposal }, seen, key)

/** Listens until the job has ended or the returned function is called; a broken line is taken up again. */
export function watchPartition(code: string, told: { progress: (now: Progress) => void; changed: () => void; lost: () => void }): () => void {
  const source = new EventSource(at(code, '/events'))
  source.addEventListener('progress', ({ data }: MessageEvent<string>) => told.progress(JSON.parse(data) as Progress))
  source.addEventListener('proposal', told.changed)
  source.addEventListener('end', () => {
    source.close()
    told.changed()
  })
  source.addEventListener('error', told.lost)
  return () => source.close()
}
