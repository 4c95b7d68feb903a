// Duties as a workbook, accounts, keys and net versions.
import { ask, askFile, query, send } from './api'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const WORKBOOK_MOST_BYTES = 32 * 2 ** 20

export interface DutyChange {
  readonly row: number | null
  readonly action: string
  readonly party: string
  readonly party_name: string | null
  readonly role: string
  readonly place: string
  readonly fields: Readonly<Record<string, readonly [string, string]>>
}

export interface DutyRefused {
  readonly row: number | null
  readonly field: string
  readonly code: string
  readonly reason: string
  readonly facts: Readonly<Record<string, unknown>>
}

export interface DutyDifference {
  readonly committed: boolean
  readonly may_commit: boolean
  readonly unchanged: number
  readonly changes: readonly DutyChange[]
  readonly refused: readonly DutyRefused[]
}

export const dutyWorkbook = () => askFile('/v1/duties/workbook')

/** commit: the key under which it is written once; null: only the difference. */
export const sendWorkbook = (file: Blob, endMissing: boolean, commit: string | null) =>
  ask<DutyDifference>(`/v1/duties/workbook?${query({ commit: String(commit !== null), end_missing: String(endMissing) })}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': XLSX, ...(commit ? { 'Idempotency-Key': commit } : {}) },
  })

export interface Account {
  readonly name: string
  readonly role: string
  readonly datum: string | null
  readonly area: string | null
  readonly party: string | null
}

/** password: null keeps that of an account that is there. */
export type AccountTerms = Omit<Account, 'name'> & { readonly password: string | null }

export const accounts = () => ask<readonly Account[]>('/v1/accounts')
export const putAccount = (name: string, terms: AccountTerms) => send<Account>('PUT', `/v1/accounts/${encodeURIComponent(name)}`, terms)
export const removeAccount = (name: string) => send<void>('DELETE', `/v1/accounts/${encodeURIComponent(name)}`)

export interface Key extends Account {
  readonly code: string
  readonly per_minute: number
  readonly made_by: string
  readonly made_at: string
  readonly expires_at: string
  readonly revoked_at: string | null
}

export interface KeyTerms extends Account {
  readonly days: number
  readonly per_minute: number
}

export const keys = () => ask<readonly Key[]>('/v1/keys')
export const makeKey = (terms: KeyTerms) => send<Key & { readonly key: string }>('POST', '/v1/keys', terms)
export const revokeKey = (code: string) => send<void>('DELETE', `/v1/keys/${code}`)

export interface NetVersion {
  readonly number: number
  readonly effective_from: string
  readonly recorded_at: string
  readonly cause: string
  readonly note: string
  readonly made_by: string
  readonly changed: number
  readonly new: number
  readonly retired: number
  readonly plan: string | null
  readonly title: string | null
}

export const VERSIONS_AT_ONCE = 50
export const netVersions = (before: number | null) => ask<readonly NetVersion[]>(`/v1/net/versions?${query({ limit: VERSIONS_AT_ONCE, ...(before === null ? {} : { before }) })}`)
