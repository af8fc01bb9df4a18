// Rooms, seats and roles: who is inside, on which device, and what becomes of the rings when nobody is.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
})
afterEach(() => world.close())

const seatsOf = (person: TestDevice) => world.engine.openSeats().filter((seat) => seat.userId === person.id)

/** Waits until the server has noticed that this device is gone. `observer` is somebody else online. */
async function goesOffline(person: TestDevice, observer: TestDevice) {
  person.disconnects()
  await observer.hearsPresence(person, 'offline')
}

describe('coming and going', () => {
  test('a meeting is made with its maker inside as owner, and found by id, by code and by link', async () => {
    const { room, participants } = await ann.opensMeeting('Design review')
    expect(room).toMatchObject({
      name: 'Design review',
      status: 'running',
      ownerId: ann.id,
      kind: 'meeting',
      version: 1,
    })
    expect(room.code).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/)
    expect(participants).toMatchObject([{ user: ann.user, role: 'owner', connected: true, deviceId: ann.device.id }])
    for (const typed of [
      room.code,
      room.code.replaceAll('-', '').toUpperCase(),
      `https://meet.example.org/join/${room.code}?x=1`,
    ]) {
      const joined = await ben.enters({ room: { code: typed }, rtpCapabilities: null })
      expect(joined.snapshot.room.id).toBe(room.id)
      expect(joined.media?.roomId).toBe(room.id)
      await ben.does('room.leave', { roomId: room.id })
    }
    const listed = await ben.does('room.list', {})
    expect(listed.rooms).toMatchObject([{ room: { id: room.id }, inside: [ann.user], insideCount: 1 }])
  })

  test('those inside see who joins and who leaves, in versions that only grow', async () => {
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const joined = await ann.hears('participant.joined', ({ participant }) => participant.user.id === ben.id)
    await ben.does('room.leave', { roomId: room.id })
    const left = await ann.hears('participant.left')
    expect(left).toMatchObject({ roomId: room.id, userId: ben.id })
    expect(left.version).toBeGreaterThan(joined.participant.version)
    expect(seatsOf(ben)).toEqual([])
  })

  test('joining from another device moves the seat there, and the first device is told', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const { participants } = await phone.joins(room.id)
    expect(participants).toHaveLength(2)
    const lost = await ben.hears('participant.seatLost')
    expect(lost).toMatchObject({ roomId: room.id, reason: 'movedToOtherDevice' })
    await ann.hears('participant.updated', ({ participant }) => participant.deviceId === phone.device.id)
    expect(ann.heard('participant.left')).toEqual([])
    expect(seatsOf(ben)).toEqual([{ roomId: room.id, userId: ben.id, deviceId: phone.device.id }])
    expect((await ben.syncs()).elsewhere).toMatchObject({ roomId: room.id, deviceLabel: "Ben's phone" })
    // The device that lost the seat must not end it with a late goodbye.
    expect(await ben.ask('room.leave', { roomId: room.id })).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
    expect(seatsOf(ben)).toHaveLength(1)
  })

  test('joining another meeting needs the choice to leave the first', async () => {
    const { room: first } = await ann.opensMeeting('First')
    const { room: second } = await ben.opensMeeting('Second')
    const refused = await ann.ask('room.join', { room: { id: second.id }, rtpCapabilities: null })
    expect(refused).toMatchObject({ ok: false, error: { code: 'inOtherRoom' } })
    await ann.joins(second.id, true)
    expect((await ann.does('room.get', { roomId: first.id })).participants).toEqual([])
  })

  test('while the SFU is away people get in without media, and open it later', async () => {
    world.engine.broken = true
    const { snapshot, media } = await ann.does('room.create', { name: 'x', rtpCapabilities: null })
    expect(media).toBeNull()
    const roomId = snapshot.room.id
    expect(await ann.ask('media.open', { roomId, rtpCapabilities: null })).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    })
    world.engine.broken = false
    expect((await ann.does('media.open', { roomId, rtpCapabilities: null })).roomId).toBe(roomId)
  })
})

describe('roles and endings', () => {
  test('the owner ends the meeting for everybody: rings are revoked, seats go, nobody gets in any more', async () => {
    const chloe = await world.signIn('chloe')
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const call = await ben.rings(chloe, room.id)
    expect(await ben.ask('room.end', { roomId: room.id })).toMatchObject({ ok: false, error: { code: 'notAllowed' } })
    await ann.does('room.end', { roomId: room.id })
    expect((await chloe.hears('call.revokedByAdmin')).call).toMatchObject({
      id: call.id,
      reason: 'roomEnded',
      endedBy: ann.id,
    })
    expect((await ben.hears('room.ended')).room).toMatchObject({
      id: room.id,
      status: 'ended',
      version: 2,
      endedAt: world.now,
    })
    expect(world.engine.openSeats()).toEqual([])
    const late = await ben.ask('room.join', { room: { code: room.code }, rtpCapabilities: null })
    expect(late).toMatchObject({ ok: false, error: { code: 'roomEnded' } })
    expect(await chloe.answers(call)).toMatchObject({ outcome: 'ended', message: 'The meeting has ended.' })
  })

  test('the last one leaving ends the rings at once, and the meeting after 30 s', async () => {
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    await ann.does('room.leave', { roomId: room.id })
    expect((await ben.hears('call.cancelled')).call).toMatchObject({ id: call.id, reason: 'callerGone' })
    await world.advance(29_999)
    expect((await ann.does('room.get', { roomId: room.id })).room.status).toBe('running')
    await world.advance(1)
    expect((await ann.does('room.get', { roomId: room.id })).room.status).toBe('ended')
  })

  test('a meeting that somebody came back to goes on', async () => {
    const { room } = await ann.opensMeeting()
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(20_000)
    await ann.joins(room.id)
    await world.advance(60_000)
    expect((await ann.does('room.get', { roomId: room.id })).room.status).toBe('running')
  })

  test('only the owner gives roles, only to those inside, and they last beyond leaving', async () => {
    const { room } = await ann.opensMeeting()
    const give = (giver: TestDevice) =>
      giver.ask('participant.setRole', { roomId: room.id, userId: ben.id, role: 'admin' })
    expect(await give(ann)).toMatchObject({ ok: false, error: { code: 'unknownUser' } })
    await ben.joins(room.id)
    expect(await give(ben)).toMatchObject({ ok: false, error: { code: 'notAllowed' } })
    expect(await give(ann)).toMatchObject({ ok: true, value: { participant: { role: 'admin' } } })
    await ben.does('room.leave', { roomId: room.id })
    const { participants } = await ben.joins(room.id)
    expect(participants.find((participant) => participant.user.id === ben.id)?.role).toBe('admin')
  })
})

describe('lost connections', () => {
  test('a dropped participant keeps the seat and comes back to it', async () => {
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await goesOffline(ben, ann)
    await ann.hears(
      'participant.updated',
      ({ participant }) => participant.user.id === ben.id && !participant.connected,
    )
    await world.advance(29_000)
    await ben.connects()
    const sync = await ben.syncs()
    expect(sync.seat?.participants.find((participant) => participant.user.id === ben.id)).toMatchObject({
      connected: true,
    })
    await world.advance(5_000)
    expect(ann.heard('participant.left')).toEqual([])
  })

  test('after 30 s the seat is gone', async () => {
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await goesOffline(ben, ann)
    await world.advance(30_000)
    await ann.hears('participant.left', ({ userId }) => userId === ben.id)
    expect(seatsOf(ben)).toEqual([])
    await ben.connects()
    expect(await ben.syncs()).toMatchObject({ seat: null, elsewhere: null })
  })

  test('when every page of a room is closed its rings end after 15 s, before the seats go', async () => {
    const chloe = await world.signIn('chloe')
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const call = await ann.rings(chloe, room.id, { timeoutSeconds: 600 })
    await goesOffline(ann, chloe)
    await world.advance(14_000)
    await goesOffline(ben, chloe)
    await world.advance(14_999)
    expect(chloe.heard('call.cancelled')).toEqual([])
    await world.advance(1)
    expect((await chloe.hears('call.cancelled')).call).toMatchObject({ id: call.id, reason: 'callerGone' })
  })

  test('the ring of a caller who was alone ends 15 s after the connection dropped, whatever else is due', async () => {
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id, { timeoutSeconds: 600 })
    await ben.does('call.received', { callIds: [call.id] })
    await world.advance(60_000)
    await goesOffline(ann, ben)
    await world.advance(15_000)
    expect((await ben.hears('call.cancelled')).call).toMatchObject({ id: call.id, reason: 'callerGone' })
  })

  test('a caller who drops while others stay leaves the ring alone', async () => {
    const chloe = await world.signIn('chloe')
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const call = await ann.rings(chloe, room.id, { timeoutSeconds: 600 })
    await goesOffline(ann, ben)
    await world.advance(60_000)
    expect((await chloe.syncs()).rings).toMatchObject([{ call: { id: call.id } }])
    expect((await chloe.answers(call)).outcome).toBe('joined')
  })
})

describe('media and presence', () => {
  test('media commands are for the device that has the seat', async () => {
    const phone = await world.signIn('ann', "Ann's phone")
    const { snapshot, media } = await ann.does('room.create', { name: 'x', rtpCapabilities: null })
    const roomId = snapshot.room.id
    const produce = {
      roomId,
      transportId: media?.send.id ?? '',
      producerId: crypto.randomUUID(),
      source: 'microphone' as const,
      kind: 'audio' as const,
      rtpParameters: {},
      paused: false,
    }
    for (const outsider of [phone, ben]) {
      expect(await outsider.ask('media.produce', produce)).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
    }
    await ann.does('media.produce', produce)
    await ann.hears('participant.updated', ({ participant }) => participant.microphone && !participant.camera)
    await ann.does('media.setProducerPaused', { roomId, producerId: produce.producerId, paused: true })
    await ann.hears('participant.updated', ({ participant }) => participant.version > 2 && !participant.microphone)
    world.engine.listener().roomReset(roomId)
    expect(await ann.hears('media.reset')).toEqual({ roomId })
  })

  test('people see who is online and who is in a meeting', async () => {
    const presenceOf = async (name: string) =>
      (await ann.does('people.list', { query: name })).people.map((person) => person.presence)
    expect(await presenceOf('osei')).toEqual(['available'])
    expect(await presenceOf('王')).toEqual(['offline'])
    await ben.opensMeeting()
    await ann.hearsPresence(ben, 'inMeeting')
    expect(await presenceOf('OSEI')).toEqual(['inMeeting'])
    await goesOffline(ben, ann)
    const { people } = await ann.does('people.list', { query: 'osei' })
    expect(people).toMatchObject([{ presence: 'offline', lastSeenAt: world.now }])
  })

  test('the directory comes in pages, by name, without oneself', async () => {
    await world.addPeople(5)
    const names: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await ann.does('people.list', { limit: 4, ...(cursor === undefined ? {} : { cursor }) })
      names.push(...page.people.map((person) => person.user.name))
      cursor = page.nextCursor
    }
    expect(names).toHaveLength(12)
    expect(new Set(names).size).toBe(12)
    expect(names.slice(0, 2)).toEqual(['Ben Osei', 'Chloe Martin'])
    expect(names).not.toContain('Ann Kovač')
  })
})
