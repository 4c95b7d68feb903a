// An incident as the register takes it, from a desk or from the hand.
import { send } from './api'
import type { Model } from './model'

export interface Registered {
  readonly number: string
  /** Codes of what the register noticed. */
  readonly warnings: readonly string[]
}

/** Of a report that is no incident none of it. */
type Told = Partial<Pick<Model<'TakenOut'>, 'numbers' | 'incidents'>>

/** key: sent again it is registered once. Other reports (visits, steps) go the same way and have no number. */
export async function register(path: string, body: Readonly<Record<string, unknown>>, key: string): Promise<Registered> {
  const told = await send<Told>('POST', path, body, undefined, key)
  return { number: told.numbers?.[0] ?? '', warnings: (told.incidents?.[0]?.warnings ?? []).map(({ code }) => code) }
}
