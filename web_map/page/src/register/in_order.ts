// Answers in the order of their questions: a late one about an older state does not take the place of a newer one.
import { useMemo } from 'preact/hooks'

/** Called with each question; what it gives says, when the answer is there, whether it counts. */
export type Order = () => () => boolean

/** An answer counts unless one to a later question has come before it. */
export function inOrder(): Order {
  let asked = 0
  let told = 0
  return () => {
    const turn = ++asked
    return () => {
      if (turn < told) return false
      told = turn
      return true
    }
  }
}

/** Of several questions only the answer to the last counts. */
export function lastOnly(): Order {
  let asked = 0
  return () => {
    const turn = ++asked
    return () => turn === asked
  }
}

export const useInOrder = (): Order => useMemo(inOrder, [])
export const useLastOnly = (): Order => useMemo(lastOnly, [])
