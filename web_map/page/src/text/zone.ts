// Times of the district's clock, whatever clock the reader's machine goes by.

/** How far the clock of a zone is ahead of UTC at an instant, ms. */
function ahead(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(at)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = ['year', 'month', 'day', 'hour', 'minute', 'second']
    .map((name) => Number(parts.find(({ type }) => type === name)?.value))
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

const TO_THE_MINUTE = 16
export const TO_THE_MILLISECOND = 23

/** An instant as the clock of the zone shows it, 2026-05-03T14:30, or more exactly; empty where there is none. */
export function onTheClock(instant: string | null, timeZone: string, letters = TO_THE_MINUTE): string {
  const at = Date.parse(instant ?? '')
  return Number.isNaN(at) ? '' : new Date(at + ahead(at, timeZone)).toISOString().slice(0, letters)
}

/** The instant at which the clock of the zone shows this; null where it is no time. */
export function instantOf(shown: string, timeZone: string): string | null {
  const naive = Date.parse(`${shown}Z`)
  if (Number.isNaN(naive)) return null
  const near = naive - ahead(naive, timeZone)
  return new Date(naive - ahead(near, timeZone)).toISOString()
}
