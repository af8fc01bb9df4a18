// Calls between two, history, policies, and who may ring whom in: between people on a real server.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { Call, RoomSnapshot } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const MINUTE = 60_000

async function calls(
  caller: TestDevice,
  callee: TestDevice,
  more: Partial<CommandInput<'call.direct'>> = {},
): Promise<{ call: Call; snapshot: RoomSnapshot }> {
  const answer = await caller.does('call.direct', {
    calleeId: callee.id,
    media: 'audio',
    rtpCapabilities: null,
    ...more,
  })
  if (answer.outcome !== 'ringing') throw new Error(`${callee.device.label} declined at once`)
  return answer
}

const roomStatus = async (roomId: string) =>
  (
    await world.server.store.read((db) =>
      db.selectFrom('rooms').select('status').where('id', '=', roomId).executeTakeFirstOrThrow(),
    )
  ).status

describe('a direct call', () => {
  test('is a room of two: the caller sits in it, the callee answers into it, and it ends when either leaves', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { call, snapshot } = await calls(ann, ben, { extension: 'lunch?' })
    expect(snapshot).toMatchObject({ room: { kind: 'direct', ownerId: ann.id }, participants: [{ user: ann.user }] })
    expect(await ben.hearsRing(call.id)).toMatchObject({
      roomKind: 'direct',
      call: { media: 'audio', extension: 'lunch?' },
    })
    const answer = await ben.answers(call)
    expect(answer).toMatchObject({
      outcome: 'joined',
      snapshot: { participants: [{ user: ann.user }, { user: ben.user }] },
    })
    await ben.does('room.leave', { roomId: call.roomId })
    expect((await ann.hears('room.ended')).room.status).toBe('ended')
    expect((await ann.syncs()).seat).toBeNull()
  })

  test.each([
    [
      'declined',
      async (_: TestDevice, ben: TestDevice, call: Call) => void (await ben.declines(call)),
      'call.rejected',
      'rejected',
    ],
    ['not answered', async () => world.advance(30_000), 'call.timeout', 'unreachable'],
  ] as const)('%s: the caller is told why, then the room ends', async (_, end, event, reason) => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { call } = await calls(ann, ben)
    await end(ann, ben, call)
    expect((await ann.hears(event)).call.reason).toBe(reason)
    await ann.hears('room.ended')
    const names = ann.told.map((one) => one.name)
    expect(names.indexOf(event)).toBeLessThan(names.indexOf('room.ended'))
    expect((await ann.syncs()).seat).toBeNull()
  })

  test('hung up before the answer: the ring is cancelled by the caller, and the room is gone', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { call } = await calls(ann, ben)
    await ann.does('room.leave', { roomId: call.roomId })
    expect((await ben.hears('call.cancelled')).call).toMatchObject({ reason: 'byCaller', endedBy: ann.id })
    expect(await roomStatus(call.roomId)).toBe('ended')
    expect(await ben.answers(call)).toMatchObject({ outcome: 'ended' })
  })

  test('an answer after the deadline finds the room ended', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { call } = await calls(ann, ben)
    world.timersLateMs = 30_000
    expect(await ben.answers(call)).toMatchObject({ outcome: 'ended', call: { status: 'timeout' } })
    expect(await roomStatus(call.roomId)).toBe('ended')
  })

  test('the caller is lost: after 15 s the ring and the room end', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { call } = await calls(ann, ben)
    ann.disconnects()
    await ben.hearsPresence(ann, 'offline')
    await world.advance(15_000)
    expect((await ben.hears('call.cancelled')).call.reason).toBe('callerGone')
    expect(await roomStatus(call.roomId)).toBe('ended')
  })

  test('nobody else gets in, by id or by code; and nobody is rung into it', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { call, snapshot } = await calls(ann, ben)
    for (const room of [{ id: call.roomId }, { code: snapshot.room.code }]) {
      expect(await chloe.ask('room.join', { room, rtpCapabilities: null })).toMatchObject({
        error: { code: 'notAllowed' },
      })
    }
    const invited = await ann.ask('call.invite', { roomId: call.roomId, calleeIds: [chloe.id], media: 'audio' })
    expect(invited).toMatchObject({ error: { code: 'notAllowed' } })
  })

  test('oneself, nobody, and from inside another meeting: refused, and nothing is left behind', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const ask = (calleeId: string) => ann.ask('call.direct', { calleeId, media: 'video', rtpCapabilities: null })
    expect(await ask(ann.id)).toMatchObject({ error: { code: 'notAllowed' } })
    expect(await ask('00000000-0000-4000-8000-000000000000')).toMatchObject({ error: { code: 'unknownUser' } })
    const { room } = await ann.opensMeeting()
    const before = await world.rows()
    expect(await ask(ben.id)).toMatchObject({ error: { code: 'inOtherRoom' } })
    expect(await world.rows()).toEqual(before)
    const { call } = await calls(ann, ben, { leaveOther: true })
    expect(call.roomId).not.toBe(room.id)
  })

  test('the same command twice makes one call', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const input = { calleeId: ben.id, media: 'video', rtpCapabilities: null } as const
    const commandId = '11111111-1111-4111-8111-111111111111'
    const [first, second] = [
      await ann.ask('call.direct', input, commandId),
      await ann.ask('call.direct', input, commandId),
    ]
    expect(second).toEqual(first)
    expect((await ben.syncs()).rings).toHaveLength(1)
  })
})

describe('two ring each other at once', () => {
  test('either answer brings both together, and nobody has missed a call', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const one = await calls(ann, ben)
    await world.advance(1_000)
    const other = await calls(ben, ann)
    const answer = await ann.answers(other.call, { leaveOther: true })
    expect(answer.outcome).toBe('joined')
    expect((await ben.hears('call.cancelled')).call).toMatchObject({ id: one.call.id, reason: 'callerGone' })
    const { seat, missed, rings } = await ben.syncs(0)
    expect(seat?.participants.map((participant) => participant.user.id)).toEqual([ben.id, ann.id])
    expect([missed, rings]).toEqual([[], []])
    const { entries } = await ben.does('call.history', {})
    expect(entries.map((entry) => entry.mutual)).toEqual([false, true])
    expect((await ben.does('call.history', { missed: true })).entries).toEqual([])
  })
})

describe('history', () => {
  test('both directions, newest first, in pages, with who ended it', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { room } = await ann.opensMeeting('Design review')
    await chloe.joins(room.id)
    await ann.does('participant.setRole', { roomId: room.id, userId: chloe.id, role: 'admin' })
    const first = await ann.rings(ben, room.id)
    await chloe.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    await world.advance(MINUTE)
    const second = await ann.rings(ben, room.id)
    await ben.declines(second, 'later')
    await world.advance(MINUTE)
    const third = await calls(ben, ann)
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const page = await ben.does('call.history', { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      pages.push(page.entries.map((entry) => entry.call.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(pages).toEqual([[third.call.id, second.id], [first.id]])
    const { entries } = await ben.does('call.history', { missed: true })
    expect(entries).toMatchObject([
      {
        call: { id: first.id, status: 'revoked' },
        endedByName: 'Chloe Martin',
        roomName: 'Design review',
        joinable: true,
      },
    ])
    expect((await chloe.does('call.history', {})).entries, 'only one’s own calls').toEqual([])
  })

  test('a page holds 100 at most, and a marker of somebody else’s making is refused', async () => {
    const ann = await world.signIn('ann')
    expect(await ann.ask('call.history', { limit: 101 })).toMatchObject({ error: { code: 'invalid', field: 'limit' } })
    expect(await ann.ask('call.history', { cursor: 'bm90IG91cnM' })).toMatchObject({
      error: { code: 'invalid', field: 'cursor' },
    })
  })
})

describe('policies', () => {
  test('busy by policy: declined at once as inOtherRoom, and the callee finds it among the missed', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await ben.does('people.setPolicy', { declineWhenBusy: true })
    await ben.opensMeeting('Planning')
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    expect(call).toMatchObject({ status: 'rejected', reason: 'inOtherRoom' })
    expect((await ann.hears('call.rejected')).call.id).toBe(call.id)
    await ben.hears('call.rejected')
    expect(ben.heard('call.received')).toEqual([])
    expect((await ben.syncs(0)).missed.map((one) => one.id)).toEqual([call.id])
    const again = await ann.rings(ben, room.id)
    expect(again.id, 'nothing rings, so one may ring again').not.toBe(call.id)
  })

  test('busy by policy rings all the same outside a meeting', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await ben.does('people.setPolicy', { declineWhenBusy: true })
    const { room } = await ann.opensMeeting()
    expect((await ann.rings(ben, room.id)).status).toBe('calling')
  })

  test('do not disturb: callers and everybody inside see a plain decline, the callee what it was', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const phone = await world.signIn('ben', "Ben's phone")
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + 30 * MINUTE })
    expect((await phone.hears('people.policyChanged')).policy.doNotDisturbUntil).toBe(world.now + 30 * MINUTE)
    await ann.hearsPresence(ben, 'doNotDisturb')
    const { room } = await ann.opensMeeting()
    await chloe.joins(room.id)
    const call = await ann.rings(ben, room.id)
    const seen = [
      call.reason,
      (await ann.hears('call.rejected')).call.reason,
      (await chloe.hears('call.rejected')).call.reason,
      (await ann.does('call.listPending', { roomId: room.id })).calls[0]?.reason,
      (await ann.does('call.history', {})).entries[0]?.call.reason,
    ]
    expect(seen).toEqual(Array(5).fill('rejected'))
    expect((await ben.hears('call.rejected')).call.reason).toBe('doNotDisturb')
    expect((await ben.does('call.history', { missed: true })).entries[0]?.call.reason).toBe('doNotDisturb')
    expect(ben.heard('call.received')).toEqual([])
  })

  test('do not disturb on a direct call: declined, and the caller is in no room', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + MINUTE })
    const answer = await ann.does('call.direct', { calleeId: ben.id, media: 'audio', rtpCapabilities: null })
    expect(answer).toMatchObject({ outcome: 'declined', call: { status: 'rejected', reason: 'rejected' } })
    expect((await ann.syncs()).seat).toBeNull()
  })

  test('a direct call that is declined at once leaves the caller in the meeting they are in', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + MINUTE })
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(chloe, room.id)
    const wish = { calleeId: ben.id, media: 'audio', leaveOther: true, rtpCapabilities: null } as const
    const answer = await ann.does('call.direct', wish)
    expect(answer).toMatchObject({ outcome: 'declined' })
    expect(await roomStatus(answer.call.roomId)).toBe('ended')
    expect((await ann.syncs()).seat?.room.id).toBe(room.id)
    await chloe.declines(call)
    expect((await ann.hears('call.rejected', (told) => told.call.id === call.id)).call.id).toBe(call.id)
  })

  test('do not disturb runs out by itself, also across a restart, and can be ended before', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + MINUTE })
    await world.advance(MINUTE)
    await ben.hears('people.policyChanged', ({ policy }) => policy.doNotDisturbUntil === null)
    await ann.hearsPresence(ben, 'available')
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + MINUTE })
    await ben.does('people.setPolicy', { doNotDisturbUntil: null })
    const { room } = await ann.opensMeeting()
    expect((await ann.rings(ben, room.id)).status).toBe('calling')
  })

  test.each([
    ['in the past', -1],
    ['three days ahead', 3 * 24 * 60 * MINUTE],
  ])('%s is no time for it', async (_, ms) => {
    const ben = await world.signIn('ben')
    expect(await ben.ask('people.setPolicy', { doNotDisturbUntil: world.now + ms })).toMatchObject({
      error: { code: 'invalid', field: 'doNotDisturbUntil' },
    })
  })
})

describe('who may ring people in', () => {
  test('only owner and admins, once the owner says so; rings of others are taken back', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const dan = await world.signIn('dan')
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const call = await ben.rings(chloe, room.id)
    const update = { roomId: room.id, settings: { whoMayInvite: 'admins' } } as const
    expect(await ben.ask('room.update', update)).toMatchObject({ error: { code: 'notAllowed' } })
    await ann.does('room.update', { ...update, name: 'Board' })
    expect((await ben.hears('room.updated')).room).toMatchObject({
      name: 'Board',
      settings: { whoMayInvite: 'admins' },
    })
    expect((await chloe.hears('call.revokedByAdmin')).call).toMatchObject({ id: call.id, reason: 'permissionLost' })
    const invite = { roomId: room.id, calleeIds: [dan.id], media: 'video' as const }
    expect(await ben.ask('call.invite', invite)).toMatchObject({ error: { code: 'notAllowed' } })
    await ann.does('participant.setRole', { roomId: room.id, userId: ben.id, role: 'admin' })
    const byAdmin = await ben.rings(dan, room.id)
    await ann.does('participant.setRole', { roomId: room.id, userId: ben.id, role: 'member' })
    await dan.hears('call.revokedByAdmin', (told) => told.call.id === byAdmin.id)
  })

  test('cancel all: owner and admins, each ring in its own words', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const dan = await world.signIn('dan')
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await ann.rings(chloe, room.id)
    await world.advance(1)
    await ben.rings(dan, room.id)
    expect(await ben.ask('call.cancelAll', { roomId: room.id })).toMatchObject({ error: { code: 'notAllowed' } })
    const cancelled = await ann.does('call.cancelAll', { roomId: room.id })
    expect(cancelled.calls).toMatchObject([{ reason: 'byCaller' }, { reason: 'byAdmin', endedBy: ann.id }])
    await chloe.hears('call.cancelled')
    await dan.hears('call.revokedByAdmin')
    expect((await ann.does('call.cancelAll', { roomId: room.id })).calls).toEqual([])
  })
})
