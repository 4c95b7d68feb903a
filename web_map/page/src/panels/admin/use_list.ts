// A list of the register that an administrator changes: read, and read again after every change.
import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../../register/api'
import { asProblem } from '../../register/use_answer'
import { useInOrder } from '../../register/in_order'

export interface Listed<T> {
  readonly rows: readonly T[] | null
  readonly problem: Problem | null
  readonly busy: boolean
  reload(): void
  /** Does something and reads the list again; true if it was done. */
  change(work: () => Promise<unknown>): Promise<boolean>
}

export function useList<T>(read: () => Promise<readonly T[]>, turn: string): Listed<T> {
  const [rows, setRows] = useState<readonly T[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const order = useInOrder()
  const reload = () => {
    const isNews = order()
    read()
      .then((found) => {
        if (!isNews()) return
        setRows(found)
        setProblem(null)
      })
      .catch((error: unknown) => isNews() && setProblem(asProblem(error)))
  }
  useEffect(reload, [turn])
  const change = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
      reload()
      return true
    } catch (error) {
      setProblem(asProblem(error))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { rows, problem, busy, reload, change }
}
