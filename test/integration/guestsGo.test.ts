// When guests go: with the choice to take none, with their meeting, with the last one who has an account, or after a while.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EMPTY_ROOM_MS, SEAT_KEEP_MS } from '../../shared/call/limits.ts'
import { GUEST_KEEP_MS } from '../../shared/guests.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { RoomSnapshot } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let room: RoomSnapshot['room']
let roomId: string
beforeEach(async () => {
  // Long enough for whoever is away for long; renewing is tested elsewhere.
  world = await openWorld({ onDisk: true, config: { accessTokenMs: 24 * 60 * 60_000 } })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  room = (await ann.opensMeeting()).room
  roomId = room.id
  await ann.does('room.update', { roomId, settings: { guestsAllowed: true, guestsWait: false } })
})
afterEach(() => world.close())

const change = (settings: CommandInput<'room.update'>['settings']) => ann.does('room.update', { roomId, settings })
const refusedWith = (code: string, field?: string) => ({ ok: false, error: field ? { code, field } : { code } })
const join = (who: TestDevice) => who.ask('room.join', { room: { id: roomId }, rtpCapabilities: null })

const guest = (name?: string) => world.guest(room.code, name)
async function guestInside(name?: string): Promise<TestDevice> {
  const device = await guest(name)
  await device.joins(roomId)
  return device
}
const arrive = () => {
  const stranger = world.unknown('stranger')
  return stranger.posts('/api/guest', { code: room.code, name: 'Mia', device: stranger.device })
}
const usersNow = () => world.server.store.read((db) => db.selectFrom('users').select(['name', 'guestOf']).execute())

describe('guests go', () => {
  test('turned off: those inside stay, those who wait or left do not come in, nor does anybody new', async () => {
    const mia = await guestInside()
    const tom = await guestInside('Tom')
    await tom.does('room.leave', { roomId })
    await change({ guestsWait: true })
    const zoe = await guest('Zoe')
    await join(zoe)
    await change({ guestsAllowed: false })
    expect(await zoe.hears('lobby.ended')).toMatchObject({ reason: 'noGuests' })
    expect(await join(zoe)).toMatchObject(refusedWith('notAllowed', 'guests'))
    expect(await join(tom)).toMatchObject(refusedWith('notAllowed', 'guests'))
    expect(await arrive()).toMatchObject(refusedWith('notAllowed', 'guests'))
    await mia.does('chat.send', { roomId, id: randomUUID(), text: 'Still here' })
    mia.disconnects()
    await mia.connects()
    expect((await mia.syncs()).seat?.room.id, 'also after a reload').toBe(roomId)
  })

  test('with the meeting: their session is over, and whoever never was inside leaves no trace', async () => {
    const mia = await guestInside()
    const tom = await guest('Tom')
    await ann.does('room.end', { roomId })
    await mia.hears('room.ended')
    for (const person of [mia, tom]) {
      await person.hears('session.ended')
      await person.isCutOff()
      expect(await person.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
    }
    expect((await usersNow()).filter(({ guestOf }) => guestOf !== null)).toEqual([{ name: 'Mia', guestOf: roomId }])
    const renewal = { refreshToken: mia.tokens.refreshToken, deviceId: mia.device.id }
    expect(await mia.posts('/api/renew', renewal)).toMatchObject(refusedWith('unauthenticated'))
  })

  test('left among themselves, they go as an empty meeting does, unless somebody comes back', async () => {
    const mia = await guestInside()
    await ben.joins(roomId)
    await ann.does('room.leave', { roomId })
    await world.advance(EMPTY_ROOM_MS + 1)
    expect(mia.heard('room.ended'), 'Ben is there').toEqual([])
    await ben.does('room.leave', { roomId })
    await world.advance(EMPTY_ROOM_MS - 1)
    await ann.joins(roomId)
    await world.advance(EMPTY_ROOM_MS * 2)
    expect(mia.heard('room.ended')).toEqual([])
    await ann.does('room.leave', { roomId })
    await world.advance(EMPTY_ROOM_MS / 2)
    expect(await arrive()).toMatchObject(refusedWith('notAllowed', 'inside'))
    await world.advance(EMPTY_ROOM_MS / 2)
    await mia.hears('room.ended')
    await mia.hears('session.ended')
  })

  test('also where the owner’s connection is lost, and where the guest leaves in between', async () => {
    const mia = await guestInside()
    const tom = await guestInside('Tom')
    ann.disconnects()
    await mia.hears('participant.updated', ({ participant }) => !participant.connected)
    await world.advance(SEAT_KEEP_MS)
    await tom.does('room.leave', { roomId })
    await world.advance(EMPTY_ROOM_MS)
    await mia.hears('room.ended')
  })

  test('out of a scheduled meeting whose time is not over, which goes on being there for its people', async () => {
    const startsAt = world.now + 60_000
    await ann.does('room.leave', { roomId })
    room = await ann.plansMeeting(startsAt, [ben])
    roomId = room.id
    await ann.joins(roomId)
    await change({ guestsAllowed: true, guestsWait: false })
    const mia = await guestInside()
    await ann.does('room.leave', { roomId })
    await world.advance(EMPTY_ROOM_MS)
    await mia.hears('session.ended')
    expect((await ann.does('room.get', { roomId })).participants).toEqual([])
    await ann.joins(roomId)
    await (await guest('Tom')).joins(roomId)
  })

  test('who neither is inside nor waits is forgotten after a while; who is inside is not', async () => {
    const mia = await guestInside()
    const tom = await guest('Tom')
    await world.advance(GUEST_KEEP_MS - 1)
    expect(tom.connected).toBe(true)
    await world.advance(1)
    await tom.hears('session.ended')
    expect((await usersNow()).map(({ name }) => name)).not.toContain('Tom')
    expect(mia.connected).toBe(true)
    mia.disconnects()
    await ann.hears('participant.updated', ({ participant }) => !participant.connected)
    await world.advance(SEAT_KEEP_MS + 1_000)
    await mia.connects()
    expect((await mia.syncs()).seat, 'away for longer than a seat is kept').toBeNull()
    const again = Math.max(...(await mia.joins(roomId)).participants.map(({ version }) => version))
    mia.disconnects()
    await ann.hears('participant.updated', ({ participant }) => !participant.connected && participant.version > again)
    await world.advance(SEAT_KEEP_MS)
    await world.advance(GUEST_KEEP_MS)
    expect(await mia.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  })

  test('signing out leaves the meeting at once', async () => {
    const mia = await guestInside()
    await mia.posts('/api/sign-out', { refreshToken: mia.tokens.refreshToken, deviceId: mia.device.id })
    await ann.hears('participant.left', ({ userId }) => userId === mia.id)
  })

  test('a restart keeps the guest’s seat, and forgets none of this', async () => {
    const mia = await guestInside()
    await world.stop()
    await world.start()
    await ann.connects()
    await mia.connects()
    expect((await mia.syncs()).seat?.room.id).toBe(roomId)
    expect(await mia.sends({ commandId: randomUUID(), name: 'people.list', input: {} })).toMatchObject(
      refusedWith('notAllowed'),
    )
  })
})
