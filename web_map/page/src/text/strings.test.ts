import { expect, test } from 'vitest'
import { isKey, type Key, STRINGS, translate } from './strings'

const sources = import.meta.glob('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

test('no key stands in two parts, where one would silently take the place of the other', () => {
  const parts = Object.values(import.meta.glob<Record<string, object>>('./strings_*.ts', { eager: true }))
  const keys = parts.flatMap((part) => Object.entries(part).filter(([name]) => name.endsWith('Zh')).flatMap(([, words]) => Object.keys(words)))
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  expect(keys.sort()).toEqual(Object.keys(STRINGS.zh).sort())
})

test('both languages have the same keys', () => {
  expect(Object.keys(STRINGS.en).sort()).toEqual(Object.keys(STRINGS.zh).sort())
})

test('no text is empty, and both languages are given the same facts', () => {
  for (const key of Object.keys(STRINGS.zh) as Key[]) {
    expect(STRINGS.zh[key], key).not.toBe('')
    expect(STRINGS.en[key], key).not.toBe('')
    expect(placeholders(STRINGS.en[key]), key).toEqual(placeholders(STRINGS.zh[key]))
  }
})

test('English has no Chinese in it, the product name apart', () => {
  for (const [key, text] of Object.entries(STRINGS.en)) {
    if (key !== 'page_title') expect(text, key).not.toMatch(/[\u4e00-\u9fff]/)
  }
})

test('facts are filled in, and a missing one stays visible', () => {
  expect(translate('en', 'results_count', { count: 3 })).toBe('3 results')
  expect(translate('zh', 'results_count')).toBe('{count} 个结果')
  expect(isKey('leader')).toBe(true)
  expect(isKey('toString')).toBe(false)
})

test('a word follows its number', () => {
  expect(translate('en', 'plan_edits', { count: 1 })).toBe('1 edit')
  expect(translate('en', 'plan_edits', { count: 0 })).toBe('0 edits')
  expect(translate('en', 'value_count', { value: '1,001' })).toBe('1,001 incidents')
  for (const text of Object.values(STRINGS.en)) expect(text.replace(/\{(\w+)\|[^{|}]+\|[^{|}]+\}/g, '')).not.toContain('|')
})

test('every text is used', () => {
  const code = Object.entries(sources)
    .filter(([path]) => !path.includes('/strings') && !path.includes('.test.'))
    .map(([, text]) => text)
    .join('\n')
  const named = [...code.matchAll(/named\(say, '(\w+)'/gi)].map(([, family]) => `${family}_`)
  const built = [...code.matchAll(/`(\w+_)\$\{/g)].map(([, family]) => family ?? '')
  const unused = Object.keys(STRINGS.zh).filter((key) => {
    if (code.includes(`'${key}'`)) return false
    if (key.endsWith('_text')) return !Object.hasOwn(STRINGS.zh, `status_${key.slice(0, -5)}`)
    return ![...named, ...built].some((family) => key.startsWith(family))
  })
  expect(unused).toEqual([])
})
