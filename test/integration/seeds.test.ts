// What the systems that people come from can do with calls, row by row: each test bears the name of its capability.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
})
afterEach(() => world.close())

const directly = async (media: 'audio' | 'video', extension?: string) => {
  const answer = await ann.does('call.direct', { calleeId: ben.id, media, extension, rtpCapabilities: null })
  if (answer.outcome !== 'ringing') throw new Error('the callee declined at once')
  return answer
}

test('ring several into a room, result per user', async () => {
  const { room } = await ann.opensMeeting()
  const nobody = '00000000-0000-4000-8000-000000000000'
  const calleeIds = [ben.id, nobody, ann.id]
  const { results } = await ann.does('call.invite', { roomId: room.id, calleeIds, media: 'video' })
  expect(results.map((result) => result.outcome)).toEqual(['success', 'unknownUser', 'alreadyInRoom'])
  await ben.hearsRing()
})

test('ring more people mid-call', async () => {
  const { room } = await ann.opensMeeting()
  await ben.answers(await ann.rings(ben, room.id))
  // Not only whoever began: any participant.
  const call = await ben.rings(chloe, room.id)
  expect(await chloe.hearsRing(call.id)).toMatchObject({ insideCount: 2 })
})

test('1:1 call, audio or video', async () => {
  for (const media of ['audio', 'video'] as const) {
    const { call } = await directly(media)
    expect(await ben.hearsRing(call.id)).toMatchObject({ roomKind: 'direct', call: { media } })
    expect((await ben.answers(call)).outcome).toBe('joined')
    await ann.does('room.leave', { roomId: call.roomId })
    await ben.hears('room.ended', ({ room }) => room.id === call.roomId)
  }
})

test('payload both ways', async () => {
  const { call } = await directly('audio', 'lunch?')
  expect((await ben.hearsRing(call.id)).call.extension).toBe('lunch?')
  await ben.declines(call, 'in ten minutes')
  expect((await ann.hears('call.rejected')).call.response).toBe('in ten minutes')
})

test('delivery receipt', async () => {
  const { call } = await directly('audio')
  await ben.does('call.received', { callIds: [call.id] })
  const told = await ann.hears('call.updated', (payload) => payload.call.delivery === 'received')
  expect(told.call.receivedAt).toBe(world.now)
})

test('"may be offline" after 5 s', async () => {
  const { call } = await directly('audio')
  await world.advance(5_000)
  await ann.hears('call.updated', (payload) => payload.call.delivery === 'notYetReceived')
  await ben.does('call.received', { callIds: [call.id] })
  await ann.hears('call.updated', (payload) => payload.call.delivery === 'received')
})

test('cancel one or many', async () => {
  const { room } = await ann.opensMeeting()
  await ann.rings(ben, room.id)
  await ann.rings(chloe, room.id)
  const { results } = await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id, chloe.id] })
  expect(results.map((result) => result.outcome)).toEqual(['cancelled', 'cancelled'])
  for (const callee of [ben, chloe]) expect((await callee.hears('call.cancelled')).call.reason).toBe('byCaller')
})

test('cancelled when the caller is lost', async () => {
  const { room } = await ann.opensMeeting()
  await ann.rings(ben, room.id)
  ann.disconnects()
  await ben.hearsPresence(ann, 'offline')
  await world.advance(14_999)
  expect(ben.heard('call.cancelled')).toEqual([])
  await world.advance(1)
  expect((await ben.hears('call.cancelled')).call.reason).toBe('callerGone')
})

test('revoked by an admin', async () => {
  const { room } = await ann.opensMeeting()
  await chloe.joins(room.id)
  await chloe.rings(ben, room.id)
  await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
  for (const person of [ben, chloe]) {
    expect((await person.hears('call.revokedByAdmin')).call).toMatchObject({ reason: 'byAdmin', endedBy: ann.id })
  }
})

test('accept / reject, reason', async () => {
  const { room } = await ann.opensMeeting()
  await ben.answers(await ann.rings(ben, room.id))
  expect((await ann.hears('call.accepted')).call).toMatchObject({ status: 'accepted', reason: 'answered' })
  await chloe.declines(await ann.rings(chloe, room.id))
  expect((await ann.hears('call.rejected')).call).toMatchObject({ status: 'rejected', reason: 'rejected' })
})

test('busy elsewhere', async () => {
  const other = await ben.opensMeeting('Planning')
  const { room } = await ann.opensMeeting()
  // Call waiting: it rings, and answering needs the choice to leave the other meeting.
  const waiting = await ann.rings(ben, room.id)
  await ben.hearsRing(waiting.id)
  const refused = await ben.ask('call.accept', { callId: waiting.id, rtpCapabilities: null })
  expect(refused).toMatchObject({ error: { code: 'inOtherRoom' } })
  expect((await ben.syncs()).seat?.room.id).toBe(other.room.id)
  expect((await ben.answers(waiting, { leaveOther: true })).outcome).toBe('joined')
  // By choice, and by policy.
  await chloe.opensMeeting('Budget')
  const byChoice = await ann.rings(chloe, room.id)
  await chloe.does('call.reject', { callId: byChoice.id, reason: 'inOtherRoom' })
  expect((await ann.hears('call.rejected')).call.reason).toBe('inOtherRoom')
  await chloe.does('people.setPolicy', { declineWhenBusy: true })
  expect(await ann.rings(chloe, room.id)).toMatchObject({ status: 'rejected', reason: 'inOtherRoom' })
})

test('timeout, told to both sides', async () => {
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id, { timeoutSeconds: 5 })
  await ben.does('call.received', { callIds: [call.id] })
  await world.advance(5_000)
  for (const person of [ann, ben]) {
    expect((await person.hears('call.timeout')).call).toMatchObject({ status: 'timeout', reason: 'noAnswer' })
  }
})

test('other devices stop ringing', async () => {
  const phone = await world.signIn('ben', "Ben's phone")
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  await phone.hearsRing(call.id)
  await phone.answers(call)
  const told = await ben.hears('call.handledByOtherDevice')
  expect(told).toMatchObject({ accepted: true, deviceId: phone.device.id, deviceLabel: "Ben's phone" })
  expect(phone.heard('call.handledByOtherDevice')).toEqual([])
})

test('pending list, paged', async () => {
  const { room } = await ann.opensMeeting()
  const people = await world.addPeople(5)
  const calleeIds = people.map((user) => user.id)
  await ann.does('call.invite', { roomId: room.id, calleeIds, media: 'video' })
  const first = await ann.does('call.listPending', { roomId: room.id, limit: 3 })
  const rest = await ann.does('call.listPending', { roomId: room.id, limit: 3, cursor: first.nextCursor ?? '' })
  expect([first.calls.length, rest.calls.length, rest.nextCursor]).toEqual([3, 2, null])
  expect(new Set([...first.calls, ...rest.calls].map((call) => call.callee.id))).toEqual(new Set(calleeIds))
})

test('history, paged, <= 100', async () => {
  const { room } = await ann.opensMeeting()
  const people = await world.addPeople(101)
  for (const slice of [people.slice(0, 50), people.slice(50, 100), people.slice(100)]) {
    const calleeIds = slice.map((user) => user.id)
    await ann.does('call.invite', { roomId: room.id, calleeIds, media: 'video' })
    await world.advance(1)
  }
  expect((await ann.does('call.history', {})).entries, 'a page, unless told otherwise').toHaveLength(20)
  const first = await ann.does('call.history', { limit: 100 })
  const rest = await ann.does('call.history', { limit: 100, cursor: first.nextCursor ?? '' })
  expect([first.entries.length, rest.entries.length, rest.nextCursor]).toEqual([100, 1, null])
  expect(first.entries[0]?.call.callee.id, 'newest first').toBe(people[100]?.id)
  expect(new Set([...first.entries, ...rest.entries].map((entry) => entry.call.id)).size).toBe(101)
})

test('join by yourself, switch device', async () => {
  const phone = await world.signIn('ben', "Ben's phone")
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  // Joining by another way answers the ring.
  await ben.joins(room.id)
  expect((await ann.hears('call.accepted')).call).toMatchObject({ id: call.id, reason: 'joined' })
  await phone.hears('call.handledByOtherDevice', ({ accepted }) => accepted)
  const { participants } = await phone.joins(room.id)
  expect(participants.map((participant) => participant.deviceId)).toEqual([ann.device.id, phone.device.id])
  expect((await ben.hears('participant.seatLost')).reason).toBe('movedToOtherDevice')
})

test('quit, end for all', async () => {
  const { room } = await ann.opensMeeting()
  await ben.joins(room.id)
  await chloe.joins(room.id)
  await ben.does('room.leave', { roomId: room.id })
  await chloe.hears('participant.left', ({ userId }) => userId === ben.id)
  await ann.does('room.end', { roomId: room.id })
  await chloe.hears('room.ended')
})

test('user state in a call', async () => {
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  const states = [call]
  await ben.does('call.received', { callIds: [call.id] })
  states.push((await ann.hears('call.updated', (told) => told.call.version === 2)).call)
  await ben.answers(call)
  states.push((await ann.hears('call.accepted')).call)
  expect(states.map(({ status, delivery }) => `${status} ${delivery}`)).toEqual([
    'calling sent',
    'calling received',
    'accepted received',
  ])
  const { participant } = await ann.hears('participant.joined', (told) => told.participant.user.id === ben.id)
  expect(participant).toMatchObject({ deviceId: ben.device.id, role: 'member', connected: true })
})

test('rooms: create, join, update, end, reserve', async () => {
  const { room } = await ann.opensMeeting('Standup')
  await ben.does('room.join', { room: { code: room.code }, rtpCapabilities: null })
  await ann.does('room.update', { roomId: room.id, name: 'Daily' })
  expect((await ben.hears('room.updated')).room).toMatchObject({ name: 'Daily', version: 2 })
  await ann.does('room.end', { roomId: room.id })
  await ben.hears('room.ended')
  // Reserved ahead of time: told to those it is for, moved, reminded of, begun, and cancelled.
  const startsAt = world.now + 12 * 60_000
  const times = { startsAt, endsAt: startsAt + 30 * 60_000 }
  const reserve = async (name: string) =>
    (await ann.does('room.schedule', { name, ...times, attendeeIds: [ben.id] })).room
  const [review, lunch] = [await reserve('Review'), await reserve('Lunch')]
  await ben.hears('room.scheduled', (told) => told.room.id === lunch.id)
  await ann.does('room.cancelSchedule', { roomId: lunch.id })
  await ben.hears('room.scheduleCancelled', (told) => told.room.id === lunch.id)
  const added = { roomId: review.id, attendeeIds: [ben.id, chloe.id], remindBeforeMs: 5 * 60_000 }
  await ann.does('room.reschedule', added)
  await ben.hears('room.rescheduled')
  await chloe.hears('room.scheduled')
  expect((await chloe.does('room.listScheduled', {})).rooms.map((one) => one.id)).toEqual([review.id])
  await world.advance(7 * 60_000)
  for (const person of [ann, ben, chloe]) await person.hears('room.startingSoon')
  expect((await chloe.joins(review.id)).room.status).toBe('running')
  await chloe.rings(ben, review.id)
  await ben.hearsRing()
})

test('reserved rooms: list by 20, attendees by 50 with their status, add and remove, only by their owner', async () => {
  const crowd = (await world.addPeople(60)).map((user) => user.id)
  const startsAt = world.now + 60 * 60_000
  const times = { startsAt, endsAt: startsAt + 30 * 60_000 }
  const rooms: string[] = []
  for (let n = 0; n < 21; n++) {
    const attendeeIds = n === 0 ? [ben.id, ...crowd] : [ben.id]
    rooms.push((await ann.does('room.schedule', { name: `Room ${n}`, ...times, attendeeIds })).room.id)
  }
  const page = await ben.does('room.listScheduled', {})
  const rest = await ben.does('room.listScheduled', { cursor: page.nextCursor ?? '' })
  expect([page.rooms.length, rest.rooms.length, rest.nextCursor]).toEqual([20, 1, null])
  const roomId = rooms[0] ?? ''
  const people = await ben.does('room.listAttendees', { roomId })
  const others = await ben.does('room.listAttendees', { roomId, cursor: people.nextCursor ?? '' })
  expect([people.attendees.length, others.attendees.length, others.nextCursor]).toEqual([50, 11, null])
  expect(new Set(people.attendees.map((one) => one.status))).toEqual(new Set(['scheduled']))
  // What is the owner's is refused from somebody invited, and from anybody else; who is not invited sees nothing.
  const before = await world.rows()
  for (const person of [ben, chloe]) {
    for (const asked of [
      await person.ask('room.reschedule', { roomId, attendeeIds: [person.id] }),
      await person.ask('room.reschedule', { roomId, name: 'Mine', remindBeforeMs: 0 }),
      await person.ask('room.cancelSchedule', { roomId }),
      await person.ask('room.cancelSchedule', { roomId, scope: 'following' }),
    ])
      expect(asked).toMatchObject({ error: { code: 'notAllowed' } })
  }
  for (const name of ['room.listAttendees', 'room.listOccurrences', 'room.get'] as const)
    expect(await chloe.ask(name, { roomId })).toMatchObject({ error: { code: 'notInRoom' } })
  expect(await world.rows()).toEqual(before)
  await ann.does('room.reschedule', { roomId, attendeeIds: [chloe.id] })
  await ben.hears('room.unscheduled', (told) => told.room.id === roomId)
  await chloe.hears('room.scheduled', (told) => told.room.id === roomId)
})

test('offline callee rung when back in time', async () => {
  const { room } = await ann.opensMeeting()
  const [dan, emil] = [await world.device('dan'), await world.device('emil')]
  const inTime = await ann.rings(dan, room.id)
  const tooLate = await ann.rings(emil, room.id, { timeoutSeconds: 10 })
  await world.advance(12_000)
  await dan.connects()
  const synced = await dan.syncs()
  expect(synced.rings.map((ring) => ring.call.id)).toEqual([inTime.id])
  expect((synced.rings[0]?.call.expiresAt ?? 0) - synced.serverNow, 'the remaining time').toBe(18_000)
  expect((await dan.answers(inTime)).outcome).toBe('joined')
  // After the deadline: a missed call, never a ring.
  await emil.connects()
  const late = await emil.syncs()
  expect(late.rings).toEqual([])
  expect(late.missed).toMatchObject([{ id: tooLate.id, status: 'timeout', reason: 'unreachable' }])
})

test('token expiry warning and renewal', async () => {
  const lifetime = world.config.accessTokenMs
  await world.advance(lifetime - 30_000)
  const { accessExpiresAt } = await ann.hears('session.tokenExpiring')
  expect(accessExpiresAt).toBe(ann.tokens.accessExpiresAt)
  const { tokens } = await ann.does('session.renew', { refreshToken: ann.tokens.refreshToken })
  expect(tokens.accessExpiresAt).toBeGreaterThan(accessExpiresAt)
  await world.advance(60_000)
  expect(await ben.ask('room.list', {})).toMatchObject({ error: { code: 'tokenExpired' } })
  expect((await ann.ask('room.list', {})).ok, 'whoever renewed goes on').toBe(true)
})

test('early media join', async () => {
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  const early = await ben.does('call.warmUp', { callId: call.id, rtpCapabilities: { codecs: [] } })
  // Media is there before the answer; nobody is in the room yet, and nothing can be sent.
  expect(early.media.roomId).toBe(room.id)
  expect((await ann.does('room.get', { roomId: room.id })).participants).toHaveLength(1)
  expect(
    await ben.ask('media.produce', {
      roomId: room.id,
      transportId: early.media.send.id,
      producerId: call.id,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: {},
      paused: false,
    }),
  ).toMatchObject({ error: { code: 'notInRoom' } })
  const answer = await ben.answers(call, { rtpCapabilities: { codecs: [] } })
  expect(answer).toMatchObject({ outcome: 'joined', media: { warm: true, receive: { id: early.media.receive.id } } })
})

test('step timings', async () => {
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  await world.advance(1_000)
  await ben.does('call.received', { callIds: [call.id] })
  await world.advance(2_000)
  await ben.answers(call)
  // Both sides read the steps off the call itself, and add what only a device can know.
  const told = (await ann.hears('call.accepted')).call
  expect([told.receivedAt, told.endedAt].map((at) => (at ?? 0) - told.createdAt)).toEqual([1_000, 3_000])
  await ben.does('call.timeline', { callId: call.id, connectedMs: 40, firstAudioMs: 60, firstVideoMs: 300 })
  await ann.does('call.timeline', { callId: call.id, firstAudioMs: 90, firstVideoMs: 400 })
})

test('requests to open a device: asked, approved, rejected, cancelled, out of time', async () => {
  const { room } = await ann.opensMeeting()
  const roomId = room.id
  for (const person of [ben, chloe]) await person.joins(roomId)
  const asks = async (person: TestDevice) =>
    (await ann.does('participant.askToTurnOn', { roomId, userId: person.id, source: 'microphone' })).request
  const over = (requestId: string, status: string) =>
    ben.hears('participant.requestChanged', ({ request }) => request.id === requestId && request.status === status)
  const first = await asks(ben)
  await ben.does('participant.answerRequest', { requestId: first.id, accept: true })
  await over(first.id, 'accepted')
  const second = await asks(ben)
  await ben.does('participant.answerRequest', { requestId: second.id, accept: false })
  await over(second.id, 'rejected')
  const third = await asks(ben)
  await ann.does('participant.cancelRequest', { requestId: third.id })
  await over(third.id, 'cancelled')
  const fourth = await asks(ben)
  expect(fourth.expiresAt - fourth.createdAt).toBe(60_000)
  await world.advance(60_000)
  await over(fourth.id, 'timeout')
  // The other way about: members are kept from it, one asks, and is let.
  await ann.does('participant.muteAll', { roomId, lock: true })
  const { request } = await chloe.does('participant.askPermission', { roomId, source: 'microphone' })
  await ann.does('participant.answerRequest', { requestId: request.id, accept: true })
  await chloe.hears('participant.updated', ({ participant }) => participant.allowed?.includes('microphone') ?? false)
})

test('roles, mute all, remove, transfer owner', async () => {
  const { room } = await ann.opensMeeting()
  const roomId = room.id
  for (const person of [ben, chloe]) await person.joins(roomId)
  await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
  await ben.does('participant.muteAll', { roomId })
  await chloe.hears('participant.updated', ({ participant }) => participant.muted?.by.id === ben.id)
  await ben.does('participant.stopSource', { roomId, userId: chloe.id, source: 'camera' })
  await chloe.hears('participant.updated', ({ participant }) => participant.stopped?.camera?.by.id === ben.id)
  await ben.does('participant.remove', { roomId, userId: chloe.id, mayReturn: false })
  expect(await chloe.hears('participant.seatLost')).toMatchObject({ reason: 'removed', removal: { by: ben.user } })
  const back = await chloe.ask('room.join', { room: { id: roomId }, rtpCapabilities: null })
  expect(back).toMatchObject({ error: { code: 'notAllowed' } })
  expect((await chloe.answers(await ann.rings(chloe, roomId))).outcome).toBe('joined')
  await ann.does('participant.transferOwner', { roomId, userId: ben.id })
  const { room: told } = await chloe.hears('room.updated')
  expect(told.ownerId).toBe(ben.id)
  // Rule 12: the owner leaving does not end it, and whoever is first in line may take it over.
  await ben.does('room.leave', { roomId })
  await ann.does('participant.transferOwner', { roomId, userId: ann.id })
  expect((await chloe.does('room.get', { roomId })).room.ownerId).toBe(ann.id)
})

test('room password, lock and lobby: an accepted ring is the invitation', async () => {
  const { room } = await ann.opensMeeting()
  const roomId = room.id
  const join = (person: TestDevice, password?: string) =>
    person.ask('room.join', { room: { code: room.code }, rtpCapabilities: null, password })
  await ann.does('room.update', { roomId, password: 'sesame', settings: { lobby: true } })
  expect(await join(ben)).toMatchObject({ error: { code: 'wrongPassword' } })
  expect(await join(ben, 'sesame')).toMatchObject({ value: { outcome: 'waiting' } })
  expect((await ben.answers(await ann.rings(ben, roomId))).outcome, 'neither asked nor kept waiting').toBe('joined')
  await ann.does('room.update', { roomId, settings: { locked: true } })
  expect(await join(chloe, 'sesame')).toMatchObject({ error: { code: 'roomLocked' } })
  const rung = { roomId, calleeIds: [chloe.id], media: 'audio' as const }
  expect(await ben.ask('call.invite', rung)).toMatchObject({ error: { code: 'roomLocked' } })
  expect((await chloe.answers(await ann.rings(chloe, roomId))).outcome).toBe('joined')
})
