// Asks for the frames, the hot spots and the warnings of a question; the old answer stays until the new one is there.
import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../register/api'
import { asProblem } from '../register/use_answer'
import { type DensityAnswer, density, type EarlyWarning, type Emerging, earlyWarnings, emerging, type HotSpot, hotSpots } from './answers'
import type { DensityQuestion } from './question'

export interface Asked<T> {
  readonly answer: T | null
  readonly problem: Problem | null
  readonly busy: boolean
}

export interface DensityState {
  readonly frames: Asked<DensityAnswer>
  readonly hot: Asked<readonly HotSpot[]>
  readonly early: Asked<readonly EarlyWarning[]>
  readonly emerging: Asked<readonly Emerging[]>
}

export function useDensity(asked: DensityQuestion, turn: string): DensityState {
  const { from, to, matter, rate, bucket, unit, size } = asked
  return {
    frames: useAsked((signal) => density(asked, signal), [from, to, matter, rate, bucket, unit, size, turn]),
    hot: useAsked((signal) => hotSpots(asked, signal), [from, to, matter, turn]),
    emerging: useAsked((signal) => emerging(asked, signal), [from, to, matter, bucket, turn]),
    early: useAsked((signal) => earlyWarnings(asked, signal), [to, turn]),
  }
}

function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>, over: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<Asked<T>>({ answer: null, problem: null, busy: true })
  useEffect(() => {
    const abort = new AbortController()
    setState((old) => ({ ...old, busy: true }))
    ask(abort.signal)
      .then((answer) => setState({ answer, problem: null, busy: false }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setState({ answer: null, problem: asProblem(error), busy: false })
      })
    return () => abort.abort()
  }, over as unknown[])
  return state
}
