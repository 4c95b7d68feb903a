// Colours of classes, the same as in the reports (web_map/report/palette.py; a test compares the two).

export const RAMP = ['#fff3c8', '#fcd98a', '#f2ad5a', '#dd7a3f', '#b8472f', '#7d1f24'] as const
export const NO_VALUE = '#e4e4e0'
export const ZERO = '#f7f7f4'

/** Class of a value: 0 for the lowest, -1 for zero, null without a value. breaks: upper bounds, included. */
export function classOf(value: number | null | undefined, breaks: readonly number[]): number | null {
  if (value === null || value === undefined) return null
  if (value <= 0 || !breaks.length) return -1
  const found = breaks.findIndex((high) => value <= high)
  return found < 0 ? breaks.length - 1 : found
}

export function colourOf(value: number | null | undefined, breaks: readonly number[]): string {
  const number = classOf(value, breaks)
  return number === null ? NO_VALUE : number < 0 ? ZERO : classColour(number, breaks.length)
}

/** Few classes are spread over the whole ramp; halves go down, as no ramp of six needs both neighbours. */
export function classColour(number: number, count: number): string {
  const place = count > 1 ? Math.ceil((number * (RAMP.length - 1)) / (count - 1) - 0.5) : 2
  return RAMP[Math.max(0, place)] ?? NO_VALUE
}

export interface ClassRow {
  readonly colour: string
  readonly low: number
  readonly high: number
}

/** The classes from the lowest. Of whole numbers each says the first and the last that it holds; empty ones go. */
export function classRows(breaks: readonly number[], whole: boolean): readonly ClassRow[] {
  return breaks
    .map((high, i) => {
      const below = breaks[i - 1] ?? 0
      const colour = classColour(i, breaks.length)
      return whole ? { colour, low: Math.floor(below) + 1, high: Math.floor(high) } : { colour, low: below, high }
    })
    .filter(({ low, high }) => low <= high)
}
