// What waits on this telephone: sent at once, when the network returns, and every twenty seconds.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { drop, type Entry, entries, keep } from './outbox'
import { type Delivered, flush } from './sending'

const AGAIN_MS = 20_000

export interface Outbox {
  readonly mine: readonly Entry[]
  /** How many of other accounts wait until they sign in. */
  readonly others: number
  readonly delivered: readonly Delivered[]
  /** Rejects where the telephone keeps nothing. */
  put(entry: Entry, instead?: string): Promise<void>
  remove(id: string): Promise<void>
}

/** account: who is signed in; null: nothing is sent. */
export function useOutbox(account: string | null, signedIn: boolean, onDelivered: () => void): Outbox {
  const [all, setAll] = useState<readonly Entry[]>([])
  const [delivered, setDelivered] = useState<readonly Delivered[]>([])
  const told = useRef(onDelivered)
  told.current = onDelivered
  const look = useCallback(() => entries().then(setAll, () => setAll([])), [])
  const send = useCallback(() => {
    if (!account || !signedIn) return void look()
    void flush(account, (done) => {
      setDelivered((before) => [done, ...before].slice(0, 5))
      told.current()
    }).catch(() => undefined).finally(look) // a telephone that keeps nothing has nothing to send
  }, [account, signedIn])
  useEffect(() => {
    send()
    addEventListener('online', send)
    document.addEventListener('visibilitychange', send)
    const timer = setInterval(send, AGAIN_MS)
    return () => {
      removeEventListener('online', send)
      document.removeEventListener('visibilitychange', send)
      clearInterval(timer)
    }
  }, [send])
  return {
    mine: all.filter(({ by }) => by === account),
    others: all.filter(({ by }) => by !== account).length,
    delivered,
    put: async (entry, instead) => {
      await keep(entry)
      if (instead && instead !== entry.id) await drop(instead)
      void navigator.storage?.persist?.()
      await look()
      send()
    },
    remove: async (id) => {
      await drop(id)
      await look()
    },
  }
}
