// Proposals for a balanced net: a job that tells how far it is, and what it has found so far.
import type { FeatureCollection, Polygon } from 'geojson'
import { ask, send } from './api'
import type { Model } from './model'
import type { Edited } from './plans'

/** A part of what can be asked for. */
export type Request = Model<'PartitionIn'> & { readonly weigh: Weighing }

export const WEIGHINGS = ['households', 'residents', 'buildings', 'workload'] as const satisfies readonly Weighing[]
export type Weighing = NonNullable<Model<'PartitionIn'>['weigh']>

export interface Progress {
  readonly state: JobState
  readonly share?: number
  readonly deviation?: number
  readonly proposals?: number
}
export type JobState = Model<'JobOut'>['state']

/** GeoJSON as the map library takes it. Weights of a grid stand under `weight` or `households`, as the search counted them. */
export type Proposed = FeatureCollection<Polygon, Readonly<Record<string, number | null>>>
export type Proposal = Omit<Model<'ProposalOut'>, 'net'> & { readonly net: Proposed }

/** A job's request and problem are kept as they came, whatever kind of job it is. */
export type PartitionJob = Omit<Model<'PartitionOut'>, 'request' | 'problem' | 'proposals' | 'preview'> & {
  readonly request: Request
  readonly problem: { readonly code?: string; readonly detail?: string; readonly facts?: Readonly<Record<string, unknown>> }
  readonly proposals?: readonly Proposal[] | null
  readonly preview?: (Omit<Model<'PartitionPreviewOut'>, 'net'> & { readonly net: Proposed }) | null
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
