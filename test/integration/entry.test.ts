// Who gets into a meeting: the lock, the password, and who may change them.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WRONG_TRIES_MAX, WRONG_TRIES_MS } from '../../server/rooms/roomPasswords.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import { everythingAllowed } from '../../shared/rights.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  roomId = (await ann.opensMeeting()).room.id
})
afterEach(() => world.close())

const change = (by: TestDevice, fields: Omit<CommandInput<'room.update'>, 'roomId'>, commandId?: string) =>
  by.ask('room.update', { roomId, ...fields }, commandId)
const join = (who: TestDevice, more: Partial<CommandInput<'room.join'>> = {}, commandId?: string) =>
  who.ask('room.join', { room: { id: roomId }, rtpCapabilities: null, ...more }, commandId)
const refusedWith = (code: string) => ({ ok: false, error: { code } })
const inside = { ok: true, value: { outcome: 'seated' } }

describe('the settings', () => {
  test('are changed by owner and admins, and everybody inside is told by whom', async () => {
    await ben.joins(roomId)
    const settings = { locked: true, lobby: true }
    expect(await change(ben, { settings }), 'a plain member').toMatchObject(refusedWith('notAllowed'))
    expect(await change(ben, { password: 'sesame' })).toMatchObject(refusedWith('notAllowed'))
    expect(await change(chloe, { settings }), 'from outside').toMatchObject(refusedWith('notInRoom'))
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
    expect(await change(ben, { settings, password: 'sesame' })).toMatchObject({ ok: true })
    const wanted = {
      whoMayInvite: 'everyone',
      locked: true,
      lobby: true,
      guestsAllowed: false,
      guestsWait: true,
      hasPassword: true,
      membersMay: everythingAllowed,
    }
    for (const person of [ann, ben]) {
      const told = await person.hears('room.updated', ({ room }) => room.settings.locked)
      expect(told).toMatchObject({ by: { id: ben.id }, room: { settings: wanted, version: 2 } })
    }
    expect((await ben.syncs()).seat?.room.settings, 'a sync tells the same').toEqual(wanted)
  })

  test('what is left out stays, and a change sent twice takes effect once', async () => {
    await change(ann, { password: 'sesame', settings: { lobby: true } })
    const commandId = randomUUID()
    const first = await change(ann, { settings: { lobby: false } }, commandId)
    expect(first).toMatchObject({ value: { room: { settings: { lobby: false, hasPassword: true }, version: 3 } } })
    await change(ann, { settings: { lobby: true } })
    expect(await change(ann, { settings: { lobby: false } }, commandId)).toEqual(first)
    expect((await ann.syncs()).seat?.room.settings.lobby).toBe(true)
    expect(await change(ann, { password: null })).toMatchObject({
      value: { room: { settings: { hasPassword: false } } },
    })
  })

  test('the password itself is nowhere: not in the rows, not in what anybody is told', async () => {
    await ben.joins(roomId)
    await change(ann, { password: 'open sesame' })
    await join(chloe, { password: 'open sesame' })
    const everything = [await world.rows(), ann.told, ben.told, chloe.told, await ben.syncs()]
    expect(JSON.stringify(everything)).not.toContain('open sesame')
    expect(JSON.stringify([ann.told, ben.told, chloe.told])).not.toContain('scrypt')
  })

  test('a password that is too short or too long is refused with its field', async () => {
    for (const [password, code] of [
      ['abc', 'invalid'],
      ['x'.repeat(65), 'tooLarge'],
    ] as const)
      expect(await change(ann, { password })).toMatchObject({ ok: false, error: { code, field: 'password' } })
  })
})

describe('a locked meeting', () => {
  const lock = () => change(ann, { settings: { locked: true } })

  test('lets nobody new in, by code or id, nor anybody back who has left', async () => {
    await ben.joins(roomId)
    await lock()
    const { room } = await ann.does('room.get', { roomId })
    for (const address of [{ id: roomId }, { code: room.code }])
      expect(await join(chloe, { room: address })).toMatchObject(refusedWith('roomLocked'))
    await ben.does('room.leave', { roomId })
    const before = await world.rows()
    expect(await join(ben)).toMatchObject(refusedWith('roomLocked'))
    expect(await world.rows(), 'nothing has changed').toEqual(before)
    await change(ann, { settings: { locked: false } })
    expect(await join(ben)).toMatchObject(inside)
  })

  test('whoever has a seat keeps it: reconnecting, joining again, from another device', async () => {
    await ben.joins(roomId)
    await lock()
    ben.disconnects()
    await ann.hears('participant.updated', ({ participant }) => !participant.connected)
    await ben.connects()
    expect((await ben.syncs()).seat?.room.id).toBe(roomId)
    expect(await join(ben)).toMatchObject(inside)
    const phone = await world.signIn('ben', "Ben's phone")
    expect(await join(phone)).toMatchObject(inside)
  })

  test('owner and admins always get in', async () => {
    await ben.joins(roomId)
    await chloe.joins(roomId)
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
    await lock()
    for (const person of [ann, ben]) {
      await person.does('room.leave', { roomId })
      expect(await join(person)).toMatchObject(inside)
    }
  })

  test('a ring of the owner or an admin lets in; members ring nobody in, and what they had ringing is taken back', async () => {
    await ben.joins(roomId)
    const dan = await world.signIn('dan')
    const call = await ben.rings(dan, roomId)
    await lock()
    expect((await dan.hears('call.revokedByAdmin')).call).toMatchObject({ id: call.id, reason: 'permissionLost' })
    expect(await ben.ask('call.invite', { roomId, calleeIds: [chloe.id], media: 'audio' })).toMatchObject(
      refusedWith('roomLocked'),
    )
    expect((await chloe.answers(await ann.rings(chloe, roomId))).outcome).toBe('joined')
    await ann.rings(dan, roomId)
    expect(await join(dan), 'joining while it rings is answering').toMatchObject(inside)
  })

  test('an admin who is one no longer rings nobody in either', async () => {
    await ben.joins(roomId)
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
    await lock()
    await ben.rings(chloe, roomId)
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'member' })
    expect((await chloe.hears('call.revokedByAdmin')).call.reason).toBe('permissionLost')
    expect(await join(chloe)).toMatchObject(refusedWith('roomLocked'))
  })
})

describe('a password', () => {
  beforeEach(() => change(ann, { password: 'sesame' }))

  test('is asked of whoever comes by themselves, and missing is as wrong', async () => {
    const before = await world.rows()
    for (const password of [undefined, '', 'Sesame', 'sesame '])
      expect(await join(ben, { password })).toMatchObject({
        ok: false,
        error: { code: 'wrongPassword', field: 'password' },
      })
    expect(await world.rows()).toEqual(before)
    expect(await join(ben, { password: 'sesame' })).toMatchObject(inside)
  })

  test('is not asked of owner, admins and those who were inside; of those who were removed it is', async () => {
    await join(ben, { password: 'sesame' })
    await ben.does('room.leave', { roomId })
    expect(await join(ben)).toMatchObject(inside)
    await ann.does('room.leave', { roomId })
    expect(await join(ann)).toMatchObject(inside)
    await ann.does('participant.remove', { roomId, userId: ben.id })
    expect(await join(ben)).toMatchObject(refusedWith('wrongPassword'))
  })

  test('is not asked of whoever a meeting was scheduled with', async () => {
    const startsAt = world.now + 60_000
    const scheduled = await ann.does('room.schedule', {
      name: 'Planning',
      startsAt,
      endsAt: startsAt + 3_600_000,
      attendeeIds: [ben.id],
    })
    await ann.does('room.leave', { roomId })
    roomId = scheduled.room.id
    await ann.joins(roomId)
    await change(ann, { password: 'sesame' })
    expect(await join(ben)).toMatchObject(inside)
    expect(await join(chloe)).toMatchObject(refusedWith('wrongPassword'))
  })

  test('is not asked of whoever answers a ring, whoever rings', async () => {
    await join(ben, { password: 'sesame' })
    expect((await chloe.answers(await ben.rings(chloe, roomId))).outcome).toBe('joined')
  })

  test('cannot be guessed: a few wrong ones, then nobody listens to that person for a while, on any device', async () => {
    for (let number = 0; number < WRONG_TRIES_MAX; number++)
      expect(await join(ben, { password: `guess ${number}` })).toMatchObject(refusedWith('wrongPassword'))
    const phone = await world.signIn('ben', "Ben's phone")
    for (const device of [ben, phone]) {
      const refused = await join(device, { password: 'sesame' })
      expect(refused).toMatchObject({ ok: false, error: { code: 'rateLimited', retryAfterMs: WRONG_TRIES_MS } })
    }
    expect(await join(chloe, { password: 'sesame' }), 'somebody else').toMatchObject(inside)
    await world.advance(WRONG_TRIES_MS + 1)
    await ben.connects()
    expect(await join(ben, { password: 'sesame' })).toMatchObject(inside)
  })

  test('many guesses at once are not more', async () => {
    const guesses = Array.from({ length: 20 }, (_, number) => join(ben, { password: `guess ${number}` }))
    const codes = (await Promise.all(guesses)).map((answer) => (answer.ok ? 'inside' : answer.error.code))
    expect(codes.filter((code) => code === 'wrongPassword')).toHaveLength(WRONG_TRIES_MAX)
    expect(codes.filter((code) => code === 'rateLimited')).toHaveLength(20 - WRONG_TRIES_MAX)
  })

  test('the right one is no guess, and sent twice enters once', async () => {
    for (let number = 0; number < WRONG_TRIES_MAX * 2; number++) {
      expect(await join(ben, { password: 'sesame' })).toMatchObject(inside)
      await ann.does('participant.remove', { roomId, userId: ben.id })
    }
    const commandId = randomUUID()
    const first = await join(ben, { password: 'sesame' }, commandId)
    expect(await join(ben, { password: 'sesame' }, commandId)).toEqual(first)
  })

  test('outlives the server, and a new one replaces it', async () => {
    await world.stop()
    await world.start()
    await ann.connects()
    await ben.connects()
    expect(await join(ben, { password: 'other' })).toMatchObject(refusedWith('wrongPassword'))
    await change(ann, { password: 'other' })
    expect(await join(ben, { password: 'sesame' })).toMatchObject(refusedWith('wrongPassword'))
    expect(await join(ben, { password: 'other' })).toMatchObject(inside)
  })
})
