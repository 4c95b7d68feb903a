// A pale colour for each grid, the same everywhere and always: a hash of the end of its code.
// The expression for the map and the function for everybody else give the same index.
import type { ExpressionSpecification } from 'maplibre-gl'
import { TINTS } from './palette'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const WEIGHTS = [1, 4, 3] as const // neighbours in sequence differ, and so do equal ends of nearby communities

export function tintIndex(code: string): number {
  const sum = WEIGHTS.reduce((total, weight, i) => {
    const digit = ALPHABET.indexOf(code.slice(code.length - 1 - i, code.length - i).toUpperCase())
    return total + weight * Math.max(0, code.length > i ? digit : 0)
  }, 0)
  return sum % TINTS.length
}

export function tintExpression(): ExpressionSpecification {
  const code: ExpressionSpecification = ['upcase', ['to-string', ['get', 'code']]]
  const digit = (i: number): ExpressionSpecification => [
    'case',
    ['>', ['length', code], i],
    ['max', 0, ['index-of', ['slice', code, ['-', ['length', code], i + 1], ['-', ['length', code], i]], ALPHABET]],
    0,
  ]
  const sum: ExpressionSpecification = ['+', ...WEIGHTS.map((w, i): ExpressionSpecification => ['*', w, digit(i)])]
  const pairs = TINTS.slice(0, -1).flatMap((tint, i): [number, string] => [i, tint])
  return ['match', ['%', sum, TINTS.length], ...pairs, TINTS[TINTS.length - 1]] as unknown as ExpressionSpecification
}
