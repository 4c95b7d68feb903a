// Every word the page shows, in both languages. `translate` fills in `{name}`, and of `{name|one|more}` the word that
// fits the number.
import { adminEn, adminZh } from './strings_admin'
import { balanceEn, balanceZh } from './strings_balance'
import { callsEn, callsZh } from './strings_calls'
import { cardEn, cardZh } from './strings_card'
import { compareEn, compareZh } from './strings_compare'
import { coverageEn, coverageZh } from './strings_coverage'
import { densityEn, densityZh } from './strings_density'
import { elementsEn, elementsZh } from './strings_elements'
import { faultsEn, faultsZh } from './strings_faults'
import { filesEn, filesZh } from './strings_files'
import { handEn, handZh } from './strings_hand'
import { mapEn, mapZh } from './strings_map'
import { pageEn, pageZh } from './strings_page'
import { planEn, planZh } from './strings_plan'
import { printEn, printZh } from './strings_print'
import { reasonsEn, reasonsZh } from './strings_reasons'
import { refusalsEn, refusalsZh } from './strings_refusals'
import { welcomeEn, welcomeZh } from './strings_welcome'

const zh = {
  ...adminZh,
  ...balanceZh,
  ...callsZh,
  ...cardZh,
  ...compareZh,
  ...coverageZh,
  ...densityZh,
  ...elementsZh,
  ...faultsZh,
  ...filesZh,
  ...handZh,
  ...mapZh,
  ...pageZh,
  ...planZh,
  ...printZh,
  ...reasonsZh,
  ...refusalsZh,
  ...welcomeZh,
} as const

export type Key = keyof typeof zh

const en: Readonly<Record<Key, string>> = {
  ...adminEn,
  ...balanceEn,
  ...callsEn,
  ...cardEn,
  ...compareEn,
  ...coverageEn,
  ...densityEn,
  ...elementsEn,
  ...faultsEn,
  ...filesEn,
  ...handEn,
  ...mapEn,
  ...pageEn,
  ...planEn,
  ...printEn,
  ...reasonsEn,
  ...refusalsEn,
  ...welcomeEn,
}

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
export const STRINGS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { zh, en }

export type Facts = Readonly<Record<string, string | number>>

export function translate(language: Language, key: Key, facts: Facts = {}): string {
  return STRINGS[language][key]
    .replace(/\{(\w+)\|([^|}]*)\|([^|}]*)\}/g, (_, name: string, one: string, more: string) => (String(facts[name]) === '1' ? one : more))
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(zh, text)
}
