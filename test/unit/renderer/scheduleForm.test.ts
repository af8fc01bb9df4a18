// Scheduling as one types it: what the fields mean, what is wrong with them, and which notices others' changes make.
import { describe, expect, test } from 'vitest'
import { scheduleNews } from '../../../renderer/schedule/scheduleNotices.ts'
import {
  draftOf,
  endsNextDay,
  newDraft,
  problemsIn,
  timesOf,
  type Draft,
} from '../../../renderer/schedule/scheduleForm.ts'
import { comingIn, dayOf, hourOf, localeOf } from '../../../renderer/ui/time.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
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
  expect(localeOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(localeOf('zh-CN', ['en-GB'])).toBe('zh-CN')
  expect(hourOf(at(27, 14, 5), 'en-GB')).toBe('14:05')
  expect(hourOf(at(27, 14, 5), 'en-US')).toMatch(/^2:05\sPM$/)
  expect(dayOf(at(28, 9), NOW, 'en-GB')).toMatch(/^Sat,? 28 Nov$/)
  expect(dayOf(new Date(2027, 0, 4).getTime(), NOW, 'en-GB')).toContain('2027')
  expect([1, 59 * MINUTE, 3 * 60 * MINUTE, 72 * 60 * MINUTE].map((ms) => comingIn(ms, 'en-GB'))).toEqual([
    'in 1 min',
    'in 59 min',
    'in 3 hr',
    'in 3 days',
  ])
})
