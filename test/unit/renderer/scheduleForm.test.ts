// Scheduling as one types it: what the fields mean, what is wrong with them, and which notices others' changes make.
import { describe, expect, test } from 'vitest'
import { scheduleNews } from '../../../renderer/schedule/scheduleNotices.ts'
import {
  draftOf,
  endsNextDay,
  newDraft,
  overlapping,
  problemsIn,
  repeatOf,
  timesOf,
  type Draft,
} from '../../../renderer/schedule/scheduleForm.ts'
import { ownZone } from '../../../renderer/schedule/repeatWords.ts'
import { comingIn, dayOf, hourOf } from '../../../renderer/ui/time.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import { localeAmong } from '../../../shared/locales/translate.ts'
import type { Room } from '../../../shared/protocol/things.ts'
import { ann, aRoom, ben } from '../../support/things.ts'

const MINUTE = 60_000
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime()
const NOW = at(27, 14, 5)
const aDraft = (fields: Partial<Draft> = {}): Draft => ({
  name: 'Review',
  day: '2026-11-27',
  start: '15:00',
  end: '15:30',
  remindBeforeMs: 10 * MINUTE,
  attendees: [],
  zone: ownZone(),
  everyWeeks: 0,
  weekdays: [],
  ends: 'until',
  until: '2027-02-26',
  count: '10',
  ...fields,
})
const aMeeting = (startsAt: number, more: Partial<Room> = {}): Room =>
  aRoom({
    status: 'scheduled',
    schedule: { startsAt, endsAt: startsAt + 30 * MINUTE, owner: ann, attendees: [ben], remindBeforeMs: 5 * MINUTE },
    ...more,
  })

describe('the form', () => {
  test('starts with the next half hour', () => {
    expect(newDraft(NOW)).toMatchObject({ name: '', day: '2026-11-27', start: '14:30', end: '15:00' })
    expect(newDraft(at(27, 23, 40))).toMatchObject({ day: '2026-11-28', start: '00:00', end: '00:30' })
  })

  test('means this machine’s hours; an end past midnight is the next day, a slip is not', () => {
    expect(timesOf(aDraft())).toEqual({ startsAt: at(27, 15), endsAt: at(27, 15, 30) })
    const overnight = aDraft({ start: '23:30', end: '00:30' })
    expect(timesOf(overnight)).toEqual({ startsAt: at(27, 23, 30), endsAt: at(28, 0, 30) })
    expect([endsNextDay(overnight), endsNextDay(aDraft()), endsNextDay(aDraft({ end: '' }))]).toEqual([
      true,
      false,
      false,
    ])
    expect(problemsIn(aDraft({ start: '15:00', end: '14:30' }), NOW)).toEqual({ end: 'endsBeforeStart' })
  })

  test('says what is missing or wrong, by field', () => {
    expect(problemsIn(aDraft(), NOW)).toEqual({})
    expect(problemsIn(aDraft({ name: ' ', day: '', start: '', end: '' }), NOW)).toEqual({
      name: 'nameMissing',
      day: 'dayMissing',
      start: 'startMissing',
      end: 'endMissing',
    })
    expect(problemsIn(aDraft({ start: '13:00', end: '13:30' }), NOW)).toEqual({ start: 'startsInPast' })
    expect(problemsIn(aDraft({ day: '2028-01-01' }), NOW)).toEqual({ start: 'startsTooFarAhead' })
  })

  test('leaves what was not touched as it was, to the second', () => {
    const startsAt = at(27, 15) + 17_000
    const room = aMeeting(startsAt)
    const draft = draftOf(room)
    if (draft === null) throw new Error('there is no draft')
    expect(timesOf(draft, room)).toEqual({ startsAt, endsAt: startsAt + 30 * MINUTE })
    expect(timesOf({ ...draft, end: '16:00' }, room)).toEqual({ startsAt, endsAt: at(27, 16) })
    expect(timesOf({ ...draft, start: '15:10' }, room)?.startsAt).toBe(at(27, 15, 10))
    // Begun an hour ago, it can still get longer.
    const running = aMeeting(at(27, 13), { status: 'running' })
    const longer = { ...(draftOf(running) ?? draft), end: '16:00' }
    expect(problemsIn(longer, NOW, running)).toEqual({})
    expect(problemsIn({ ...longer, start: '15:00' }, NOW, running)).toEqual({ start: 'hasBegun' })
    expect(draftOf(aRoom())).toBeNull()
  })
})

describe('repeating', () => {
  test('hours are those of the meeting’s zone, and stay where they are when the zone is another', () => {
    const berlin = aDraft({ zone: 'Europe/Berlin' })
    expect(timesOf(berlin)?.startsAt).toBe(Date.UTC(2026, 10, 27, 14))
    expect(timesOf({ ...berlin, zone: 'America/New_York' })?.startsAt).toBe(Date.UTC(2026, 10, 27, 20))
    const room = aMeeting(Date.UTC(2026, 10, 27, 14))
    const there = { ...room, schedule: { ...room.schedule!, zone: 'Asia/Tokyo' } }
    expect(draftOf(there)).toMatchObject({ day: '2026-11-27', start: '23:00', end: '23:30', zone: 'Asia/Tokyo' })
  })

  test('the first day’s weekday always belongs to it; what is missing or too much is said at its field', () => {
    const weekly = aDraft({ everyWeeks: 2, weekdays: [1] })
    expect(repeatOf(weekly)).toEqual({ everyWeeks: 2, weekdays: [5, 1], end: { until: '2027-02-26' } })
    expect(repeatOf({ ...weekly, ends: 'count' })).toMatchObject({ end: { count: 10 } })
    expect(repeatOf(aDraft())).toBeNull()
    expect(problemsIn(weekly, NOW)).toEqual({})
    expect(problemsIn({ ...weekly, until: '' }, NOW)).toEqual({ until: 'untilMissing' })
    expect(problemsIn({ ...weekly, until: '2026-11-01' }, NOW)).toEqual({ until: 'untilBeforeStart' })
    expect(problemsIn({ ...weekly, until: '2029-11-01' }, NOW)).toEqual({ until: 'repeatsTooLong' })
    for (const count of ['', '0', 'x', '1.5'])
      expect(problemsIn({ ...weekly, ends: 'count', count }, NOW)).toEqual({ count: 'countMissing' })
    expect(problemsIn({ ...weekly, ends: 'count', count: '999' }, NOW)).toEqual({ count: 'repeatsTooLong' })
  })

  test('other meetings at that time are known, and not itself, nor what only touches it', () => {
    const [room, other] = [aMeeting(at(27, 15)), aMeeting(at(27, 15, 15), { id: 'other' })]
    const touching = aMeeting(at(27, 15, 30), { id: 'after' })
    expect(overlapping(timesOf(aDraft()), [room, other, touching], room)).toEqual([other])
  })
})

describe('notices', () => {
  const mirror = (rooms: Room[], unscheduled: object = {}) => ({
    ...emptyMirror,
    me: ben,
    scheduled: Object.fromEntries(rooms.map((room) => [room.id, room])),
    unscheduled: unscheduled as typeof emptyMirror.unscheduled,
  })
  const kinds = (...states: [ReturnType<typeof mirror>, ReturnType<typeof mirror>]) =>
    scheduleNews(...states).map((news) => news.kind)
  const room = aMeeting(at(28, 9))

  test('added, moved, cancelled, removed; not a new name, and not the end', () => {
    expect(kinds(mirror([]), mirror([room]))).toEqual(['added'])
    expect(kinds(mirror([room]), mirror([aMeeting(at(29, 9))]))).toEqual(['moved'])
    expect(kinds(mirror([room]), mirror([{ ...room, name: 'Other' }]))).toEqual([])
    for (const [why, expected] of [
      ['cancelled', ['cancelled']],
      ['removed', ['removed']],
      ['over', []],
    ] as const)
      expect(kinds(mirror([room]), mirror([], { [room.id]: { version: 2, why } }))).toEqual(expected)
  })

  test('nothing on the first look, and nothing of what one did oneself', () => {
    expect(scheduleNews(emptyMirror, mirror([room]))).toEqual([])
    expect(kinds(mirror([]), mirror([{ ...room, ownerId: ben.id }]))).toEqual([])
  })
})

test('times as the person writes them', () => {
  expect(localeAmong('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(localeAmong('zh-CN', ['en-GB'])).toBe('zh-CN')
  expect(hourOf(at(27, 14, 5), 'en-GB')).toBe('14:05')
  expect(hourOf(at(27, 14, 5), 'en-US')).toMatch(/^2:05\sPM$/)
  expect(dayOf(at(28, 9), NOW, 'en-GB')).toMatch(/^Sat,? 28 Nov$/)
  expect(dayOf(new Date(2027, 0, 4).getTime(), NOW, 'en-GB')).toContain('2027')
  const from = at(27, 22)
  const starts = [from + 1, at(27, 22, 59), at(28, 0, 10), at(28, 3, 30), at(28, 9), at(29, 1), at(30, 23)]
  expect(starts.map((start) => comingIn(start, from, 'en-GB'))).toEqual([
    'in 1 min',
    'in 59 min',
    'in 2 hr',
    'in 6 hr',
    'tomorrow',
    'in 2 days',
    'in 3 days',
  ])
})
