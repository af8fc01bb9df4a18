// A scheduled meeting as a file for calendars (RFC 5545, RFC 5546 PUBLISH). Pure. Text is folded at 75 octets and escaped; a series
// stands in its own time zone with the zone's clock changes beside it, so that calendars find the same moments as the server.
import { utf8Bytes } from '../call/limits.ts'
import type { Room, Schedule } from '../protocol/things.ts'
import { daysOf, occurrenceOn, type Rule } from './repeating.ts'
import { momentOf, offsetAt, offsetChanges, wallOf, type Wall } from './zones.ts'

export type IcsWords = { description: string; link: string }

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const LINE_BYTES_MAX = 75
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

const compact = (text: string): string => text.replace(/[-:]/g, '')
const utc = (at: number): string => `${compact(new Date(at).toISOString().slice(0, 19))}Z`
const local = ({ day, hour }: Wall): string => `${compact(day)}T${compact(hour)}00`

/** For values of the type TEXT. */
export const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n')

/** For a parameter in quotes, which knows no escapes but those of RFC 6868. */
const quoted = (text: string): string =>
  `"${text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('^', '^^')
    .replaceAll('"', "^'")}"`

/** One line in pieces of at most 75 octets, never through the middle of a character. */
export function fold(line: string): string {
  let [folded, bytes] = ['', 0]
  for (const character of line) {
    const size = utf8Bytes(character)
    if (bytes + size > LINE_BYTES_MAX) [folded, bytes] = [`${folded}\r\n `, 1]
    folded += character
    bytes += size
  }
  return folded
}

function offsetText(ms: number): string {
  const minutes = Math.abs(ms) / MINUTE_MS
  const two = (value: number) => String(value).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}

/** Every change of the clocks while it repeats, one after the other: no rule is guessed. */
function zoneLines(zone: string, from: number, to: number): string[] {
  const start = from - DAY_MS
  const usual = Math.min(
    offsetAt(zone, Date.UTC(new Date(from).getUTCFullYear(), 0, 1)),
    offsetAt(zone, Date.UTC(new Date(from).getUTCFullYear(), 6, 1)),
  )
  const piece = (at: number, before: number) => {
    const after = offsetAt(zone, at)
    const kind = after > usual ? 'DAYLIGHT' : 'STANDARD'
    // The moment of the change as the clocks from before show it.
    const shown = new Date(at + before).toISOString()
    return [
      `BEGIN:${kind}`,
      `DTSTART:${local({ day: shown.slice(0, 10), hour: shown.slice(11, 16) })}`,
      `TZOFFSETFROM:${offsetText(before)}`,
      `TZOFFSETTO:${offsetText(after)}`,
      `END:${kind}`,
    ]
  }
  const changes = offsetChanges(zone, start, to + DAY_MS)
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    ...piece(start, offsetAt(zone, start)),
    ...changes.flatMap((at) => piece(at, offsetAt(zone, at - MINUTE_MS))),
    'END:VTIMEZONE',
  ]
}

function ruleLine({ repeat }: Rule, last: number): string {
  const days = repeat.weekdays.toSorted((one, other) => one - other).map((day) => WEEKDAYS[day - 1])
  const end = 'count' in repeat.end ? `COUNT=${repeat.end.count}` : `UNTIL=${utc(last)}`
  return `RRULE:FREQ=WEEKLY;INTERVAL=${repeat.everyWeeks};WKST=MO;BYDAY=${days.join(',')};${end}`
}

type Event = { uid: string; sequence: number; times: string[]; cancelled: boolean }

function eventLines(
  { uid, sequence, times, cancelled }: Event,
  room: Room,
  schedule: Schedule,
  words: IcsWords,
  now: number,
) {
  const { owner, remindBeforeMs } = schedule
  const alarm = [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(room.name)}`,
    `TRIGGER:-PT${Math.round(remindBeforeMs / MINUTE_MS)}M`,
    'END:VALARM',
  ]
  return [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(now)}`,
    `SEQUENCE:${sequence}`,
    ...times,
    `SUMMARY:${escapeText(room.name)}`,
    `DESCRIPTION:${escapeText(words.description)}`,
    `LOCATION:${escapeText(words.link)}`,
    `URL:${words.link}`,
    // Nobody's mail address is known here: a name, and an id that is no address.
    `ORGANIZER;CN=${quoted(owner.name)}:urn:uuid:${owner.id}`,
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    ...(cancelled ? [] : alarm),
    'END:VEVENT',
  ]
}

function seriesLines(room: Room, schedule: Schedule, words: IcsWords, now: number): string[] | null {
  const { zone, series } = schedule
  if (zone === undefined || series === undefined) return null
  const rule: Rule = { ...series, zone }
  const occurrences = daysOf(rule).map((day) => occurrenceOn(rule, day))
  const [first, last] = [occurrences[0], occurrences.at(-1)]
  if (!first || !last) return null
  const inZone = (name: string, wall: Wall) => `${name};TZID=${zone}:${local(wall)}`
  const common = { uid: `${series.id}@parley`, sequence: series.sequence }
  const wallStart = (day: string) => ({ day, hour: series.startHour })
  const times = [
    inZone('DTSTART', wallStart(series.startDay)),
    `DURATION:PT${Math.round(series.lengthMs / MINUTE_MS)}M`,
    ruleLine(rule, last.startsAt),
    ...series.skipped.map((day) => inZone('EXDATE', wallStart(day))),
  ]
  const here = occurrenceOn(rule, series.day)
  const cancelled = room.status === 'ended' && schedule.startedAt === undefined
  const moved = !here.cancelled && (here.startsAt !== schedule.startsAt || here.endsAt !== schedule.endsAt)
  const own = [
    inZone('RECURRENCE-ID', wallStart(series.day)),
    inZone('DTSTART', wallOf(zone, schedule.startsAt)),
    inZone('DTEND', wallOf(zone, schedule.endsAt)),
  ]
  // A moment that a clock shows twice, or never, is not what a wall time says: such a meeting is given in UTC.
  const exact = momentOf(zone, wallOf(zone, schedule.startsAt)) === schedule.startsAt
  const single = exact ? own : [own[0] ?? '', `DTSTART:${utc(schedule.startsAt)}`, `DTEND:${utc(schedule.endsAt)}`]
  return [
    ...zoneLines(zone, first.startsAt, last.endsAt),
    ...eventLines({ ...common, times, cancelled: false }, room, schedule, words, now),
    ...(moved || cancelled ? eventLines({ ...common, times: single, cancelled }, room, schedule, words, now) : []),
  ]
}

/** `now` on the server's clock. Null for a room that was not scheduled. */
export function icsOf(room: Room, words: IcsWords, now: number): string | null {
  const { schedule } = room
  if (schedule === undefined) return null
  const cancelled = room.status === 'ended' && schedule.startedAt === undefined
  const times = [`DTSTART:${utc(schedule.startsAt)}`, `DTEND:${utc(schedule.endsAt)}`]
  const single = { uid: `${room.id}@parley`, sequence: room.version - 1, times, cancelled }
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Parley//Parley//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...(seriesLines(room, schedule, words, now) ?? eventLines(single, room, schedule, words, now)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}
