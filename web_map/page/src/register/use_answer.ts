// Asks for what is selected; a newer question cancels the older one, and the old answer stays until then.
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Language } from '../text/strings'
import { type Asked, lookup, Problem } from './api'
import type { Answer } from './types'

export interface AnswerState {
  readonly asked: Asked | null
  readonly answer: Answer | null
  readonly problem: Problem | null
  readonly busy: boolean
}

const NOTHING: AnswerState = { asked: null, answer: null, problem: null, busy: false }

/** `turn` changes when the same question must be asked again: another account, another try. */
export function useAnswer(asked: Asked | null, language: Language, time: string | null, turn: string): AnswerState {
  const [state, setState] = useState(NOTHING)
  useLayoutEffect(() => { // not after the frame: drawing the map would come before the question
    if (!asked) {
      setState(NOTHING)
      return
    }
    const abort = new AbortController()
    setState((old) => ({ ...old, busy: true }))
    lookup(asked, language, time, abort.signal)
      .then((answer) => setState({ asked, answer, problem: null, busy: false }))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return
        setState({ asked, answer: null, problem: asProblem(error), busy: false })
      })
    return () => abort.abort()
  }, [asked, language, time, turn])
  return asked ? state : NOTHING
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'unexpected', '', String(error))
}
