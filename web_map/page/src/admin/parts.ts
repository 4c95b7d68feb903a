// Which parts of administration an account has.
import { isAtLeast, type Role } from '../register/roles'
import type { Session } from '../register/types'

export const ADMIN_PARTS = ['import', 'repair', 'duties', 'access', 'versions'] as const
export type AdminPart = (typeof ADMIN_PARTS)[number]

const LOWEST: Readonly<Record<AdminPart, Role>> = { import: 'planner', repair: 'planner', duties: 'clerk', access: 'administrator', versions: 'clerk' }
/** An account of one area imports nothing for the district, and keeps no accounts. */
const WHOLE_DISTRICT: readonly AdminPart[] = ['import', 'access']

export function partsFor(session: Session | null): readonly AdminPart[] {
  if (!session?.signed_in) return []
  return ADMIN_PARTS.filter((part) => isAtLeast(session, LOWEST[part]) && !(session.area && WHOLE_DISTRICT.includes(part)))
}
