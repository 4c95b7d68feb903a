// Answers in the order of their questions: a late one about an older state does not take the place of a newer one.
import { useMemo } from 'preact/hooks'

/** Called with each question; what it gives says, when the answer is there, that none to a later question came before. */
export type Order = () => () => boolean

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

export const useInOrder = (): Order => useMemo(inOrder, [])
