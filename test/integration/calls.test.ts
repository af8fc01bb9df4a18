// Rings from the first to the last word, between people on a real server.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

describe('ringing', () => {
  test('a callee rings, answers, and is inside; the caller is told', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting('Design review')
    const call = await ann.rings(ben, room.id, { extension: 'two minutes?' })

    const ring = await ben.hearsRing(call.id)
    expect(ring).toMatchObject({ roomName: 'Design review', insideCount: 1, inside: [ann.user] })
    expect(ring.call).toMatchObject({ status: 'calling', delivery: 'sent', extension: 'two minutes?' })

    const answer = await ben.answers(call, { response: 'coming' })
    if (answer.outcome !== 'joined') throw new Error(`ben did not get in: ${answer.message}`)
    expect(answer.media?.roomId).toBe(room.id)
    expect(answer.snapshot.participants.map((participant) => participant.user.name)).toEqual(['Ann Kovač', 'Ben Osei'])
    expect(answer.call).toMatchObject({
      status: 'accepted',
      reason: 'answered',
      handledBy: ben.device.id,
      response: 'coming',
    })
    const told = await ann.hears('call.accepted')
    expect(told.call).toEqual(answer.call)
    await ann.hears('participant.joined', ({ participant }) => participant.user.id === ben.id)
  })

  test('several at once get a result each, and one bad callee fails none of the others', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const dan = await world.device('dan')
    const { room } = await ann.opensMeeting()
    await chloe.joins(room.id)
    const first = await ann.rings(ben, room.id)
    const nobody = '00000000-0000-4000-8000-000000000000'
    const { results } = await ann.does('call.invite', {
      roomId: room.id,
      calleeIds: [ben.id, chloe.id, dan.id, nobody, ann.id, dan.id],
      media: 'audio',
    })
    expect(results).toMatchObject([
      { calleeId: ben.id, outcome: 'alreadyInCalling', call: { id: first.id } },
      { calleeId: chloe.id, outcome: 'alreadyInRoom' },
      { calleeId: dan.id, outcome: 'success', call: { media: 'audio', expiresAt: world.now + 30_000 } },
      { calleeId: nobody, outcome: 'unknownUser' },
      { calleeId: ann.id, outcome: 'alreadyInRoom' },
    ])
    expect(results).toHaveLength(5)
  })

  test('a decline ends the ring with its reply, for the caller and for everybody inside', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { room } = await ann.opensMeeting()
    await chloe.joins(room.id)
    const call = await ann.rings(ben, room.id)
    const ended = await ben.declines(call, 'in a train')
    expect(ended).toMatchObject({ status: 'rejected', reason: 'rejected', response: 'in a train', endedBy: ben.id })
    expect((await ann.hears('call.rejected')).call).toEqual(ended)
    expect((await chloe.hears('call.rejected')).call).toEqual(ended)
    // The answer of a command that was given up may be lost: the device itself hears of it as news, too.
    expect((await ben.hears('call.rejected')).call).toEqual(ended)
  })

  test('a receipt turns delivery into received, once', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    await ben.does('call.received', { callIds: [call.id] })
    await phone.does('call.received', { callIds: [call.id] })
    const { call: updated } = await ann.hears('call.updated', (payload) => payload.call.delivery === 'received')
    expect(updated).toMatchObject({ version: 2, receivedAt: world.now })
    expect(ann.heard('call.updated').map((payload) => payload.call.version)).toEqual([1, 2])
  })

  test('without a receipt within 5 s the caller learns that the callee may be offline, and a late one still counts', async () => {
    const [ann, dan] = [await world.signIn('ann'), await world.device('dan')]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(dan, room.id)
    await world.advance(4_999)
    expect(ann.heard('call.updated').at(-1)?.call.delivery).toBe('sent')
    await world.advance(1)
    await ann.hears('call.updated', (payload) => payload.call.delivery === 'notYetReceived')

    // Rule 7: a device that comes online before the deadline rings with the time that is left.
    await world.advance(5_000)
    await dan.connects()
    const { rings, serverNow } = await dan.syncs()
    expect(rings).toMatchObject([{ call: { id: call.id, delivery: 'notYetReceived' } }])
    expect((rings[0]?.call.expiresAt ?? 0) - serverNow).toBe(20_000)
    await dan.does('call.received', { callIds: [call.id] })
    await ann.hears('call.updated', (payload) => payload.call.delivery === 'received')
  })
})

describe('endings', () => {
  test('nobody answers: the ring runs out for everybody, as noAnswer or unreachable', async () => {
    const [ann, ben, dan] = [await world.signIn('ann'), await world.signIn('ben'), await world.device('dan')]
    const { room } = await ann.opensMeeting()
    const toBen = await ann.rings(ben, room.id)
    const toDan = await ann.rings(dan, room.id)
    await ben.does('call.received', { callIds: [toBen.id] })
    await world.advance(29_999)
    expect(ann.heard('call.timeout')).toEqual([])
    await world.advance(1)
    const endings = [
      await ann.hears('call.timeout', ({ call }) => call.id === toBen.id),
      await ann.hears('call.timeout', ({ call }) => call.id === toDan.id),
    ]
    expect(endings.map(({ call }) => call.reason)).toEqual(['noAnswer', 'unreachable'])
    await ben.hears('call.timeout')
    await dan.connects()
    const { rings, missed } = await dan.syncs(0)
    expect(rings).toEqual([])
    expect(missed.map((call) => call.id)).toEqual([toDan.id])
  })

  test('an answer at the deadline comes too late: no seat, the terminal call, and words', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id, { timeoutSeconds: 5 })
    // The clock alone, so that the answer arrives before the timer that would end the ring.
    world.timersLateMs = 5_000
    const answer = await ben.answers(call)
    expect(answer).toMatchObject({
      outcome: 'ended',
      code: 'conflict',
      message: 'The call has run out.',
      call: { status: 'timeout' },
    })
    await ann.hears('call.timeout')
    expect((await ann.does('room.get', { roomId: room.id })).participants).toHaveLength(1)
  })

  test('a device that syncs at the deadline does not ring, even before the timer has noticed', async () => {
    const [ann, dan] = [await world.signIn('ann'), await world.device('dan')]
    const { room } = await ann.opensMeeting()
    await ann.rings(dan, room.id, { timeoutSeconds: 5 })
    world.timersLateMs = 5_000
    await dan.connects()
    expect((await dan.syncs()).rings).toEqual([])
  })

  test('the caller cancels: the callee stops ringing and sees a missed call', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    const { results } = await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id, ann.id] })
    expect(results).toMatchObject([
      {
        calleeId: ben.id,
        outcome: 'cancelled',
        call: { id: call.id, status: 'cancelled', reason: 'byCaller', endedBy: ann.id },
      },
      { calleeId: ann.id, outcome: 'notCalling' },
    ])
    await ben.hears('call.cancelled')
    const late = await ben.answers(call)
    expect(late).toMatchObject({ outcome: 'ended', code: 'conflict', message: 'Ann Kovač has cancelled the call.' })
    expect((await ben.syncs(world.now - 1)).missed).toMatchObject([{ id: call.id }])
  })

  test('owner and admins revoke what others started; a plain member may not', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const [dan, emil] = [await world.signIn('dan'), await world.signIn('emil')]
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await chloe.joins(room.id)
    const toDan = await ben.rings(dan, room.id)
    const toEmil = await ben.rings(emil, room.id)

    const refused = await chloe.does('call.cancel', { roomId: room.id, calleeIds: [dan.id] })
    expect(refused.results).toEqual([{ calleeId: dan.id, outcome: 'notAllowed' }])

    await ann.does('call.cancel', { roomId: room.id, calleeIds: [dan.id] })
    const byOwner = await dan.hears('call.revokedByAdmin')
    expect(byOwner.call).toMatchObject({ id: toDan.id, status: 'revoked', reason: 'byAdmin', endedBy: ann.id })
    expect((await ben.hears('call.revokedByAdmin')).call).toEqual(byOwner.call)

    await ann.does('participant.setRole', { roomId: room.id, userId: chloe.id, role: 'admin' })
    await ben.hears('participant.updated', ({ participant }) => participant.role === 'admin')
    await chloe.does('call.cancel', { roomId: room.id, calleeIds: [emil.id] })
    const byAdmin = await emil.hears('call.revokedByAdmin')
    expect(byAdmin.call).toMatchObject({ id: toEmil.id, endedBy: chloe.id })
    expect(await emil.answers(toEmil)).toMatchObject({ outcome: 'ended', message: 'The call was taken back.' })
  })

  test('a caller who has left while others stayed may still take the ring back', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const call = await ben.rings(chloe, room.id)
    await ben.does('room.leave', { roomId: room.id })
    expect((await chloe.syncs()).rings).toMatchObject([{ call: { id: call.id } }])
    await ben.does('call.cancel', { roomId: room.id, calleeIds: [chloe.id] })
    expect((await chloe.hears('call.cancelled')).call.reason).toBe('byCaller')
  })
})

describe('several devices and several rings', () => {
  test('all devices ring, one answers, the others stop within 150 ms and say where', async () => {
    const ann = await world.signIn('ann')
    const [laptop, phone] = [await world.signIn('ben', "Ben's laptop"), await world.signIn('ben', "Ben's phone")]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(laptop, room.id)
    await Promise.all([laptop.hearsRing(call.id), phone.hearsRing(call.id)])

    const answeredAt = performance.now()
    const [, handled] = await Promise.all([phone.answers(call), laptop.hears('call.handledByOtherDevice')])
    expect(performance.now() - answeredAt).toBeLessThan(150)
    expect(handled).toMatchObject({ accepted: true, deviceId: phone.device.id, deviceLabel: "Ben's phone" })
    expect(handled.call).toMatchObject({ id: call.id, status: 'accepted', handledBy: phone.device.id })

    const second = await laptop.answers(call)
    expect(second).toMatchObject({
      outcome: 'ended',
      code: 'conflict',
      message: 'You answered this call on another device.',
    })
    expect(phone.heard('call.handledByOtherDevice')).toEqual([])
    expect(world.engine.openSeats()).not.toContainEqual({
      roomId: room.id,
      userId: laptop.id,
      deviceId: laptop.device.id,
    })
  })

  test('a decline on one device stops the others too', async () => {
    const ann = await world.signIn('ann')
    const [laptop, phone] = [await world.signIn('ben'), await world.signIn('ben', "Ben's phone")]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(laptop, room.id)
    await phone.declines(call)
    expect(await laptop.hears('call.handledByOtherDevice')).toMatchObject({
      accepted: false,
      deviceLabel: "Ben's phone",
    })
  })

  test('entering the room some other way answers the ring as joined', async () => {
    const ann = await world.signIn('ann')
    const [laptop, phone] = [await world.signIn('ben'), await world.signIn('ben', "Ben's phone")]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(laptop, room.id)
    await laptop.joins(room.id)
    expect((await ann.hears('call.accepted')).call).toMatchObject({
      id: call.id,
      reason: 'joined',
      handledBy: laptop.device.id,
    })
    await phone.hears('call.handledByOtherDevice')
  })

  test('call waiting: answering from another meeting needs the choice to leave it', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { room: first } = await ann.opensMeeting('First')
    const { room: second } = await chloe.opensMeeting('Second')
    await ben.joins(first.id)
    const call = await chloe.rings(ben, second.id)
    const before = await world.rows()
    const refused = await ben.ask('call.accept', { callId: call.id, rtpCapabilities: null })
    expect(refused).toMatchObject({ ok: false, error: { code: 'inOtherRoom' } })
    expect(await world.rows()).toEqual(before)

    const answer = await ben.answers(call, { leaveOther: true })
    expect(answer.outcome).toBe('joined')
    expect(await ann.hears('participant.left')).toMatchObject({ roomId: first.id, userId: ben.id })
    expect(world.engine.openSeats().filter((seat) => seat.userId === ben.id)).toMatchObject([{ roomId: second.id }])
  })

  test('two who ring each other end in one room, with no ring left', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room: annRoom } = await ann.opensMeeting('At Ann')
    const { room: benRoom } = await ben.opensMeeting('At Ben')
    const toBen = await ann.rings(ben, annRoom.id)
    const toAnn = await ben.rings(ann, benRoom.id)
    await ben.answers(toBen, { leaveOther: true })
    expect((await ann.hears('call.cancelled')).call).toMatchObject({ id: toAnn.id, reason: 'callerGone' })
    expect((await ann.syncs()).rings).toEqual([])
  })
})

describe('the pending list', () => {
  test('pages through what rings or ended without joining in the last ten minutes, newest first', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const people = await world.addPeople(5)
    const { room } = await ann.opensMeeting()
    await ben.declines(await ann.rings(ben, room.id))
    await world.advance(9 * 60_000)
    await chloe.answers(await ann.rings(chloe, room.id))
    for (const person of people) {
      await world.advance(1)
      await ann.does('call.invite', { roomId: room.id, calleeIds: [person.id], media: 'video' })
    }
    const pages: string[][] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await ann.does('call.listPending', {
        roomId: room.id,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      })
      pages.push(page.calls.map((call) => call.callee.name))
      cursor = page.nextCursor
    }
    expect(pages).toEqual([
      ['Extra 005', 'Extra 004'],
      ['Extra 003', 'Extra 002'],
      ['Extra 001', 'Ben Osei'],
    ])
    await world.advance(60_001)
    const { calls } = await ann.does('call.listPending', { roomId: room.id })
    expect(calls.map((call) => call.callee.name)).not.toContain('Ben Osei')
  })
})
