// Files for calendars: written by the product, read back by a small reader of the test's own.
import { describe, expect, test } from 'vitest'
import type { Series } from '../../../shared/protocol/repeating.ts'
import type { Room, Schedule } from '../../../shared/protocol/things.ts'
import { escapeText, fold, icsOf } from '../../../shared/schedule/ics.ts'
import { daysOf, occurrenceOn } from '../../../shared/schedule/repeating.ts'
import { momentOf } from '../../../shared/schedule/zones.ts'
import { ann, aRoom, ben, id } from '../../support/things.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 28, 12)
const zone = 'Europe/Berlin'
const words = {
  description: 'Join: https://meet.example/join/abc-defg-hij\nWith Ben Osei',
  link: 'https://meet.example/join/abc-defg-hij',
}

const meeting = (schedule: Partial<Schedule> = {}, fields: Partial<Room> = {}): Room => {
  const startsAt = momentOf(zone, { day: '2026-11-30', hour: '09:30' })
  const times = { startsAt, endsAt: startsAt + 45 * MINUTE, remindBeforeMs: 10 * MINUTE }
  return aRoom({ status: 'scheduled', schedule: { ...times, owner: ann, attendees: [ben], ...schedule }, ...fields })
}
const series = (fields: Partial<Series> = {}): Series => ({
  id: id(70),
  day: '2026-11-30',
  startDay: '2026-11-30',
  startHour: '09:30',
  lengthMs: 45 * MINUTE,
  repeat: { everyWeeks: 1, weekdays: [1, 3], end: { until: '2027-04-30' } },
  skipped: ['2026-12-23'],
  sequence: 3,
  ...fields,
})

type Component = {
  name: string
  props: { name: string; params: Record<string, string>; value: string }[]
  inner: Component[]
}

/** Unfolds, and reads components, properties and parameters as RFC 5545 tells; throws at whatever it does not allow. */
function read(text: string): Component {
  expect(text.endsWith('\r\n')).toBe(true)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  const root: Component = { name: '', props: [], inner: [] }
  const open = [root]
  for (const line of text
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .slice(0, -1)) {
    const [, name = '', params = '', value = ''] =
      /^([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$/.exec(line) ?? []
    if (!name) throw new Error(`no property: ${line}`)
    if (name === 'BEGIN') {
      const component = { name: value, props: [], inner: [] }
      open.at(-1)?.inner.push(component)
      open.push(component)
    } else if (name === 'END') expect(open.pop()?.name).toBe(value)
    else {
      const read = [...params.matchAll(/;([A-Z-]+)=("[^"]*"|[^;]*)/g)].map((found) => [found[1], found[2]] as const)
      open.at(-1)?.props.push({ name, params: Object.fromEntries(read), value })
    }
  }
  expect(open).toEqual([root])
  const [calendar] = root.inner
  if (!calendar) throw new Error('there is no calendar')
  return calendar
}
const parts = (component: Component, name: string) => component.inner.filter((one) => one.name === name)
const value = (component: Component | undefined, name: string) =>
  component?.props.find((one) => one.name === name)?.value
const unescaped = (text = '') => text.replaceAll(/\\([nN,;\\])/g, (_all, one: string) => (/n/i.test(one) ? '\n' : one))
const made = (room: Room) => {
  const text = icsOf(room, words, NOW)
  if (text === null) throw new Error('there is no file')
  return text
}

describe('text', () => {
  test('is folded at 75 octets, never within a character', () => {
    for (const text of ['会议'.repeat(60), `x${'é'.repeat(100)}`, '👩‍💻'.repeat(30), 'a'.repeat(76), 'a'.repeat(75)]) {
      const folded = fold(text)
      const lines = folded.split('\r\n')
      for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      for (const line of lines.slice(1)) expect(line[0]).toBe(' ')
      expect(folded.replaceAll('\r\n ', '')).toBe(text)
      expect(folded).not.toContain('\ufffd')
    }
    expect(fold('a'.repeat(75))).not.toContain('\r\n')
  })

  test('is escaped, and comes back as it was', () => {
    const name = 'Review; part 1, "a\\b"\nBEGIN:VEVENT 会议'
    expect(escapeText('a;b,c\\d\r\ne')).toBe('a\\;b\\,c\\\\d\\ne')
    const calendar = read(made(meeting({ owner: { ...ann, name: 'Ann "X": ^;,\r\nEND:VEVENT' } }, { name })))
    expect(parts(calendar, 'VEVENT')).toHaveLength(1)
    expect(unescaped(value(parts(calendar, 'VEVENT')[0], 'SUMMARY'))).toBe(name)
  })
})

test('one meeting, to the letter', () => {
  expect(made(meeting()).split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Parley//Parley//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${id(50)}@parley`,
    'DTSTAMP:20261128T120000Z',
    'SEQUENCE:0',
    'DTSTART:20261130T083000Z',
    'DTEND:20261130T091500Z',
    'SUMMARY:Design review',
    'DESCRIPTION:Join: https://meet.example/join/abc-defg-hij\\nWith Ben Osei',
    'LOCATION:https://meet.example/join/abc-defg-hij',
    'URL:https://meet.example/join/abc-defg-hij',
    'ORGANIZER;CN="Ann Kovač":urn:uuid:00000000-0000-4000-8000-000000000001',
    'STATUS:CONFIRMED',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:Design review',
    'TRIGGER:-PT10M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ])
  const [cancelled] = parts(read(made(meeting({}, { status: 'ended', version: 2 }))), 'VEVENT')
  expect([value(cancelled, 'STATUS'), value(cancelled, 'SEQUENCE'), cancelled?.inner]).toEqual(['CANCELLED', '1', []])
  expect(icsOf(aRoom(), words, NOW)).toBeNull()
})

/** What a calendar makes of the file: the zone's pieces give the offset, the rule the days. */
function momentsOf(calendar: Component): number[] {
  const [event] = parts(calendar, 'VEVENT')
  const [zoned] = parts(calendar, 'VTIMEZONE')
  const time = (text = '') =>
    Date.UTC(+text.slice(0, 4), +text.slice(4, 6) - 1, +text.slice(6, 8), +text.slice(9, 11), +text.slice(11, 13))
  const offset = (text = '') => (text.startsWith('-') ? -1 : 1) * (+text.slice(1, 3) * 60 + +text.slice(3, 5)) * MINUTE
  const pieces = (zoned?.inner ?? [])
    .map((one) => ({ from: time(value(one, 'DTSTART')), offset: offset(value(one, 'TZOFFSETTO')) }))
    .toSorted((one, other) => one.from - other.from)
  const rule = Object.fromEntries(
    (value(event, 'RRULE') ?? '').split(';').map((part) => part.split('=') as [string, string]),
  )
  const byDay = (rule['BYDAY'] ?? '').split(',')
  const first = time(value(event, 'DTSTART'))
  const without = new Set(event?.props.filter((one) => one.name === 'EXDATE').map((one) => time(one.value)))
  const moments: number[] = []
  for (let at = first, met = 0; met < Number(rule['COUNT'] ?? 9_999); at += 86_400_000) {
    const monday = (day: number) => Math.floor((day / 86_400_000 + 3) / 7)
    const inWeek = (monday(at) - monday(first)) % Number(rule['INTERVAL']) === 0
    const weekday = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][new Date(at).getUTCDay()] ?? ''
    const moment = at - (pieces.findLast((piece) => piece.from <= at)?.offset ?? 0)
    if (rule['UNTIL'] && moment > time(rule['UNTIL'])) break
    if (!inWeek || !byDay.includes(weekday)) continue
    met += 1
    if (!without.has(at)) moments.push(moment)
  }
  return moments
}

describe('a series', () => {
  test.each([
    ['Europe/Berlin', { everyWeeks: 1, weekdays: [1, 3], end: { until: '2027-04-30' } }],
    ['America/New_York', { everyWeeks: 2, weekdays: [1], end: { count: 20 } }],
    ['Australia/Lord_Howe', { everyWeeks: 1, weekdays: [7, 1], end: { count: 60 } }],
    ['Asia/Shanghai', { everyWeeks: 4, weekdays: [1], end: { until: '2028-11-29' } }],
  ])('in %s: a calendar finds the very moments the server does, over the changes of the clocks', (inZone, repeat) => {
    const rule = series({ repeat })
    const calendar = read(
      made(meeting({ zone: inZone, series: rule, startsAt: momentOf(inZone, { day: rule.startDay, hour: '09:30' }) })),
    )
    const expected = daysOf(rule)
      .map((day) => occurrenceOn({ ...rule, zone: inZone }, day))
      .filter((one) => !one.cancelled)
      .map((one) => one.startsAt)
    expect(expected.length).toBeGreaterThan(15)
    expect(momentsOf(calendar)).toEqual(expected)
    const [event] = parts(calendar, 'VEVENT')
    expect([value(event, 'UID'), value(event, 'SEQUENCE')]).toEqual([`${id(70)}@parley`, '3'])
    expect(event?.props.find((one) => one.name === 'DTSTART')?.params).toEqual({ TZID: inZone })
  })

  test('one of it that was moved, or cancelled, stands beside the rule', () => {
    const startsAt = momentOf(zone, { day: '2026-12-01', hour: '14:00' })
    const moved = meeting({ zone, series: series(), startsAt, endsAt: startsAt + 30 * MINUTE })
    const [, own] = parts(read(made(moved)), 'VEVENT')
    expect(value(own, 'RECURRENCE-ID')).toBe('20261130T093000')
    expect([value(own, 'DTSTART'), value(own, 'DTEND')]).toEqual(['20261201T140000', '20261201T143000'])
    const gone = parts(read(made({ ...moved, status: 'ended' })), 'VEVENT')
    expect(gone.map((one) => value(one, 'STATUS'))).toEqual(['CONFIRMED', 'CANCELLED'])
  })
})
