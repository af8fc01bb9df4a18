// Commands sent again under the same id: remembered for two minutes, over connections too.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  roomId = (await ann.opensMeeting()).room.id
})
afterEach(() => world.close())

test('commands sent twice take effect once and get the same answer', async () => {
  const commandId = randomUUID()
  const invite = { roomId, calleeIds: [ben.id], media: 'video' as const }
  const [first, again] = await Promise.all([
    ann.ask('call.invite', invite, commandId),
    ann.ask('call.invite', invite, commandId),
  ])
  expect(first).toMatchObject({ ok: true, value: { results: [{ outcome: 'success' }] } })
  expect(again).toEqual(first)
  expect(await ann.ask('call.invite', invite, commandId)).toEqual(first)
  expect(ben.heard('call.received')).toHaveLength(1)

  const another = await ann.ask('call.invite', invite)
  expect(another).toMatchObject({ ok: true, value: { results: [{ outcome: 'alreadyInCalling' }] } })
})

test('also over a new connection, and also for an answer that had joined', async () => {
  const call = await ann.rings(ben, roomId)
  const commandId = randomUUID()
  const input = { callId: call.id, rtpCapabilities: null }
  const first = await ben.ask('call.accept', input, commandId)
  ben.disconnects()
  await ben.connects()
  const again = await ben.ask('call.accept', input, commandId)
  if (!first.ok || !again.ok || first.value.outcome !== 'joined' || again.value.outcome !== 'joined')
    throw new Error('ben did not get in')
  expect(again.value.call).toEqual(first.value.call)
  expect(again.value.media).not.toBeNull()
})

test('a refusal is remembered too, and one id cannot mean two commands', async () => {
  const commandId = randomUUID()
  const refused = await ben.ask('room.leave', { roomId }, commandId)
  await ben.joins(roomId)
  expect(await ben.ask('room.leave', { roomId }, commandId)).toEqual(refused)
  expect(await ben.ask('room.end', { roomId }, commandId)).toMatchObject({ ok: false, error: { code: 'conflict' } })
  // Another device of the same person has a memory of its own.
  const phone = await world.signIn('ben', "Ben's phone")
  expect(await phone.ask('room.get', { roomId }, commandId)).toMatchObject({ ok: true })
})

test('what went to the SFU is not sent there twice either', async () => {
  const { media } = await ben.does('room.create', { name: 'x', rtpCapabilities: null })
  if (media === null) throw new Error('there is no media')
  const commandId = randomUUID()
  const track = { source: 'microphone' as const, kind: 'audio' as const, rtpParameters: {}, paused: false }
  const produce = { roomId: media.roomId, transportId: media.send.id, producerId: randomUUID(), ...track }
  const first = await ben.ask('media.produce', produce, commandId)
  ben.disconnects()
  await ben.connects()
  expect(await ben.ask('media.produce', produce, commandId)).toEqual(first)
  expect(first.ok).toBe(true)
  expect(await ben.ask('media.produce', produce)).toMatchObject({ ok: false, error: { code: 'conflict' } })
})

test('a meeting is scheduled, moved and cancelled once, also across a connection', async () => {
  const [schedule, move, cancel] = [randomUUID(), randomUUID(), randomUUID()]
  const startsAt = world.now + 60 * 60_000
  const input = { name: 'Review', startsAt, endsAt: startsAt + 60_000, attendeeIds: [ben.id] }
  const first = await ann.ask('room.schedule', input, schedule)
  if (!first.ok) throw new Error('nothing was scheduled')
  const { id } = first.value.room
  const moved = await ann.ask('room.reschedule', { roomId: id, endsAt: startsAt + 120_000 }, move)
  ann.disconnects()
  await ann.connects()
  expect(await ann.ask('room.schedule', input, schedule)).toEqual(first)
  expect(await ann.ask('room.reschedule', { roomId: id, endsAt: startsAt + 120_000 }, move)).toEqual(moved)
  expect((await ben.does('room.listScheduled', {})).rooms).toMatchObject([{ id, version: 2 }])
  const ended = await ann.ask('room.cancelSchedule', { roomId: id }, cancel)
  expect(await ann.ask('room.cancelSchedule', { roomId: id }, cancel)).toEqual(ended)
  expect(ended.ok).toBe(true)
  expect(ben.heard('room.scheduled')).toHaveLength(1)
  expect(ben.heard('room.scheduleCancelled')).toHaveLength(1)
})

test('are forgotten after two minutes', async () => {
  const commandId = randomUUID()
  const create = { name: 'x', rtpCapabilities: null, leaveOther: true }
  const first = await ben.ask('room.create', create, commandId)
  await world.advance(2 * 60_000)
  const later = await ben.ask('room.create', create, commandId)
  if (!first.ok || !later.ok) throw new Error('no meeting was made')
  expect(later.value.snapshot.room.id).not.toBe(first.value.snapshot.room.id)
})
