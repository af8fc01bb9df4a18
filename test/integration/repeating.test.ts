// Meetings that repeat: one room at a time with one link, the hour of the wall, changes of one and of all that follow, restarts.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { daysLater, momentOf, wallOf, weekdayOf } from '../../shared/schedule/zones.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const zone = 'Europe/Berlin'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let first: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true, config: { accessTokenMs: 800 * DAY } })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  first = daysLater(wallOf(zone, world.now).day, 2)
})
afterEach(() => world.close())

/** Ann's, with Ben, at half past nine in Berlin, the day after tomorrow, then every week, four times in all. */
async function weekly(more: Partial<CommandInput<'room.schedule'>> = {}): Promise<Room> {
  const startsAt = momentOf(zone, { day: first, hour: '09:30' })
  const repeat = { everyWeeks: 1, weekdays: [weekdayOf(first)], end: { count: 4 } }
  const input = { name: 'Weekly', startsAt, endsAt: startsAt + HOUR, attendeeIds: [ben.id], zone, repeat, ...more }
  return (await ann.does('room.schedule', input)).room
}
const coming = async (person = ben) => (await person.does('room.listScheduled', {})).rooms
const next = async (): Promise<Room> => {
  const [room] = await coming()
  if (!room) throw new Error('nothing is scheduled')
  return room
}
const daysOfList = async (roomId: string, person = ben) =>
  (await person.does('room.listOccurrences', { roomId })).occurrences
    .filter((one) => !one.cancelled)
    .map((one) => one.day)
const until = (at: number) => world.advance(at - world.now)
const week = (weeks: number) => daysLater(first, 7 * weeks)
const wallsOf = (room: Room) => wallOf(zone, room.schedule?.startsAt ?? 0)

test('each meeting becomes a room when the one before is over, with the same link, people and hour', async () => {
  const room = await weekly()
  expect(room.schedule).toMatchObject({ zone, series: { day: first, startHour: '09:30', sequence: 1, skipped: [] } })
  const met: string[] = []
  const ids = new Set<string>()
  for (;;) {
    const [one, ...others] = await coming()
    if (!one?.schedule) break
    expect([one.code, one.name, one.status, others]).toEqual([room.code, 'Weekly', 'scheduled', []])
    expect(one.schedule.attendees).toEqual([ben.user])
    expect(wallsOf(one).hour).toBe('09:30')
    expect(await ben.hears('room.scheduled', (told) => told.room.id === one.id)).toEqual({ room: one })
    // Reminded of, each by itself.
    await until(one.schedule.startsAt - 10 * MINUTE)
    await ben.hears('room.startingSoon', (told) => told.room.id === one.id)
    met.push(wallsOf(one).day)
    ids.add(one.id)
    await until(one.schedule.endsAt)
  }
  expect(met).toEqual([first, week(1), week(2), week(3)])
  expect(ids.size).toBe(4)
  // It is over, and so is its link.
  const gone = await ben.ask('room.join', { room: { code: room.code }, rtpCapabilities: null })
  expect(gone).toMatchObject({ error: { code: 'roomEnded' } })
})

test('over a change of the clocks the hour on the wall stays', async () => {
  const repeat = { everyWeeks: 4, weekdays: [weekdayOf(first)], end: { count: 13 } }
  const room = await weekly({ repeat })
  const { occurrences } = await ann.does('room.listOccurrences', { roomId: room.id })
  expect(occurrences).toHaveLength(13)
  expect(new Set(occurrences.map((one) => wallOf(zone, one.startsAt).hour))).toEqual(new Set(['09:30']))
  expect(new Set(occurrences.map((one) => new Date(one.startsAt).getUTCHours())).size).toBe(2)
})

test('a meeting that is begun, and ended early, leaves its link to the next one', async () => {
  const room = await weekly()
  await ann.joins(room.id)
  await ann.does('room.update', { roomId: room.id, settings: { locked: true, membersMay: { share: false } } })
  await ann.does('room.end', { roomId: room.id })
  await ben.hears('room.ended', (told) => told.room.id === room.id)
  const second = await next()
  expect([second.code, wallsOf(second).day, second.version]).toEqual([room.code, week(1), 1])
  expect(second.settings, 'what members may do holds for the series').toMatchObject({
    locked: false,
    membersMay: { microphone: true, share: false },
  })
  expect(second.membersMaySet, 'and nobody has said so in this meeting').toBeUndefined()
  await ann.does('room.join', { room: { code: room.code }, rtpCapabilities: null })
  expect((await ann.does('room.get', { roomId: second.id })).room.status).toBe('running')
})

test('a restart loses nothing: what passed meanwhile is passed over, and the one that comes is there', async () => {
  const room = await weekly()
  await world.stop()
  await world.timers.advance(momentOf(zone, { day: week(2), hour: '09:25' }) - world.now)
  await world.start()
  for (const person of [ann, ben]) await person.connects()
  const synced = (await ben.syncs()).scheduled
  expect(synced).toMatchObject([{ code: room.code, status: 'scheduled' }])
  expect(wallsOf(await next()).day).toBe(week(2))
  await until(momentOf(zone, { day: week(2), hour: '09:30' }))
  await ben.hears('room.startingSoon', (told) => told.room.id === synced[0]?.id)
})

describe('changing and cancelling', () => {
  test('this one alone: it moves, and the next is where it always was', async () => {
    const room = await weekly()
    const startsAt = momentOf(zone, { day: daysLater(first, 1), hour: '14:00' })
    const input = { roomId: room.id, name: 'Moved', startsAt, endsAt: startsAt + HOUR, attendeeIds: [chloe.id] }
    const moved = await ann.does('room.reschedule', input)
    expect(moved.room).toMatchObject({ name: 'Moved', version: 2, schedule: { series: { day: first, sequence: 2 } } })
    await until(startsAt + HOUR)
    const second = await next()
    expect([second.name, wallsOf(second)]).toEqual(['Weekly', { day: week(1), hour: '09:30' }])
    expect(second.schedule?.attendees).toEqual([ben.user])
  })

  test('this one and all that follow: hour, people, days and name', async () => {
    const room = await weekly()
    await ann.does('room.cancelSchedule', { roomId: room.id })
    const second = await next()
    const startsAt = momentOf(zone, { day: week(1), hour: '11:00' })
    const input = {
      roomId: second.id,
      name: 'Later',
      startsAt,
      endsAt: startsAt + HOUR,
      attendeeIds: [ben.id, chloe.id],
    }
    const { room: changed } = await ann.does('room.reschedule', { ...input, scope: 'following' })
    expect(await chloe.hears('room.scheduled')).toEqual({ room: changed })
    expect(await ben.hears('room.rescheduled')).toEqual({ room: changed })
    // Four in all, and the first is done.
    expect(await daysOfList(second.id)).toEqual([week(1), week(2), week(3)])
    await until(startsAt + HOUR)
    const third = await next()
    expect([third.name, third.code, wallsOf(third)]).toEqual(['Later', room.code, { day: week(2), hour: '11:00' }])
    expect(third.schedule?.attendees).toEqual([ben.user, chloe.user].toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  })

  test('cancelled: this one, a later one, and all from one on', async () => {
    const room = await weekly({ repeat: { everyWeeks: 1, weekdays: [weekdayOf(first)], end: { until: week(5) } } })
    const { room: without } = await ann.does('room.cancelSchedule', { roomId: room.id, day: week(2) })
    expect(without).toMatchObject({ version: 2, status: 'scheduled', schedule: { series: { skipped: [week(2)] } } })
    expect(await ben.hears('room.rescheduled')).toEqual({ room: without })
    expect(await daysOfList(room.id)).toEqual([first, week(1), week(3), week(4), week(5)])
    const twice = await ann.ask('room.cancelSchedule', { roomId: room.id, day: week(2) })
    expect(twice).toMatchObject({ error: { code: 'invalid', field: 'day' } })
    await ann.does('room.cancelSchedule', { roomId: room.id, day: week(4), scope: 'following' })
    expect(await daysOfList(room.id)).toEqual([first, week(1), week(3)])
    await ann.does('room.cancelSchedule', { roomId: room.id })
    await ben.hears('room.scheduleCancelled')
    const second = await next()
    expect([second.code, wallsOf(second).day]).toEqual([room.code, week(1)])
    await until((second.schedule?.endsAt ?? 0) + 1)
    expect(wallsOf(await next()).day).toBe(week(3))
    await ann.does('room.cancelSchedule', { roomId: (await next()).id, scope: 'following' })
    for (const person of [ann, ben]) expect(await coming(person)).toEqual([])
    expect((await ben.syncs()).scheduled).toEqual([])
  })

  test('the days come in pages', async () => {
    const room = await weekly()
    const found: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const input = { roomId: room.id, limit: 3, ...(cursor === undefined ? {} : { cursor }) }
      const page = await ben.does('room.listOccurrences', input)
      found.push(...page.occurrences.map((one) => one.day))
      cursor = page.nextCursor
    }
    expect(found).toEqual([first, week(1), week(2), week(3)])
  })

  test('whoever one meeting was handed to owns that one; the series stays with who made it', async () => {
    const room = await weekly()
    await ann.joins(room.id)
    await ben.does('room.join', { room: { code: room.code }, rtpCapabilities: null })
    await ann.does('participant.transferOwner', { roomId: room.id, userId: ben.id })
    for (const input of [{ day: week(1) }, { day: week(1), scope: 'following' as const }])
      expect(await ben.ask('room.cancelSchedule', { roomId: room.id, ...input })).toMatchObject({
        error: { code: 'notAllowed' },
      })
    const change = { roomId: room.id, scope: 'following' as const, name: 'Mine' }
    expect(await ben.ask('room.reschedule', change)).toMatchObject({ error: { code: 'notAllowed' } })
    await ben.does('room.end', { roomId: room.id })
    const second = await next()
    expect([second.ownerId, second.name, second.schedule?.attendees]).toEqual([ann.id, 'Weekly', [ben.user]])
  })
})

describe('refused, and nothing is changed', () => {
  const repeat = { everyWeeks: 1, weekdays: [1, 2, 3, 4, 5, 6, 7], end: { count: 4 } }
  test.each([
    [
      'a first day it does not repeat on',
      () => ({ ...repeat, weekdays: [(weekdayOf(first) % 7) + 1] }),
      'repeat.weekdays',
    ],
    ['no day', () => ({ ...repeat, weekdays: [] }), 'repeat.weekdays'],
    ['until before it begins', () => ({ ...repeat, end: { until: daysLater(first, -1) } }), 'repeat.end'],
    ['more than two years', () => ({ ...repeat, end: { until: daysLater(first, 732) } }), 'repeat.end'],
    ['more often than two years hold', () => ({ ...repeat, everyWeeks: 4, end: { count: 300 } }), 'repeat.end'],
    ['every five weeks', () => ({ ...repeat, everyWeeks: 5 }), 'repeat.everyWeeks'],
  ])('%s', async (_what, wished, field) => {
    const room = await weekly()
    const before = await world.rows()
    const startsAt = room.schedule?.startsAt ?? 0
    const input = { name: 'x', startsAt, endsAt: startsAt + HOUR, attendeeIds: [], zone, repeat: wished() }
    for (const asked of [
      await ann.ask('room.schedule', input),
      await ann.ask('room.reschedule', { ...input, roomId: room.id, scope: 'following' }),
    ])
      expect(asked).toMatchObject({ ok: false, error: { code: 'invalid', field } })
    expect(await world.rows()).toEqual(before)
  })

  test('zones that are none, a repetition without one, and of a meeting that does not repeat', async () => {
    const startsAt = world.now + HOUR
    const input = { name: 'x', startsAt, endsAt: startsAt + HOUR, attendeeIds: [ben.id] }
    for (const none of ['Berlin', '+02:00', 'Mars/Olympus', ''])
      expect(await ann.ask('room.schedule', { ...input, zone: none })).toMatchObject({ error: { field: 'zone' } })
    expect(await ann.ask('room.schedule', { ...input, repeat })).toMatchObject({ error: { field: 'zone' } })
    const { room } = await ann.does('room.schedule', input)
    const following = { roomId: room.id, scope: 'following' as const }
    expect(await ann.ask('room.reschedule', { ...following, name: 'y' })).toMatchObject({ error: { field: 'scope' } })
    expect(await ann.ask('room.reschedule', { roomId: room.id, repeat })).toMatchObject({ error: { field: 'repeat' } })
    const other = await ann.ask('room.cancelSchedule', { roomId: room.id, day: '2030-01-01' })
    expect(other).toMatchObject({ error: { field: 'day' } })
    expect((await ben.does('room.listOccurrences', { roomId: room.id })).occurrences).toEqual([])
  })
})

test('whom it is for comes by fifty, by name, with what has become of each', async () => {
  const people = await world.addPeople(70)
  const room = await weekly({ attendeeIds: [ben.id, chloe.id, ...people.map((user) => user.id)] })
  const first50 = await ben.does('room.listAttendees', { roomId: room.id })
  expect(first50.attendees).toHaveLength(50)
  const rest = await ben.does('room.listAttendees', { roomId: room.id, cursor: first50.nextCursor ?? '' })
  expect([rest.attendees.length, rest.nextCursor]).toEqual([22, null])
  const names = [...first50.attendees, ...rest.attendees].map((one) => one.user.id)
  expect(names).toEqual(room.schedule?.attendees.map((user) => user.id))
  const statusOf = async (person: TestDevice) => {
    const { attendees } = await ann.does('room.listAttendees', { roomId: room.id, limit: 100 })
    return attendees.find((one) => one.user.id === person.id)?.status
  }
  expect(await statusOf(ben)).toBe('scheduled')
  await ann.joins(room.id)
  const call = await ann.rings(ben, room.id)
  expect(await statusOf(ben)).toBe('calling')
  await ben.does('call.reject', { callId: call.id, reason: 'rejected' })
  expect(await statusOf(ben)).toBe('rejected')
  await ann.rings(chloe, room.id, { timeoutSeconds: 10 })
  await world.advance(10_000)
  expect(await statusOf(chloe)).toBe('timeout')
  await chloe.joins(room.id)
  expect(await statusOf(chloe)).toBe('inRoom')
  expect(await ann.ask('room.listAttendees', { roomId: room.id, cursor: 'x' })).toMatchObject({
    error: { field: 'cursor' },
  })
})
