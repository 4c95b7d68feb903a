// Mending the net of a file: each fault with what becomes of it, and the mended file.
import type { Geometry } from 'geojson'
import { ask, askFile } from './api'
import type { Bounds } from './coordinates'
import { type FileTerms, fileForm } from './imports'

export interface RepairFault {
  readonly number: number
  readonly kind: string
  readonly polygons: readonly string[]
  readonly area_m2: number | null
  readonly width_m: number | null
  /** Whether it can be left; borders that differ are mended in any case. */
  readonly choice: boolean
  readonly mended: boolean
  readonly goes_to: string | null
  readonly bounds: Bounds | null
  readonly geometry: Geometry | null
}

export interface RepairChange {
  readonly polygon: string
  readonly gained_m2: number
  readonly lost_m2: number
  readonly before: Geometry | null
  readonly after: Geometry | null
}

export interface Repair {
  readonly polygons: number
  readonly remaining: Readonly<Record<string, number>>
  readonly is_sound: boolean
  readonly vanished: readonly string[]
  readonly faults: readonly RepairFault[]
  readonly untold: number
  readonly changes: readonly RepairChange[]
}

export interface RepairTerms extends FileTerms {
  /** Gaps narrower than this are filled, metres. */
  readonly width: number
  /** Numbers of the faults that stay as they are. */
  readonly leave: readonly number[]
}

export const REPAIR_MOST_BYTES = 64 * 2 ** 20

function form(file: File, terms: RepairTerms): FormData {
  const made = fileForm(file, { ...terms, mapping: {} })
  made.set('max_gap_width', String(terms.width))
  if (terms.mapping.code) made.set('code', terms.mapping.code)
  if (terms.leave.length) made.set('leave', JSON.stringify(terms.leave))
  return made
}

export const previewRepair = (file: File, terms: RepairTerms, signal: AbortSignal) =>
  ask<Repair>('/v1/net/repair', { method: 'POST', body: form(file, terms), signal })

export function mendedFile(file: File, terms: RepairTerms, format: 'geojson' | 'gpkg'): Promise<Blob> {
  const made = form(file, terms)
  made.set('save', format)
  return askFile('/v1/net/repair', { method: 'POST', body: made })
}
