import { expect, it } from 'vitest'
import { limitOf } from './founding'

it('a limit is written as it is meant', () => {
  expect([limitOf(null), limitOf([1000, 3000]), limitOf([1, 1]), limitOf([0.5, null]), limitOf([null, 700])])
    .toEqual(['', '1000–3000', '1', '≥ 0.5', '≤ 700'])
})
