// Blocking somebody: nothing of what they ring arrives, and nothing tells them so.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Call } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
beforeEach(async () => {
  world = await openWorld()
  ;[ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
})
afterEach(() => world.close())

const blocks = (by: TestDevice, whom: TestDevice, blocked = true) =>
  by.does('people.block', { userId: whom.id, blocked })
const rings = (device: TestDevice) => device.heard('call.received')

/** What is the same for every ring, whoever is at the other end. */
const shape = (call: Call, calledAt: number) => ({
  ...call,
  id: 'call',
  callee: 'callee',
  roomId: 'room',
  createdAt: call.createdAt - calledAt,
  expiresAt: call.expiresAt - calledAt,
  receivedAt: call.receivedAt === undefined ? 'never' : 'soon',
  endedAt: call.endedAt === undefined ? 'not yet' : call.endedAt - calledAt,
})

/** All that whoever calls is told of one ring that runs out, in order. `shows`: what the callee's device does. */
async function toldOfRing(shows: (call: Call) => Promise<unknown>): Promise<object[]> {
  const calledAt = world.now
  const { room } = await ann.opensMeeting('Standup', true)
  const call = await ann.rings(ben, room.id)
  await shows(call)
  await world.advance(1_000)
  await world.advance(29_000)
  await ann.hears('call.timeout', (payload) => payload.call.id === call.id)
  return ann.told.flatMap(({ name, payload }) =>
    'call' in payload && payload.call.id === call.id ? [{ name, ...shape(payload.call, calledAt) }] : [],
  )
}

test('a blocked caller is told the very same as one whose ring nobody answers, and the callee nothing', async () => {
  const answeredByNobody = await toldOfRing((call) => ben.does('call.received', { callIds: [call.id] }))
  const missedBefore = (await ben.syncs(0)).missed
  await blocks(ben, ann)
  const rungBefore = ben.told.length
  const blocked = await toldOfRing(async () => undefined)
  expect(blocked).toEqual(answeredByNobody)
  expect(blocked.at(-1)).toMatchObject({ name: 'call.timeout', reason: 'noAnswer' })
  expect(ben.told.slice(rungBefore).filter(({ name }) => name.startsWith('call.'))).toEqual([])
  const { missed } = await ben.syncs(0)
  expect(missed).toEqual(missedBefore)
  const { entries } = await ben.does('call.history', {})
  expect(entries.map((entry) => entry.call.id)).toEqual(missedBefore.map(({ id }) => id))
  expect((await ann.does('call.history', {})).entries).toHaveLength(2)
})

test('a call between two is silenced as well, and what is taken back or ends with the meeting stays unheard', async () => {
  await blocks(ben, ann)
  const direct = await ann.does('call.direct', { calleeId: ben.id, media: 'audio', rtpCapabilities: null })
  expect(direct.outcome).toBe('ringing')
  await ann.does('room.leave', { roomId: direct.call.roomId })
  const { room } = await ann.opensMeeting()
  await ann.rings(ben, room.id)
  await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
  await ann.rings(ben, room.id)
  await ann.does('room.end', { roomId: room.id })
  await world.advance(40_000)
  expect(ben.told.filter(({ name }) => name.startsWith('call.'))).toEqual([])
})

test('without a device the ring stays unreached, and one that comes later is taken for one that shows it', async () => {
  await blocks(ben, ann)
  ben.disconnects()
  await world.settled()
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  await world.advance(5_000)
  await ann.hears('call.updated', (payload) => payload.call.delivery === 'notYetReceived')
  await ben.connects()
  expect((await ben.syncs()).rings).toEqual([])
  await world.advance(1_000)
  await ann.hears('call.updated', (payload) => payload.call.delivery === 'received')
  expect(ann.heard('call.updated').at(-1)?.call.id).toBe(call.id)
})

test('blocked while it rings: it stops on every device, and goes on for the caller', async () => {
  const phone = await world.signIn('ben', "Ben's phone")
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  await ben.hearsRing(call.id)
  await blocks(ben, ann)
  expect((await phone.hears('people.blockedChanged')).blocked).toEqual([ann.user])
  expect((await phone.syncs()).rings).toEqual([])
  // Its receipt is due at once, and comes before a clock that jumps.
  await world.settled()
  await world.advance(0)
  await world.advance(30_000)
  expect((await ann.hears('call.timeout')).call.reason).toBe('noAnswer')
  expect(ben.heard('call.timeout')).toEqual([])
  expect((await ben.syncs(0)).missed).toEqual([])
})

test('blocked before any device has shown it, a ring is taken for shown; blocked, unblocked and blocked again it stays silent', async () => {
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(ben, room.id)
  await blocks(ben, ann)
  await world.settled()
  await world.advance(0)
  await ann.hears('call.updated', (payload) => payload.call.id === call.id && payload.call.delivery === 'received')
  await blocks(ben, ann, false)
  expect((await ben.syncs()).rings).toEqual([])
  expect((await blocks(ben, ann)).blocked).toEqual([ann.user])
  await world.advance(30_000)
  expect(ben.heard('call.timeout')).toEqual([])
})

test('others still get through, whoever blocks still rings whom they blocked, and unblocking is enough', async () => {
  const chloe = await world.signIn('chloe')
  await blocks(ben, ann)
  const { room } = await chloe.opensMeeting()
  const call = await chloe.rings(ben, room.id)
  await ben.hearsRing(call.id)
  const answer = await ben.answers(call)
  expect(answer.outcome).toBe('joined')
  const back = await ben.rings(ann, room.id)
  await ann.hearsRing(back.id)
  await ann.answers(back)
  await ben.does('room.leave', { roomId: room.id })

  expect((await blocks(ben, ann, false)).blocked).toEqual([])
  const again = await ann.rings(ben, room.id)
  await ben.hearsRing(again.id)
  expect(rings(ben)).toHaveLength(2)
})

test('who is blocked is known after a sync; oneself, nobody, and too many are refused', async () => {
  await blocks(ben, ann)
  await blocks(ben, ann)
  expect((await ben.syncs()).blocked).toEqual([ann.user])
  expect((await ann.syncs()).blocked).toEqual([])
  expect(await ben.ask('people.block', { userId: ben.id, blocked: true })).toMatchObject({
    error: { code: 'notAllowed' },
  })
  const nobody = '00000000-0000-4000-8000-000000000000'
  expect(await ben.ask('people.block', { userId: nobody, blocked: true })).toMatchObject({
    error: { code: 'unknownUser' },
  })
})
