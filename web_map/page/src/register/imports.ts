// Files of offices into the register: a dry run with its report, then the import itself.
import type { Geometry } from 'geojson'
import type { Told } from '../text/sentence'
import { ask, Problem } from './api'
import { asProblem } from './use_answer'

export const IMPORT_KINDS = ['areas', 'grids', 'buildings', 'compounds', 'addresses', 'leaders', 'lines', 'incidents', 'elements'] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]

/** Larger files go through the command line; the server says the same by the length of the request. */
export const MOST_BYTES = 512 * 2 ** 20

export interface RefusedRow {
  readonly row: number
  readonly field: string
  readonly value: string
  readonly code: string
  readonly reason: string
  readonly facts: Told
  readonly lon: number | null
  readonly lat: number | null
}

export interface Finding {
  readonly code: string
  readonly message: string
  readonly facts: Told
  readonly blocks: boolean
  readonly rows: readonly number[]
}

export interface CoverageFault {
  readonly kind: string
  readonly codes: readonly string[]
  readonly area_m2: number | null
  readonly length_m: number | null
  readonly width_m: number | null
  readonly lon: number | null
  readonly lat: number | null
  readonly shape: Geometry | null
}

export interface ImportReport {
  readonly kind: ImportKind
  readonly file: string
  readonly sha256: string
  readonly format: string
  readonly frame: string | null
  readonly mapping: Readonly<Record<string, string>>
  readonly rows: { readonly read: number; readonly accepted: number; readonly refused: number; readonly duplicate: number }
  readonly refused: readonly RefusedRow[]
  readonly findings: readonly Finding[]
  readonly coverage: { readonly counts: Readonly<Record<string, number>>; readonly faults: readonly CoverageFault[] }
  readonly tally: Readonly<Record<string, number>>
  readonly net_version: number | null
  readonly may_commit: boolean
  readonly committed: boolean
}

/** What the user says about a file; an empty text: as the file says. */
export interface FileTerms {
  readonly datum: string
  readonly crs: string
  readonly swap: boolean
  readonly layer: string
  readonly encoding: string
  readonly mapping: Readonly<Record<string, string>>
}

export interface ImportTerms extends FileTerms {
  readonly kind: ImportKind
  readonly line: string
  readonly lineName: string
  readonly skipRefused: boolean
  readonly acceptFaults: boolean
}

export const PLAIN_FILE: FileTerms = { datum: '', crs: '', swap: false, layer: '', encoding: '', mapping: {} }

/** commit: the key under which the import is done once, however often the request comes; null: a dry run. */
export function importFile(file: File, terms: ImportTerms, commit: string | null, signal: AbortSignal): Promise<ImportReport> {
  const form = fileForm(file, terms)
  form.set('kind', terms.kind)
  if (terms.kind === 'lines') {
    form.set('line', terms.line)
    form.set('line_name', terms.lineName)
  }
  if (terms.skipRefused) form.set('skip_refused', 'true')
  if (terms.acceptFaults) form.set('accept_faults', 'true')
  if (commit) form.set('commit', 'true')
  return ask<ImportReport>('/v1/imports', { method: 'POST', body: form, signal, ...(commit ? { headers: { 'Idempotency-Key': commit } } : {}) })
}

export function fileForm(file: File, { datum, crs, swap, layer, encoding, mapping }: FileTerms): FormData {
  const form = new FormData()
  form.set('file', file, file.name)
  for (const [name, value] of Object.entries({ datum, crs: crs.trim(), layer, encoding })) if (value) form.set(name, value)
  if (swap) form.set('swap', 'true')
  if (Object.keys(mapping).length) form.set('mapping', JSON.stringify(mapping))
  return form
}

/** Why a file could not be sent: one that was saved again since it was chosen is read no more by the browser, which says nothing of it. */
export async function whyNotSent(file: File, error: unknown): Promise<Problem> {
  const problem = asProblem(error)
  if (problem.status !== 0) return problem
  const isReadable = await file.slice(0, 1).arrayBuffer().then(() => true, () => false)
  return isReadable ? problem : new Problem(400, 'file-changed', '', '')
}
