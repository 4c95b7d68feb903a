// Words that the API sends as stable codes, in the reader's language; an unknown code is shown as it is.
import type { Say } from './language'
import { isKey } from './strings'

type Family = 'status' | 'do' | 'sent' | 'level' | 'duty' | 'role' | 'problem' | 'state' | 'step' | 'event' | 'finding' | 'refusal' | 'unit' | 'operation' | 'change' | 'check' | 'missing' | 'proposal' | 'fault' | 'column' | 'cause' | 'hot' | 'field' | 'thing'

export function named(say: Say, family: Family, code: string | null | undefined): string {
  if (!code) return ''
  const key = `${family}_${code.trim().replaceAll(/[\s-]+/g, '_').replace('²', '2')}`
  return isKey(key) ? say(key) : code
}

export function isNamed(family: Family, code: string): boolean {
  return isKey(`${family}_${code.trim().replaceAll(/[\s-]+/g, '_').replace('²', '2')}`)
}
