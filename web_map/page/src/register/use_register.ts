// What the page asks once: which district this is, and who is signed in.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { district as fetchDistrict, session as fetchSession, type Problem } from './api'
import type { District, Session } from './types'
import { asProblem } from './use_answer'
import { useInOrder } from './in_order'

export interface DistrictState {
  readonly district: District | null
  /** Why nobody answers; null while somebody does. */
  readonly problem: Problem | null
  readonly reload: () => void
  /** Another question stayed without an answer: the district is asked until one comes. */
  readonly lose: (problem: Problem) => void
}

const LOOK_AGAIN_MS = 30_000
const SOON_MS = 4_000 // while there is no answer

/** The district, looked up again now and then: a published net or a lost database shows by itself. */
export function useDistrict(): DistrictState {
  const [district, setDistrict] = useState<District | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const told = useInOrder()
  const reload = useCallback(() => {
    const isNews = told()
    fetchDistrict()
      .then((next) => {
        if (!isNews()) return
        setDistrict(next)
        setProblem(null)
      })
      .catch((error: unknown) => isNews() && setProblem(asProblem(error)))
  }, [])
  useEffect(reload, [reload])
  useEffect(() => {
    const timer = setInterval(reload, problem ? SOON_MS : LOOK_AGAIN_MS)
    addEventListener('online', reload)
    return () => {
      clearInterval(timer)
      removeEventListener('online', reload)
    }
  }, [reload, problem !== null])
  return { district, problem, reload, lose: setProblem }
}

export function useSession(): { session: Session | null; reload: () => void } {
  const [session, setSession] = useState<Session | null>(null)
  const asked = useRef(0)
  const reload = useCallback(() => {
    const turn = ++asked.current
    // an older answer that comes late does not sign out who has signed in meanwhile
    const put = (next: Session | null) => turn === asked.current && setSession(next)
    fetchSession()
      .then(put)
      .catch(() => put(null)) // nobody is signed in
  }, [])
  useEffect(reload, [reload])
  return { session, reload }
}
