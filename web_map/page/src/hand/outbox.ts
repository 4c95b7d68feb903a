// What waits on this telephone to be sent, and what it knows without a network: IndexedDB, which survives
// reloading and closing.
import { newKey } from '../register/api'

export interface Entry {
  /** Its Idempotency-Key: however often it is sent, the register takes it once. */
  readonly id: string
  readonly kind: 'incident' | 'visit' | 'step'
  /** The account that wrote it; no other sends it. */
  readonly by: string
  readonly made: string
  /** What lists call it. */
  readonly label: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly photos: readonly Blob[]
  /** Its number in the register; the photos are still to follow. */
  readonly number: string | null
  readonly photosSent: number
  readonly tries: number
  readonly refused: { readonly code: string; readonly field: string; readonly detail: string } | null
}

/** One that has not left yet. */
export const newEntry = (given: Pick<Entry, 'kind' | 'by' | 'label' | 'path' | 'body'> & Partial<Pick<Entry, 'photos'>>): Entry => ({
  photos: [], ...given, id: newKey(), made: new Date().toISOString(), number: null, photosSent: 0, tries: 0, refused: null,
})

const [ENTRIES, KNOWN] = ['entries', 'known']

export const entries = async (): Promise<readonly Entry[]> =>
  (await run<Entry[]>(ENTRIES, 'readonly', (store) => store.getAll())).sort((a, b) => (a.made < b.made ? -1 : 1))
export const one = async (id: string): Promise<Entry | null> => (await run<Entry | undefined>(ENTRIES, 'readonly', (store) => store.get(id))) ?? null
export const keep = (entry: Entry) => run(ENTRIES, 'readwrite', (store) => store.put(entry))
export const drop = (id: string) => run(ENTRIES, 'readwrite', (store) => store.delete(id))

/** What was known last under this name, if this telephone keeps anything. */
export const known = <T>(name: string): Promise<T | null> => run<T | undefined>(KNOWN, 'readonly', (store) => store.get(name)).then((value) => value ?? null, () => null)
export const know = (name: string, value: unknown) =>
  run(KNOWN, 'readwrite', (store) => (value === null ? store.delete(name) : store.put(value, name))).catch(() => undefined)

let opening: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('yiwang-hand', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ENTRIES, { keyPath: 'id' })
      request.result.createObjectStore(KNOWN)
    }
    request.onsuccess = () => {
      request.result.onclose = () => { opening = null }
      resolve(request.result)
    }
    request.onerror = () => reject(request.error)
  }).catch((error: unknown) => {
    opening = null
    throw error
  })
  return opening
}

/** One transaction; done when it is written to the end. */
async function run<T>(name: string, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const database = await open()
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode)
    const request = ask(transaction.objectStore(name))
    transaction.oncomplete = () => resolve(request.result as T)
    transaction.onabort = () => reject(transaction.error ?? request.error)
    transaction.onerror = () => reject(transaction.error ?? request.error)
  })
}
