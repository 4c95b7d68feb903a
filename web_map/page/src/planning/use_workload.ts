// The hours a year of a plan's grids: asked after each edit, beside the table, never before it.
import { useEffect, useState } from 'preact/hooks'
import { readWorkload, type Workload } from '../register/plans'

/** What the last answer said, until the next one comes; null before the first and where nobody answers. */
export function useWorkload(code: string, version: number): Workload | null {
  const [workload, setWorkload] = useState<Workload | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    readWorkload(code, abort.signal)
      .then(setWorkload)
      .catch(() => {
        if (!abort.signal.aborted) setWorkload(null) // figures of another version would mislead
      })
    return () => abort.abort()
  }, [code, version])
  return workload
}
