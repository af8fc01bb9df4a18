// Who may ring whom: a person's own choice, which nobody is told, and the server's rule, which whoever it refuses is.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

const star = (by: TestDevice, whom: TestDevice, contact = true) =>
  by.does('people.setContact', { userId: whom.id, contact })
const lets = (by: TestDevice, whoMayRing: 'everyone' | 'peopleIMet' | 'nobody') =>
  by.does('people.setPolicy', { whoMayRing })
const makeAdministrator = (device: TestDevice) =>
  world.server.store.write(({ db }) =>
    db.updateTable('users').set({ role: 'administrator' }).where('id', '=', device.id).execute(),
  )

const shape = (call: Call, calledAt: number) => ({
  ...call,
  id: 'call',
  roomId: 'room',
  createdAt: call.createdAt - calledAt,
  expiresAt: call.expiresAt - calledAt,
  receivedAt: call.receivedAt === undefined ? 'never' : 'soon',
  endedAt: call.endedAt === undefined ? 'not yet' : call.endedAt - calledAt,
})

/** All that whoever calls is told of one ring that runs out, in order. */
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

describe('a person’s own choice', () => {
  test('whoever rings somebody who lets nobody ring is told the very same as when nobody answers', async () => {
    const unanswered = await toldOfRing((call) => ben.does('call.received', { callIds: [call.id] }))
    await lets(ben, 'nobody')
    const before = ben.told.length
    expect(await toldOfRing(async () => undefined)).toEqual(unanswered)
    expect(ben.told.slice(before).filter(({ name }) => name.startsWith('call.'))).toEqual([])
    expect((await ben.does('call.history', {})).entries).toHaveLength(1)
    expect((await ann.does('call.history', {})).entries).toHaveLength(2)
  })

  test('of people met: who was in a meeting with one, whom one has rung, and who is a contact rings; others do not', async () => {
    await lets(ben, 'peopleIMet')
    const rings = () => ben.heard('call.received').length
    const ring = async (by: TestDevice) => {
      const { call } = await by.does('call.direct', {
        calleeId: ben.id,
        media: 'audio',
        rtpCapabilities: null,
        leaveOther: true,
      })
      await by.does('room.leave', { roomId: call.roomId })
      await world.settled()
    }
    await ring(ann)
    expect(rings()).toBe(0)
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await ben.does('room.leave', { roomId: room.id })
    await ring(ann)
    await ben.hears('call.received')
    expect(rings()).toBe(1)
    const [chloe, dan] = [await world.signIn('chloe'), await world.signIn('dan')]
    await ring(chloe)
    await ring(dan)
    expect(rings()).toBe(1)
    await star(ben, chloe)
    await ring(chloe)
    const out = await ben.does('call.direct', { calleeId: dan.id, media: 'audio', rtpCapabilities: null })
    await ben.does('room.leave', { roomId: out.call.roomId })
    await ring(dan)
    await ben.hears('call.received', ({ ring: { call } }) => call.caller.id === dan.id)
    expect(rings()).toBe(3)
    await star(ben, chloe, false)
    await ring(chloe)
    expect(rings()).toBe(3)
  })

  test('the choice and the contacts are told to all devices, and stand in the sync', async () => {
    const phone = await world.signIn('ben', 'phone')
    await lets(ben, 'peopleIMet')
    expect((await phone.hears('people.policyChanged')).policy.whoMayRing).toBe('peopleIMet')
    await ben.does('people.setPolicy', { declineWhenBusy: true })
    await star(ben, ann)
    await star(ben, ann)
    expect((await phone.hears('people.contactsChanged')).contacts).toEqual([ann.user])
    const sync = await phone.syncs()
    expect(sync.policy).toMatchObject({ whoMayRing: 'peopleIMet', declineWhenBusy: true })
    expect(sync.contacts).toEqual([ann.user])
    expect((await ann.syncs()).contacts).toEqual([])
    expect(ann.heard('people.contactsChanged')).toEqual([])
    expect(await ben.ask('people.setContact', { userId: ben.id, contact: true })).toMatchObject({
      error: { code: 'notAllowed' },
    })
    const userId = '00000000-0000-4000-8000-000000000000'
    expect(await ben.ask('people.setContact', { userId, contact: true })).toMatchObject({
      error: { code: 'unknownUser' },
    })
  })
})

describe('the server’s rule', () => {
  test('only administrators see and set it', async () => {
    for (const [name, input] of [
      ['admin.ringPolicy', {}],
      ['admin.setRingPolicy', { rule: 'contacts' }],
      ['admin.listAudit', {}],
    ] as const)
      expect(await ann.ask(name, input)).toMatchObject({ error: { code: 'notAllowed' } })
    await makeAdministrator(ann)
    const { policy } = await ann.does('admin.setRingPolicy', { rule: 'allowList', allowedIds: [ben.id] })
    expect(policy).toEqual({ rule: 'allowList', allowed: [ben.user] })
    expect(await ann.does('admin.ringPolicy', {})).toEqual({ policy })
    const nobody = '00000000-0000-4000-8000-000000000000'
    expect(await ann.ask('admin.setRingPolicy', { allowedIds: [ben.id, nobody] })).toMatchObject({
      error: { code: 'unknownUser', field: 'allowedIds.1' },
    })
    expect((await ann.does('admin.setRingPolicy', { rule: 'contacts' })).policy.allowed).toEqual([ben.user])
  })

  test('whom it refuses is told so; contacts ring, and with a list those on it', async () => {
    const chloe = await world.signIn('chloe')
    await makeAdministrator(chloe)
    await chloe.does('admin.setRingPolicy', { rule: 'contacts' })
    const { room } = await ann.opensMeeting()
    const invite = () => ann.does('call.invite', { roomId: room.id, calleeIds: [ben.id, chloe.id], media: 'video' })
    expect((await invite()).results).toEqual([
      { calleeId: ben.id, outcome: 'notAllowed', by: 'organisation' },
      { calleeId: chloe.id, outcome: 'notAllowed', by: 'organisation' },
    ])
    expect(
      await ann.ask('call.direct', { calleeId: ben.id, media: 'audio', rtpCapabilities: null, leaveOther: true }),
    ).toMatchObject({ error: { code: 'notAllowed', field: 'organisation' } })
    expect((await ann.syncs()).seat?.room.id, 'she is where she was').toBe(room.id)
    // Her own list would let everybody ring everybody.
    await star(ann, ben)
    expect((await invite()).results[0]).toMatchObject({ outcome: 'notAllowed' })
    await star(ben, ann)
    expect((await invite()).results.map(({ outcome }) => outcome)).toEqual(['success', 'notAllowed'])
    await chloe.does('admin.setRingPolicy', { rule: 'allowList', allowedIds: [ann.id] })
    expect((await invite()).results.map(({ outcome }) => outcome)).toEqual(['alreadyInCalling', 'success'])
  })
})
