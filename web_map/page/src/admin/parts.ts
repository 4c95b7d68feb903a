// Which parts of administration an account has; the server decides again with every request.
import type { Session } from '../register/types'

export const ADMIN_PARTS = ['import', 'repair', 'duties', 'access', 'versions'] as const
export type AdminPart = (typeof ADMIN_PARTS)[number]

const ROLES = ['reader', 'worker', 'clerk', 'dispatcher', 'planner', 'reviewer', 'approver', 'administrator']
const LOWEST: Readonly<Record<AdminPart, string>> = { import: 'planner', repair: 'planner', duties: 'clerk', access: 'administrator', versions: 'clerk' }
/** An account of one area imports nothing for the district, and keeps no accounts. */
const WHOLE_DISTRICT: readonly AdminPart[] = ['import', 'access']

export function partsFor(session: Session | null): readonly AdminPart[] {
  if (!session?.signed_in) return []
  const rank = ROLES.indexOf(session.role)
  return ADMIN_PARTS.filter((part) => rank >= ROLES.indexOf(LOWEST[part]) && !(session.area && WHOLE_DISTRICT.includes(part)))
}
