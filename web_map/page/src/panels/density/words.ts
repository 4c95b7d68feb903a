// Figures and buckets as the reader writes them.
import type { Bucket, Rate } from '../../density/question'
import { type Locale, numberFormat, type Say } from '../../text/language'

/** Counts whole, rates to three figures. */
export function formatValue({ language }: Locale, value: number, rate: Rate): string {
  return numberFormat(language, rate === 'count' ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).format(value)
}

export function saidValue(say: Say, locale: Locale, value: number | null | undefined, rate: Rate): string {
  return value === null || value === undefined ? say('value_none') : say(`value_${rate}`, { value: formatValue(locale, value, rate) })
}

/** day: the first of the bucket (YYYY-MM-DD), a day of the district and not an instant. */
export function bucketName(say: Say, { language }: Locale, day: string, bucket: Bucket): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: 'UTC', ...options }).format(new Date(`${day}T00:00:00Z`))
  if (bucket === 'month') return format({ year: 'numeric', month: 'long' })
  return say('density_week_of', { day: format({ dateStyle: 'medium' }) })
}
