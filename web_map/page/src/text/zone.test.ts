import { expect, test } from 'vitest'
import { instantOf, onTheClock, TO_THE_MILLISECOND } from './zone'

test('a time is that of the district, not of the machine', () => {
  expect(onTheClock('2025-01-01T00:00:00+08:00', 'Asia/Shanghai')).toBe('2025-01-01T00:00')
  expect(onTheClock('2025-01-01T00:00:00.250+08:00', 'Asia/Shanghai', TO_THE_MILLISECOND)).toBe('2025-01-01T00:00:00.250')
  expect(instantOf('2025-01-01T00:00', 'Asia/Shanghai')).toBe('2024-12-31T16:00:00.000Z')
  expect(instantOf('2025-01-01T00:00', 'UTC')).toBe('2025-01-01T00:00:00.000Z')
})

test('the offset is that of the instant, also just after the clocks were changed', () => {
  // 29 March 2026, 01:00 UTC: from +1 to +2
  expect(instantOf('2026-03-29T01:30', 'Europe/Berlin')).toBe('2026-03-29T00:30:00.000Z')
  expect(instantOf('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(onTheClock('2026-03-29T01:30:00Z', 'Europe/Berlin')).toBe('2026-03-29T03:30')
})

test('what is no time has no instant', () => {
  expect(instantOf('', 'Asia/Shanghai')).toBeNull()
  expect(onTheClock(null, 'Asia/Shanghai')).toBe('')
  expect(onTheClock('soon', 'Asia/Shanghai')).toBe('')
})
