// One job that balances a community, followed while it runs; a reload of the page takes it up again.
import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../register/api'
import { endPartition, type PartitionJob, type Progress, readPartition, type Request, startPartition, watchPartition } from '../register/partitions'
import { asProblem } from '../register/use_answer'
import { inOrder } from '../register/in_order'

export interface Partition {
  readonly job: PartitionJob | null
  readonly progress: Progress | null
  readonly problem: Problem | null
  start(given: Request): void
  /** Ends the search with the best so far. */
  end(): void
  forget(): void
}

export function usePartition(plan: string): Partition {
  const store = `yiwang.partition.${plan}`
  const [code, setCode] = useState(() => sessionStorage.getItem(store))
  const [job, setJob] = useState<PartitionJob | null>(null)
  const [progress, setProgress] = useState<Progress | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const fail = (error: unknown) => setProblem(asProblem(error))
  const keep = (next: string | null) => {
    if (next) sessionStorage.setItem(store, next)
    else sessionStorage.removeItem(store)
    setJob(null)
    setProgress(null)
    setProblem(null)
    setCode(next)
  }

  useEffect(() => {
    if (!code) return
    let wanted = true
    const order = inOrder()
    const look = () => {
      const isNews = order()
      readPartition(code)
        .then((now) => {
          if (!wanted || !isNews()) return // else a search that has ended would seem to go on
          setJob(now)
          setProblem(null)
        })
        .catch((error: unknown) => wanted && isNews() && fail(error))
    }
    look()
    const stop = watchPartition(code, { progress: setProgress, changed: look, lost: look })
    return () => {
      wanted = false
      stop()
    }
  }, [code])

  return {
    job,
    progress,
    problem,
    start: (given) => {
      keep(null)
      startPartition(given).then(({ code: made }) => keep(made)).catch(fail)
    },
    end: () => {
      if (code) endPartition(code).catch(fail)
    },
    forget: () => keep(null),
  }
}
