// Scheduled meetings, pure: their rules, and what a device knows of them whatever the order of the news.
import { describe, expect, test } from 'vitest'
import { applyEvent, applySync, emptyMirror, enterRoom, type MirrorState } from '../../../shared/client/mirror.ts'
import { reminders, upcoming, withRooms } from '../../../shared/client/scheduled.ts'
import type { EventName, ServerEvent } from '../../../shared/protocol/contract.ts'
import type { Room, Schedule } from '../../../shared/protocol/things.ts'
import { canJoin, isReminding, mayEnter, remindAt, timesProblem } from '../../../shared/schedule/schedule.ts'
import { ann, aParticipant, aRoom, aSync, ben, chloe, id } from '../../support/things.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = 1_800_000_000_000

const aSchedule = (fields: Partial<Schedule> = {}): Schedule => ({
  startsAt: NOW + HOUR,
  endsAt: NOW + 2 * HOUR,
  owner: ann,
  attendees: [ben],
  remindBeforeMs: 10 * MINUTE,
  ...fields,
})
const aMeeting = (fields: Partial<Room> = {}, schedule: Partial<Schedule> = {}): Room =>
  aRoom({ status: 'scheduled', schedule: aSchedule(schedule), ...fields })
const told = (name: Extract<EventName, `room.${string}`>, room: Room) => ({ name, payload: { room } }) as ServerEvent

describe('times', () => {
  const problem = (startsAt: number, endsAt: number, before?: { startsAt: number; running: boolean }) =>
    timesProblem({ startsAt: NOW + startsAt, endsAt: NOW + endsAt }, NOW, before)

  test.each([
    [HOUR, 2 * HOUR, null],
    [-MINUTE + 1, HOUR, null],
    [-MINUTE, HOUR, { field: 'startsAt', problem: 'startsInPast' }],
    [366 * DAY, 366 * DAY + 1, null],
    [366 * DAY + 1, 366 * DAY + 2, { field: 'startsAt', problem: 'startsTooFarAhead' }],
    [HOUR, HOUR, { field: 'endsAt', problem: 'endsBeforeStart' }],
    [HOUR, HOUR + DAY, null],
    [HOUR, HOUR + DAY + 1, { field: 'endsAt', problem: 'tooLong' }],
    [-30_000, -1, { field: 'endsAt', problem: 'endsInPast' }],
  ])('from %i to %i', (startsAt, endsAt, expected) => expect(problem(startsAt, endsAt)).toEqual(expected))

  test('a start that stays is not held against a change; a running meeting keeps it', () => {
    const startsAt = NOW - HOUR
    expect(problem(-HOUR, HOUR, { startsAt, running: true })).toBeNull()
    expect(problem(-HOUR, HOUR, { startsAt, running: false })).toBeNull()
    expect(problem(HOUR, 2 * HOUR, { startsAt, running: true })).toEqual({ field: 'startsAt', problem: 'hasBegun' })
    expect(problem(HOUR, 2 * HOUR, { startsAt, running: false })).toBeNull()
    expect(problem(-HOUR, -1, { startsAt, running: true })).toEqual({ field: 'endsAt', problem: 'endsInPast' })
  })

  test('the reminder comes before the start, and at the start when it is too late for that', () => {
    expect(remindAt(NOW + HOUR, 10 * MINUTE, NOW)).toBe(NOW + 50 * MINUTE)
    expect(remindAt(NOW + 5 * MINUTE, 10 * MINUTE, NOW)).toBe(NOW + 5 * MINUTE)
    expect(remindAt(NOW + HOUR, 0, NOW)).toBe(NOW + HOUR)
  })
})

describe('coming in', () => {
  const enters = (status: Room['status'], user: { id: string; isAttendee: boolean }, minutesBefore: number) =>
    mayEnter({ status, ownerId: ann.id, startsAt: NOW }, user, NOW - minutesBefore * MINUTE)
  const [owner, attendee, other] = [ann, ben, chloe].map(({ id }) => ({ id, isAttendee: id === ben.id }))

  test('owner at any time, attendees from ten minutes before, others once it runs', () => {
    expect([enters('scheduled', owner!, 600), enters('scheduled', attendee!, 600)]).toEqual([true, false])
    expect([enters('scheduled', attendee!, 10), enters('scheduled', other!, 0)]).toEqual([true, false])
    expect([enters('running', other!, 600), enters('ended', owner!, 0)]).toEqual([true, false])
  })

  test('as a device sees it', () => {
    expect(canJoin(aMeeting(), ann.id, NOW)).toBe(true)
    expect(canJoin(aMeeting(), ben.id, NOW)).toBe(false)
    expect(canJoin(aMeeting(), ben.id, NOW + 50 * MINUTE)).toBe(true)
    expect(canJoin(aMeeting(), chloe.id, NOW + HOUR)).toBe(false)
  })
})

describe('what a device knows', () => {
  // Ben's device.
  const synced = (scheduled: Room[] = []): MirrorState => applySync(emptyMirror, aSync({ scheduled }), 2_000, 2_000)
  const after = (state: MirrorState, ...events: ServerEvent[]) =>
    events.reduce((known, event) => applyEvent(known, event, 2_000), state)
  const names = (state: MirrorState) => upcoming(state).map((room) => room.name)

  const first = aMeeting()
  const renamed = aMeeting({ name: 'Renamed', version: 2 })
  const without = aMeeting({ name: 'Renamed', version: 3 }, { attendees: [chloe] })
  const again = aMeeting({ name: 'Again', version: 4 })
  const over = aMeeting({ status: 'ended', version: 5 })

  test('added, changed, taken off, added again, over', () => {
    let state = after(synced(), told('room.scheduled', first))
    expect(names(state)).toEqual(['Design review'])
    state = after(state, told('room.rescheduled', renamed))
    expect(names(state)).toEqual(['Renamed'])
    state = after(state, told('room.unscheduled', without))
    expect([names(state), state.unscheduled[first.id]]).toEqual([[], { version: 3, why: 'removed' }])
    state = after(state, told('room.scheduled', again))
    expect([names(state), state.unscheduled]).toEqual([['Again'], {}])
    state = after(state, told('room.ended', over))
    expect([names(state), state.unscheduled[first.id]?.why]).toEqual([[], 'over'])
  })

  test('whatever the order, and however often, the newest counts', () => {
    const story = [
      told('room.scheduled', first),
      told('room.rescheduled', renamed),
      told('room.unscheduled', without),
      told('room.scheduled', again),
      told('room.scheduleCancelled', over),
    ]
    for (let turn = 0; turn < story.length; turn++) {
      const shuffled = [...story.slice(turn), ...story.slice(0, turn), ...story.toReversed()]
      const state = after(synced(), ...shuffled)
      expect([names(state), state.unscheduled[first.id]]).toEqual([[], { version: 5, why: 'cancelled' }])
      expect(after(state, ...story).scheduled).toBe(state.scheduled)
      const partly = after(synced(), ...shuffled.filter((event) => event.name !== 'room.scheduleCancelled'))
      expect(names(partly)).toEqual(['Again'])
    }
  })

  test('the same news twice changes nothing', () => {
    const once = after(synced(), told('room.scheduled', first))
    expect(after(once, told('room.scheduled', first))).toBe(once)
  })

  test('a sync replaces what was missed, and news from before it does not bring back what is gone', () => {
    const known = after(synced([first]), told('room.scheduleCancelled', over))
    expect(names(applySync(known, aSync({ scheduled: [] }), 3_000, 3_000))).toEqual([])
    expect(names(after(applySync(known, aSync(), 3_000, 3_000), told('room.scheduled', first)))).toEqual([])
    expect(names(applySync(synced([first]), aSync({ scheduled: [renamed] }), 3_000, 3_000))).toEqual(['Renamed'])
    expect(names(applySync(synced([first]), aSync(), 3_000, 3_000))).toEqual([])
  })

  test("others' meetings are none of this person's, also when inside", () => {
    const others = aMeeting({ status: 'running' }, { attendees: [chloe] })
    const inside = enterRoom(synced(), { room: others, participants: [aParticipant({ user: ben })] })
    const state = after(inside, told('room.updated', { ...others, name: 'Theirs', version: 2 }))
    expect([names(state), state.seat?.room.name]).toEqual([[], 'Theirs'])
    expect(names(withRooms(synced(), [aRoom(), others]))).toEqual([])
  })

  test('who is inside sees at once how the meeting was changed', () => {
    const running = aMeeting({ status: 'running' })
    const inside = enterRoom(synced([running]), { room: running, participants: [aParticipant({ user: ben })] })
    const longer = aMeeting({ status: 'running', version: 2 }, { endsAt: NOW + 9 * HOUR })
    const state = after(inside, told('room.rescheduled', longer))
    expect(state.seat?.room).toEqual(longer)
    expect(upcoming(state)).toEqual([longer])
  })

  test('soonest first', () => {
    const rooms = [3, 1, 2].map((hours) => aMeeting({ id: id(hours) }, { startsAt: NOW + hours * HOUR }))
    expect(upcoming(withRooms(synced(), rooms)).map((room) => room.id)).toEqual([id(1), id(2), id(3)])
  })
})

describe('reminders', () => {
  const remindedAt = NOW + 50 * MINUTE
  const room = aMeeting({}, { remindedAt })
  const state = applySync(emptyMirror, aSync({ scheduled: [room] }), 2_000, 2_000)
  const shown = (known: MirrorState, at: number) => reminders(known, at).length

  test('show from the moment the server reminded, until a while after the start', () => {
    expect(isReminding(aMeeting(), NOW + HOUR)).toBe(false)
    expect(shown(state, remindedAt)).toBe(1)
    expect(shown(state, NOW + 75 * MINUTE - 1)).toBe(1)
    expect(shown(state, NOW + 75 * MINUTE)).toBe(0)
  })

  test('not beyond the end, and not once it has ended', () => {
    expect(isReminding(aMeeting({}, { remindedAt, endsAt: NOW + HOUR + MINUTE }), NOW + HOUR + MINUTE)).toBe(false)
    expect(isReminding(aMeeting({ status: 'ended' }, { remindedAt }), remindedAt)).toBe(false)
  })

  test('not to somebody who is in it, on whichever device', () => {
    const inside = enterRoom(state, { room, participants: [aParticipant({ user: ben })] })
    expect(shown(inside, remindedAt)).toBe(0)
    const elsewhere = { roomId: room.id, deviceId: id(13), deviceLabel: 'Phone' }
    expect(shown({ ...state, elsewhere }, remindedAt)).toBe(0)
  })
})
