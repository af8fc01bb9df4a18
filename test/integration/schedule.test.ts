// Scheduled meetings: who is told of what, who may begin one, how it ends, and reminders, once, also across a restart.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../server/storage/migrations.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
beforeEach(async () => {
  // Hours and months pass here; that sessions are renewed meanwhile is told elsewhere.
  world = await openWorld({ onDisk: true, config: { accessTokenMs: 400 * 24 * HOUR } })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
})
afterEach(() => world.close())

/** Ann's meeting in an hour, for an hour, with Ben, unless told otherwise. */
async function scheduled(more: Partial<CommandInput<'room.schedule'>> = {}): Promise<Room> {
  const startsAt = more.startsAt ?? world.now + HOUR
  const input = { name: 'Design review', endsAt: startsAt + HOUR, attendeeIds: [ben.id], ...more, startsAt }
  return (await ann.does('room.schedule', input)).room
}
const joins = (person: TestDevice, roomId: string) =>
  person.ask('room.join', { room: { id: roomId }, rtpCapabilities: null, leaveOther: false })
const statusOf = async (roomId: string) => (await ann.does('room.get', { roomId })).room.status
const remindersOf = (person: TestDevice) => person.heard('room.startingSoon').length

describe('making and changing', () => {
  test('a scheduled meeting is told to owner and attendees, and carried by their sync', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const room = await scheduled({ attendeeIds: [ben.id, ann.id, ben.id] })
    const { startsAt, endsAt } = { startsAt: world.now + HOUR, endsAt: world.now + 2 * HOUR }
    expect(room).toMatchObject({ status: 'scheduled', version: 1, ownerId: ann.id, name: 'Design review' })
    expect(room.schedule).toEqual({
      startsAt,
      endsAt,
      owner: ann.user,
      attendees: [ben.user],
      remindBeforeMs: 10 * MINUTE,
    })
    for (const device of [ann, ben, phone]) expect(await device.hears('room.scheduled')).toEqual({ room })
    expect(chloe.heard('room.scheduled')).toEqual([])
    expect((await phone.syncs()).scheduled).toEqual([room])
    expect((await chloe.syncs()).scheduled).toEqual([])
    expect((await ben.does('room.get', { roomId: room.id })).room).toEqual(room)
  })

  test('attendees come and go, and each is told what it is to them; what is left out stays', async () => {
    const room = await scheduled()
    const moved = await ann.does('room.reschedule', {
      roomId: room.id,
      startsAt: world.now + 3 * HOUR,
      endsAt: world.now + 4 * HOUR,
    })
    expect(await ben.hears('room.rescheduled')).toEqual(moved)
    expect(moved.room).toMatchObject({ name: 'Design review', version: 2, schedule: { attendees: [ben.user] } })
    const other = await ann.does('room.reschedule', { roomId: room.id, attendeeIds: [chloe.id], name: 'Budget' })
    expect(await ben.hears('room.unscheduled')).toEqual(other)
    expect(await chloe.hears('room.scheduled')).toEqual(other)
    expect(other.room).toMatchObject({ version: 3, schedule: { startsAt: world.now + 3 * HOUR } })
    expect(ben.heard('room.rescheduled')).toHaveLength(1)
    expect((await ben.syncs()).scheduled).toEqual([])
  })

  test('only the owner changes or cancels it; cancelling is told to everybody', async () => {
    const room = await scheduled()
    for (const name of ['room.reschedule', 'room.cancelSchedule', 'room.end'] as const)
      expect(await ben.ask(name, { roomId: room.id })).toMatchObject({ error: { code: 'notAllowed' } })
    await ann.does('room.cancelSchedule', { roomId: room.id })
    for (const person of [ann, ben])
      expect((await person.hears('room.scheduleCancelled')).room).toMatchObject({ status: 'ended', version: 2 })
    expect((await ben.syncs()).scheduled).toEqual([])
    expect(await joins(ann, room.id)).toMatchObject({ error: { code: 'roomEnded' } })
    await world.advance(3 * HOUR)
    expect(remindersOf(ben)).toBe(0)
  })

  test('a meeting made on the spot has no schedule to change', async () => {
    const { room } = await ann.opensMeeting()
    const refused = await ann.ask('room.reschedule', { roomId: room.id, endsAt: world.now + HOUR })
    expect(refused).toMatchObject({ error: { code: 'notAllowed' } })
  })

  test('my meetings come in pages, soonest first', async () => {
    const starts = [5, 1, 3, 4, 2].map((hours) => world.now + hours * HOUR)
    for (const startsAt of starts) await scheduled({ startsAt, name: `At ${startsAt}` })
    const found: number[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await ben.does('room.listScheduled', { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      found.push(...page.rooms.map((room) => room.schedule?.startsAt ?? 0))
      cursor = page.nextCursor
    }
    expect(found).toEqual(starts.toSorted())
    expect((await chloe.does('room.listScheduled', {})).rooms).toEqual([])
  })
})

describe('beginning', () => {
  test('the owner begins it any time; then everybody with the code gets in', async () => {
    const room = await scheduled()
    const early = await chloe.ask('room.join', { room: { code: room.code }, rtpCapabilities: null })
    expect(early).toMatchObject({ error: { code: 'notAllowed', field: 'startsAt' } })
    const { room: begun } = await ann.joins(room.id)
    expect(begun).toMatchObject({ status: 'running', version: 2, schedule: { startedAt: world.now } })
    expect((await ben.hears('room.updated')).room).toEqual(begun)
    await chloe.does('room.join', { room: { code: room.code }, rtpCapabilities: null })
    expect((await ben.does('room.list', {})).rooms).toMatchObject([{ room: { id: room.id }, insideCount: 2 }])
  })

  test('attendees begin it from ten minutes before the start, and are members', async () => {
    const room = await scheduled()
    await world.advance(50 * MINUTE - 1)
    expect(await joins(ben, room.id)).toMatchObject({ error: { code: 'notAllowed' } })
    expect(await statusOf(room.id)).toBe('scheduled')
    await world.advance(1)
    expect((await ben.joins(room.id)).participants).toMatchObject([{ user: ben.user, role: 'member' }])
    // The owner is the owner whenever they come, and can be rung in before.
    const call = await ben.rings(ann, room.id)
    await ann.answers(call)
    const { participant } = await ben.hears('participant.joined', (told) => told.participant.user.id === ann.id)
    expect(participant.role).toBe('owner')
  })

  test('who would have to leave another meeting for it has not begun it', async () => {
    const room = await scheduled()
    await ann.opensMeeting()
    expect(await joins(ann, room.id)).toMatchObject({ error: { code: 'inOtherRoom' } })
    expect(await statusOf(room.id)).toBe('scheduled')
  })

  test('a running one keeps its start, gets longer and other attendees; insiders are told, and it is ended, not cancelled', async () => {
    const room = await scheduled()
    await ann.joins(room.id)
    await chloe.joins(room.id)
    const change = (more: object) => ann.ask('room.reschedule', { roomId: room.id, ...more })
    expect(await change({ startsAt: world.now + 2 * HOUR })).toMatchObject({ error: { field: 'startsAt' } })
    expect(await change({ endsAt: world.now + 5 * HOUR, attendeeIds: [] })).toMatchObject({ ok: true })
    await ben.hears('room.unscheduled')
    expect((await chloe.hears('room.rescheduled')).room.schedule?.endsAt).toBe(world.now + 5 * HOUR)
    const cancelled = await ann.ask('room.cancelSchedule', { roomId: room.id })
    expect(cancelled).toMatchObject({ error: { code: 'conflict' } })
    await ann.does('room.update', { roomId: room.id, name: 'Longer review' })
    await ann.does('room.end', { roomId: room.id })
    expect((await chloe.hears('room.ended')).room.name).toBe('Longer review')
  })
})

describe('ending (rule 12)', () => {
  test('one that stands empty goes on until its time is over', async () => {
    const room = await scheduled()
    await ann.joins(room.id)
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(2 * HOUR - 1)
    expect(await statusOf(room.id)).toBe('running')
    await ben.joins(room.id)
    await ben.does('room.leave', { roomId: room.id })
    // The time is over, and whoever left a moment ago has half a minute to come back.
    await world.advance(29_999)
    expect(await statusOf(room.id)).toBe('running')
    await world.advance(1)
    expect(await statusOf(room.id)).toBe('ended')
    for (const person of [ann, ben]) await person.hears('room.ended')
  })

  test('one with people inside goes on past its time, and ends when they have left', async () => {
    const room = await scheduled()
    await ann.joins(room.id)
    await world.advance(5 * HOUR)
    expect(await statusOf(room.id)).toBe('running')
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(30_000)
    expect(await statusOf(room.id)).toBe('ended')
  })

  test('one that nobody came to ends when its time is over', async () => {
    const room = await scheduled()
    await world.advance(2 * HOUR - 1)
    expect(await statusOf(room.id)).toBe('scheduled')
    await world.advance(1)
    expect(await statusOf(room.id)).toBe('ended')
    expect((await ben.hears('room.ended')).room).toMatchObject({ id: room.id, endedAt: world.now })
  })

  test('rooms made on the spot still end after half a minute', async () => {
    await scheduled()
    const { room } = await ann.opensMeeting()
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(30_000)
    expect(await statusOf(room.id)).toBe('ended')
  })
})

describe('reminders', () => {
  test('owner and attendees are reminded once, ten minutes before unless told otherwise', async () => {
    const room = await scheduled()
    await world.advance(50 * MINUTE - 1)
    expect(remindersOf(ben)).toBe(0)
    await world.advance(1)
    const told = await ben.hears('room.startingSoon')
    expect(told.room).toMatchObject({ id: room.id, version: 2, schedule: { remindedAt: world.now } })
    await ann.hears('room.startingSoon')
    await world.advance(30 * MINUTE)
    expect([remindersOf(ann), remindersOf(ben), remindersOf(chloe)]).toEqual([1, 1, 0])
  })

  test('once across restarts: one that was due meanwhile comes late, one that was sent does not come again', async () => {
    const first = await scheduled({ name: 'First' })
    const second = await scheduled({ name: 'Second', startsAt: world.now + 2 * HOUR })
    await world.advance(50 * MINUTE)
    await ben.hears('room.startingSoon', ({ room }) => room.id === first.id)
    await world.stop()
    await world.timers.advance(65 * MINUTE)
    await world.start()
    for (const person of [ann, ben]) await person.connects()
    // It was due before anybody could be told: the sync says so.
    const synced = (await ben.syncs()).scheduled
    expect(synced.map((room) => room.name)).toEqual(['First', 'Second'])
    expect(synced[1]?.schedule?.remindedAt).toBe(world.now)
    await world.advance(2 * HOUR)
    expect(ben.heard('room.startingSoon').map(({ room }) => room.name)).toEqual(['First'])
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['ended', 'ended'])
  })

  test('timers are rebuilt at boot: the reminder and the end come at their time', async () => {
    const room = await scheduled()
    await world.stop()
    await world.start()
    for (const person of [ann, ben]) await person.connects()
    await world.advance(50 * MINUTE)
    await ben.hears('room.startingSoon')
    await world.advance(70 * MINUTE)
    expect(await statusOf(room.id)).toBe('ended')
  })

  test('a meeting that moves reminds anew; a new name alone does not', async () => {
    const room = await scheduled()
    await world.advance(50 * MINUTE)
    await ben.hears('room.startingSoon')
    await ann.does('room.reschedule', { roomId: room.id, name: 'Other name' })
    await world.advance(MINUTE)
    expect(remindersOf(ben)).toBe(1)
    await ann.does('room.reschedule', { roomId: room.id, startsAt: world.now + HOUR, endsAt: world.now + 2 * HOUR })
    await world.advance(50 * MINUTE)
    await ben.hears('room.startingSoon', (told) => told.room.version > 4)
    expect(remindersOf(ben)).toBe(2)
  })

  test('made too late for its reminder, it reminds at the start; who is inside needs none', async () => {
    const room = await scheduled({ startsAt: world.now + 5 * MINUTE })
    await ann.joins(room.id)
    await world.advance(5 * MINUTE)
    await ben.hears('room.startingSoon')
    expect(remindersOf(ann)).toBe(0)
  })

  test('a start many months ahead is reminded of all the same', async () => {
    await scheduled({ startsAt: world.now + 200 * 24 * HOUR })
    await world.advance(200 * 24 * HOUR - 10 * MINUTE)
    expect((await ben.does('room.listScheduled', {})).rooms[0]?.schedule?.remindedAt).toBe(world.now)
  })
})

describe('refused, with the field', () => {
  const at = (startsAt: number, endsAt: number) => ({ startsAt: world.now + startsAt, endsAt: world.now + endsAt })
  test.each([
    ['a start in the past', () => at(-MINUTE, HOUR), 'invalid', 'startsAt'],
    ['a start more than a year ahead', () => at(367 * 24 * HOUR, 368 * 24 * HOUR), 'invalid', 'startsAt'],
    ['an end before the start', () => at(HOUR, HOUR), 'invalid', 'endsAt'],
    ['more than 24 hours', () => at(HOUR, 25 * HOUR + 1), 'invalid', 'endsAt'],
    ['an unknown attendee', () => ({ attendeeIds: [ben.id, crypto.randomUUID()] }), 'unknownUser', 'attendeeIds.1'],
    ['no name', () => ({ name: '  ' }), 'invalid', 'name'],
    ['a time that is none', () => ({ startsAt: 1.5 }), 'invalid', 'startsAt'],
    [
      'too many attendees',
      () => ({ attendeeIds: Array.from({ length: 101 }, () => crypto.randomUUID()) }),
      'tooLarge',
      'attendeeIds',
    ],
    ['a reminder days before', () => ({ remindBeforeMs: 25 * HOUR }), 'invalid', 'remindBeforeMs'],
  ])('%s', async (_what, more, code, field) => {
    const room = await scheduled()
    const before = await world.rows()
    const input = { name: 'x', ...at(HOUR, 2 * HOUR), attendeeIds: [], ...more() }
    for (const asked of [
      await ann.ask('room.schedule', input),
      await ann.ask('room.reschedule', { roomId: room.id, ...input }),
    ])
      expect(asked).toMatchObject({ ok: false, error: { code, field } })
    expect(await world.rows()).toEqual(before)
    expect(ben.heard('room.scheduled')).toHaveLength(1)
  })

  test('a page marker that is not ours', async () => {
    const marker = Buffer.from(JSON.stringify(['soon', ann.id])).toString('base64url')
    for (const cursor of ['nonsense', marker])
      expect(await ann.ask('room.listScheduled', { cursor })).toMatchObject({ error: { field: 'cursor' } })
  })

  test('the minute that runs now is not past yet', async () => {
    expect(await scheduled({ startsAt: world.now - MINUTE + 1 })).toMatchObject({ status: 'scheduled' })
  })
})

test('a full house: a hundred attendees, and each is told', async () => {
  const people = await world.addPeople(99)
  const room = await scheduled({ attendeeIds: [ben.id, ...people.map((user) => user.id)] })
  expect(room.schedule?.attendees).toHaveLength(100)
  await ben.hears('room.scheduled')
})

test('databases from before get what is missing by a step of its own', () => {
  expect(Object.keys(migrations)).toEqual([
    '0001_first_ring',
    '0002_policies_and_history',
    '0003_moderation',
    '0004_scheduled_meetings',
    '0005_entry',
    '0006_repeating',
    '0007_chat',
    '0008_rights',
    '0009_guests',
    '0010_blocks',
    '0011_trust',
    '0012_accounts',
    '0013_openid',
    '0014_reach',
    '0015_api',
  ])
})
