// Duties as a workbook, accounts, keys and net versions.
import { ask, askFile, query, send } from './api'
import type { Model } from './model'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const WORKBOOK_MOST_BYTES = 32 * 2 ** 20

export type DutyDifference = Model<'DutyDifferenceOut'>

export const dutyWorkbook = () => askFile('/v1/duties/workbook')

/** commit: the key under which it is written once; null: only the difference. */
export const sendWorkbook = (file: Blob, endMissing: boolean, commit: string | null) =>
  ask<DutyDifference>(`/v1/duties/workbook?${query({ commit: String(commit !== null), end_missing: String(endMissing) })}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': XLSX, ...(commit ? { 'Idempotency-Key': commit } : {}) },
  })

export type Account = Model<'AccountOut'>
/** password: null keeps that of an account that is there. */
export type AccountTerms = Required<Model<'AccountIn'>>

export const accounts = () => ask<readonly Account[]>('/v1/accounts')
export const putAccount = (name: string, terms: AccountTerms) => send<Account>('PUT', `/v1/accounts/${encodeURIComponent(name)}`, terms)
export const removeAccount = (name: string) => send<void>('DELETE', `/v1/accounts/${encodeURIComponent(name)}`)

export type Key = Model<'KeyOut'>
export type KeyTerms = Required<Model<'KeyIn'>>

export const keys = () => ask<readonly Key[]>('/v1/keys')
export const makeKey = (terms: KeyTerms) => send<Model<'NewKeyOut'>>('POST', '/v1/keys', terms)
export const revokeKey = (code: string) => send<void>('DELETE', `/v1/keys/${code}`)

export type NetVersion = Model<'NetVersionOut'>

export const VERSIONS_AT_ONCE = 50
export const netVersions = (before: number | null) => ask<readonly NetVersion[]>(`/v1/net/versions?${query({ limit: VERSIONS_AT_ONCE, ...(before === null ? {} : { before }) })}`)
