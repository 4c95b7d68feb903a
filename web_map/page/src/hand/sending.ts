// Sends what waits, the oldest first. Whatever may pass by itself waits on; what the server refuses is kept
// with its reason until somebody changes or drops it.
import { ask, type Problem } from '../register/api'
import { register } from '../register/incidents'
import { asProblem } from '../register/use_answer'
import { drop, type Entry, entries, keep, one } from './outbox'

export interface Delivered {
  readonly entry: Entry
  readonly warnings: readonly string[]
}

/** No network, no server, not signed in, too often: sending the same later may do. */
const mayPass = ({ status }: Problem): boolean => status === 0 || status === 401 || status === 408 || status === 429 || status >= 500

/** Send everything of this account; the first that has to wait stops it. */
export async function flush(account: string, onDelivered: (delivered: Delivered) => void): Promise<void> {
  await alone(async () => {
    for (const { id } of await entries()) {
      const entry = await one(id) // as it is now: sending takes its time
      if (!entry || entry.by !== account || entry.refused) continue
      const delivered = await deliver(entry)
      if (delivered === 'later') return
      if (delivered) onDelivered(delivered)
    }
  })
}

async function deliver(waiting: Entry): Promise<Delivered | 'later' | null> {
  let entry: Entry = { ...waiting, tries: waiting.tries + 1 }
  await keep(entry) // before it leaves: from here on the register may have it
  try {
    let warnings: readonly string[] = []
    if (entry.number === null) {
      const told = await register(entry.path, entry.body, entry.id)
      warnings = told.warnings
      entry = { ...entry, number: told.number }
      await keep(entry)
    }
    for (let at = entry.photosSent; at < entry.photos.length; at++) {
      const photo = entry.photos[at] as Blob
      await ask(`/v1/incidents/${entry.number}/photos`, { method: 'POST', body: photo, headers: { 'Content-Type': photo.type, 'Idempotency-Key': `${entry.id}.${at}` } })
      entry = { ...entry, photosSent: at + 1 }
      await keep(entry)
    }
    await drop(entry.id)
    return { entry, warnings }
  } catch (error) {
    const problem = asProblem(error)
    if (mayPass(problem)) return 'later'
    await keep({ ...entry, refused: { code: problem.code, field: fieldOf(problem), detail: problem.detail || problem.title } })
    return null
  }
}

/** Which member is at fault: of a refused row, or of the request itself. */
function fieldOf({ more }: Problem): string {
  const row: unknown = Array.isArray(more.rows) ? more.rows[0] : more
  const field = (row as { field?: unknown } | undefined)?.field
  return typeof field === 'string' ? field : ''
}

let busy = false
let wanted: (() => Promise<void>) | null = null

/** One sender at a time, among all windows where the browser can tell. What is wanted meanwhile comes after, the last of it. */
async function alone(work: () => Promise<void>): Promise<void> {
  wanted = work
  if (busy) return
  busy = true
  try {
    while (wanted) {
      const next: () => Promise<void> = wanted // of another account, it may be
      wanted = null
      if (navigator.locks) await navigator.locks.request('yiwang-outbox', { ifAvailable: true }, (lock) => (lock ? next() : undefined))
      else await next()
    }
  } finally {
    busy = false
  }
}
