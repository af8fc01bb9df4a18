// Lists, numbers and units as people read them. Formatted by Intl: what stands between names, in a number and before a unit is each language's own.

/** "Ann, Ben and Carl"; "Ann、Ben和Carl". */
export const listOf = (items: readonly string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(items)

/** Things side by side, without an "and": "180, 360, 720"; "180、360、720". */
export const rowOf = (items: readonly string[], locale: string): string =>
  // Of Intl's lists the one made for this, `unit`, puts nothing between things in Chinese.
  new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' }).format(items)

const exactly = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits })

export type Unit = 'millisecond' | 'second' | 'minute' | 'hour' | 'kilobit-per-second' | 'megabit-per-second'

/** "1.2 sec", "42 ms", "820 kb/s"; "1.2秒". `digits` after the point, always as many. */
export const amountOf = (value: number, unit: Unit, locale: string, digits = 0): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', ...exactly(digits) }).format(value)

/** "0.4%" from 0.004. */
export const percentOf = (share: number, locale: string, digits = 0): string =>
  new Intl.NumberFormat(locale, { style: 'percent', ...exactly(digits) }).format(share)

/** "40 sec", "24 min", "1 hr 5 min" from milliseconds. */
export function lengthOf(ms: number, locale: string): string {
  if (ms < 60_000) return amountOf(Math.round(ms / 1000), 'second', locale)
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return amountOf(minutes, 'minute', locale)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [amountOf(hours, 'hour', locale), ...(rest > 0 ? [amountOf(rest, 'minute', locale)] : [])]
  return new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' }).format(parts)
}
