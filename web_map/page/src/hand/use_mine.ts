// What is one's own: asked for, and kept on the telephone for days without a network until one signs out.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { ask, type Problem } from '../register/api'
import type { Model } from '../register/model'
import { isAtLeast } from '../register/roles'
import type { Matter, Session } from '../register/types'
import { asProblem } from '../register/use_answer'
import { useInOrder } from '../register/in_order'
import { know, known } from './outbox'

export type Task = Model<'TaskOut'>
export type Mine = Model<'MineOut'>

export const worksHere = (session: Session | null): session is Session => session?.signed_in === true && isAtLeast(session, 'worker')

/** Who this telephone belongs to: who is signed in, else, while the server cannot say, who was last. */
export function useOwner(session: Session | null): Session | null {
  const [last, setLast] = useState<Session | null>(null)
  useEffect(() => {
    if (session === null) void known<Session>('session').then(setLast)
    else void know('session', session.signed_in ? session : null)
  }, [session])
  return session ?? last
}

export function useMine(owner: Session | null, turn: number): { mine: Mine | null; problem: Problem | null; reload: () => void } {
  const [mine, setMine] = useState<Mine | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = worksHere(owner) ? owner.name : null
  const order = useInOrder()
  const reload = useCallback(() => {
    if (name === null) return
    const isNews = order()
    ask<Mine>('/v1/affairs/mine').then((told) => {
      if (!isNews()) return
      setMine(told)
      setProblem(null)
      void know('mine', { by: name, told })
    }).catch((error: unknown) => isNews() && setProblem(asProblem(error)))
  }, [name])
  useEffect(() => {
    order()() // what somebody else was asked for counts no more
    setMine(null)
    setProblem(null)
    if (owner && !owner.signed_in) void know('mine', null)
    if (name === null) return
    void known<{ by: string; told: Mine }>('mine').then((kept) => kept?.by === name && setMine((now) => now ?? kept.told))
  }, [name, owner?.signed_in])
  useEffect(reload, [reload, turn])
  return { mine, problem, reload }
}

/** The matters that have none below them, with those above them for their headings. */
export function useMatters(): readonly Matter[] {
  const [matters, setMatters] = useState<readonly Matter[]>([])
  useEffect(() => {
    void known<readonly Matter[]>('matters').then((kept) => kept && setMatters((now) => (now.length ? now : kept)))
    ask<Model<'MattersOut'>>('/v1/matters').then(({ matters: told }) => {
      setMatters(told)
      void know('matters', told)
    }).catch(() => undefined) // those of before stay
  }, [])
  return matters
}
