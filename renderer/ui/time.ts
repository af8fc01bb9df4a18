// Times as people read them.
import type { Language } from '../../shared/locales/translate.ts'

/** "0:07" from milliseconds; never negative. Hours when there are any. */
export function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** "14:05" today, "yesterday", or a date. */
export function when(at: number, now: number, language: Language): string {
  const day = (time: number) => new Date(time).setHours(0, 0, 0, 0)
  const days = Math.round((day(now) - day(at)) / 86_400_000)
  if (days === 0) return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(at)
  if (days === 1) return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-1, 'day')
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }).format(at)
}

/** "2 hours ago". */
export function ago(at: number, now: number, language: Language): string {
  const minutes = Math.max(1, Math.round((now - at) / 60_000))
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  if (minutes < 60) return format.format(-minutes, 'minute')
  if (minutes < 24 * 60) return format.format(-Math.round(minutes / 60), 'hour')
  return format.format(-Math.round(minutes / (24 * 60)), 'day')
}

/** The person's own way of writing dates, where it is one of the language shown: "14:05" in en-GB, "2:05 PM" in en-US. */
export const localeOf = (language: Language, own: readonly string[] = navigator.languages): string =>
  own.find((tag) => tag.split('-')[0] === language.split('-')[0]) ?? language

/** "14:05". */
export const hourOf = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at)

/** "Fri, 4 Dec"; with the year when it is another one. */
export function dayOf(at: number, now: number, locale: string): string {
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' as const }
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', ...year }).format(at)
}

export const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString()

/** "in 12 min", "in 3 hr"; "in 1 min" at the least. */
export function comingIn(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  const format = new Intl.RelativeTimeFormat(locale, { style: 'short' })
  if (minutes < 60) return format.format(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours < 48 ? format.format(hours, 'hour') : format.format(Math.round(hours / 24), 'day')
}
