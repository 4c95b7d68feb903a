// What the server says in English, as a sentence in the reader's language: written from its code and its facts.
import type { Problem } from '../register/api'
import type { Say } from './language'
import { ifNamed, keyPart, named } from './named'
import { isKey } from './strings'

export type Told = Readonly<Record<string, unknown>>

/** Which words a fact is in, by its name; others are shown as they are. */
const WORDS: Readonly<Record<string, (say: Say, code: string) => string>> = {
  kind: (say, code) => named(say, 'thing', code),
  what: (say, code) => named(say, 'thing', code),
  level: (say, code) => named(say, 'level', code),
  levels: (say, code) => named(say, 'level', code),
  parent_level: (say, code) => named(say, 'level', code),
  role: (say, code) => named(say, 'duty', code),
  column: (say, code) => named(say, 'column', code),
}

/** The sentence with every fact filled in: of the rule that is broken, else of the code; null where there is none. */
export function sentence(say: Say, code: string, told: Told = {}): string | null {
  const all = { ...told, ...inner(told.facts), ...inner(told.numbers) }
  const facts = spoken(say, all)
  for (const key of [typeof all.rule === 'string' ? `rule_${keyPart(all.rule)}` : '', `why_${keyPart(code)}`]) {
    if (!isKey(key)) continue
    const text = say(key, facts)
    if (!/\{\w+\}/.test(text)) return text
  }
  return null
}

/** The sentence of a refused request, else the short words for its code; null for an unknown one. */
export const wordsFor = (say: Say, code: string, told: Told = {}): string | null =>
  sentence(say, code, told) ?? ifNamed(say, 'refusal', code) ?? ifNamed(say, 'problem', code) ?? ifNamed(say, 'fault', code)

/** The same of one row or finding of a file. */
export const wordsForFault = (say: Say, code: string, told: Told = {}): string | null =>
  sentence(say, code, told) ?? ifNamed(say, 'fault', code) ?? ifNamed(say, 'refusal', code) ?? ifNamed(say, 'problem', code)

/** Why a request was refused, in the reader's words; the server's own where there are none. */
export const reasonOf = (say: Say, { code, more, detail, title }: Problem): string => wordsFor(say, code, more) ?? (detail || title || say('problem_generic'))

function spoken(say: Say, told: Told): Record<string, string | number> {
  const facts: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(told)) {
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined
    const one = (each: unknown) => (word ? word(say, String(each)) : String(each))
    if (Array.isArray(value)) facts[name] = value.map(one).join(say('list_comma'))
    else if (typeof value === 'number') facts[name] = value
    else if (typeof value === 'string' && value !== '') facts[name] = one(value)
  }
  return facts
}

const inner = (value: unknown): Told => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Told) : {})
