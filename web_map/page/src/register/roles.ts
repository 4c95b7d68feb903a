// The roles of accounts, the lowest first; the server decides again with every request.
import type { Session } from './types'

export const ROLES = ['reader', 'worker', 'clerk', 'dispatcher', 'planner', 'reviewer', 'approver', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** Whether an account has this role or a higher one; without a session, no. */
export function isAtLeast(session: Session | null, role: Role): boolean {
  return session !== null && (ROLES as readonly string[]).indexOf(session.role) >= ROLES.indexOf(role)
}
