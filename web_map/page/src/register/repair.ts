// Mending the net of a file: each fault with what becomes of it, and the mended file.
import { ask, askFile } from './api'
import { type FileTerms, fileForm } from './imports'
import type { Model } from './model'

export type RepairFault = Model<'RepairFaultOut'>
export type RepairChange = Model<'RepairChangeOut'>
export type Repair = Model<'RepairOut'>

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
