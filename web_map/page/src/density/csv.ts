// The answer as a file: a row for each cell and bucket.
import type { DensityAnswer } from './answers'

const HEAD = ['name', 'from', 'count', 'value'] as const

export function asCsv(answer: DensityAnswer): string {
  const rows = answer.buckets.flatMap((bucket, k) =>
    answer.codes.map((code, i) => [code, answer.names[i] ?? '', bucket, answer.counts[k]?.[i] ?? '', answer.values[k]?.[i] ?? '']),
  )
  // the mark at the start tells spreadsheets that this is UTF-8
  return `\ufeff${[[answer.unit === 'grid' ? 'grid' : 'code', ...HEAD], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Quoted where needed; a text that a spreadsheet would take for a formula is shown as text. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
