// When a meeting is, in words, as the person's language writes it: hours, weekdays and zones by Intl.
import type { Repeat } from '../../shared/protocol/repeating.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { listOf } from '../ui/amounts.ts'
import { dayOf, hourOf, localeOf } from '../ui/time.ts'
import type { MessageKey, Words } from '../words.ts'

type Says = Pick<Words<MessageKey>, 't' | 'language'>

export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** Of days as `2026-11-30`, which have no zone. */
const dayIn = (locale: string, day: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(Date.parse(`${day}T00:00Z`))

/** 1 is Monday. */
export const weekdayName = (locale: string, weekday: number, style: 'long' | 'short' | 'narrow'): string =>
  // The fifth of January 2026 is a Monday.
  dayIn(locale, `2026-01-${String(4 + weekday).padStart(2, '0')}`, { weekday: style })

/** "Berlin time". Other languages than those of cities' own names use what the zone is called. */
export function zoneWords({ t, language }: Says, zone: string): string {
  const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
  const format = new Intl.DateTimeFormat(language.value, { timeZone: zone, timeZoneName: 'longGeneric' })
  const general = format.formatToParts(0).find((part) => part.type === 'timeZoneName')?.value ?? city
  return t('repeat.cityTime', { place: language.value === 'en' ? city : general })
}

/** "UTC+1" at this moment. */
export function offsetWords(zone: string, at: number): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' })
  return (format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC')
}

export const hourIn = (zone: string, at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(at)

const clauses = ({ language }: Says, parts: string[]): string => parts.join(language.value === 'zh-CN' ? '，' : ', ')

/** "Every Monday and Wednesday, 9:30, Berlin time, until 30 March 2027". */
export function repeatWords(says: Says, repeat: Repeat, zone: string, startsAt: number): string {
  const { t, language } = says
  const locale = localeOf(language.value)
  const names = repeat.weekdays
    .toSorted((one, other) => one - other)
    .map((weekday) => weekdayName(locale, weekday, 'long'))
  const days = listOf(names, locale)
  const { everyWeeks, end } = repeat
  const every = everyWeeks === 1 ? t('repeat.everyWeek', { days }) : t('repeat.everyWeeks', { n: everyWeeks, days })
  const last =
    'until' in end
      ? t('repeat.untilText', { day: dayIn(locale, end.until, { day: 'numeric', month: 'long', year: 'numeric' }) })
      : t('repeat.countText', { n: end.count })
  return clauses(says, [every, hourIn(zone, startsAt, locale), zoneWords(says, zone), last])
}

/** "Mon, 30 Nov, 9:30 – 10:15, Berlin time", in the meeting's own zone. */
export function whenWords(says: Says, { schedule }: Room): string {
  if (schedule === undefined) return ''
  const { startsAt, endsAt, zone = ownZone(), series } = schedule
  const locale = localeOf(says.language.value)
  if (series) return repeatWords(says, series.repeat, zone, startsAt)
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: zone })
  return clauses(says, [format.formatRange(startsAt, endsAt), zoneWords(says, zone)])
}

/** For a reader elsewhere: the day and hour on the meeting's own clock; null where it is the reader's. */
export function elsewhereWords(says: Says, { schedule }: Room, now: number): string | null {
  const zone = schedule?.zone
  if (schedule === undefined || zone === undefined) return null
  const locale = localeOf(says.language.value)
  const there = hourIn(zone, schedule.startsAt, locale)
  if (there === hourOf(schedule.startsAt, locale) && sameDayThere(zone, schedule.startsAt)) return null
  return sameDayThere(zone, schedule.startsAt)
    ? `${there} ${zoneWords(says, zone)}`
    : clauses(says, [
        dayOf(Date.parse(dayText(zone, schedule.startsAt)), now, locale),
        `${there} ${zoneWords(says, zone)}`,
      ])
}

const dayText = (zone: string | undefined, at: number): string =>
  `${new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', ...(zone ? { timeZone: zone } : {}) }).format(at)}T12:00`
const sameDayThere = (zone: string, at: number): boolean => dayText(zone, at) === dayText(undefined, at)

/** What is copied to be sent to somebody: name, time, link. */
export function invitationText(says: Says, room: Room, link: string): string {
  const owner = room.schedule?.owner.name ?? ''
  const { t } = says
  return [t('repeat.invitation', { owner, name: room.name }), whenWords(says, room), t('repeat.join', { link })].join(
    '\n',
  )
}

/** What a calendar shows under the meeting. Whom it is for stands here: a published file names no attendees. */
export function calendarDescription({ t, language }: Says, room: Room, link: string): string {
  const names = room.schedule?.attendees.map((user) => user.name) ?? []
  const list = listOf(names, localeOf(language.value))
  return [t('repeat.join', { link }), ...(names.length ? [t('repeat.with', { names: list })] : [])].join('\n')
}
