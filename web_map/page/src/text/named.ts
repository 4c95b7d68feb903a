// Words that the API sends as stable codes, in the reader's language; an unknown code is shown as it is.
import type { Say } from './language'
import { isKey } from './strings'

type Family = 'status' | 'do' | 'sent' | 'level' | 'duty' | 'role' | 'problem' | 'state' | 'step' | 'event' | 'finding' | 'refusal' | 'unit' | 'operation' | 'change' | 'check' | 'missing' | 'proposal' | 'fault' | 'column' | 'cause' | 'hot' | 'field' | 'thing'

export const named = (say: Say, family: Family, code: string | null | undefined): string => (code ? (ifNamed(say, family, code) ?? code) : '')

/** The words for a code, null where there are none. */
export function ifNamed(say: Say, family: Family, code: string): string | null {
  const key = `${family}_${keyPart(code)}`
  return isKey(key) ? say(key) : null
}

/** A code as a part of a text key. */
export const keyPart = (code: string): string => code.trim().replaceAll(/[\s-]+/g, '_').replace('²', '2')
