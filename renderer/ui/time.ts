// Times as people read them.
import { localeAmong, type Language } from '../../shared/locales/translate.ts'

/** "0:07" from milliseconds; never negative. Hours when there are any. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

const dayStart = (time: number) => new Date(time).setHours(0, 0, 0, 0)
/** Midnights between two times; a day of 23 or 25 hours is one too. */
const daysBetween = (from: number, to: number) => Math.round((dayStart(to) - dayStart(from)) / 86_400_000)

/** "14:05" today, "yesterday", or a date. */
export function when(at: number, now: number, locale: string): string {
  const days = daysBetween(at, now)
  if (days === 0) return hourOf(at, locale)
  if (days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-1, 'day')
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(at)
}

/** "2 hours ago". */
export function ago(at: number, now: number, locale: string): string {
  const minutes = Math.max(1, Math.round((now - at) / 60_000))
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  if (minutes < 60) return format.format(-minutes, 'minute')
  if (minutes < 24 * 60) return format.format(-Math.round(minutes / 60), 'hour')
  return format.format(-Math.round(minutes / (24 * 60)), 'day')
}

/** The person's own way of writing dates and numbers, where it is one of the language shown. */
export const localeOf = (language: Language): string => localeAmong(language, navigator.languages)

/** "14:05". */
export const hourOf = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at)

/** "Fri, 4 Dec"; with the year when it is another one. */
export function dayOf(at: number, now: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, dayParts(at, now)).format(at)
}

/** "Fri, 4 Dec, 14:05". */
export const dayAndHourOf = (at: number, now: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { ...dayParts(at, now), hour: 'numeric', minute: '2-digit' }).format(at)

function dayParts(at: number, now: number): Intl.DateTimeFormatOptions {
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const }
  return { weekday: 'short', day: 'numeric', month: 'short', ...year }
}

export const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString()

/** "in 12 min", "in 3 hr", "tomorrow", "in 3 days"; "in 1 min" at the least. Soon is said in hours, past midnight too. */
export function comingIn(at: number, now: number, locale: string): string {
  const minutes = Math.max(1, Math.ceil((at - now) / 60_000))
  const format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' })
  const days = daysBetween(now, at)
  if (days > 0 && minutes >= 6 * 60) return format.format(days, 'day')
  return minutes < 60 ? format.format(minutes, 'minute') : format.format(Math.round(minutes / 60), 'hour')
}
