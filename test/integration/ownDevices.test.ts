// A person's signed-in devices: seeing them, signing one or all others out, and changing the password.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LOCKOUT } from '../../server/people/lockout.ts'
import { auditOf, GOOD_PASSWORD } from '../support/accounts.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let laptop: TestDevice
let phone: TestDevice
let ben: TestDevice
beforeEach(async () => {
  world = await openWorld()
  laptop = await world.signIn('ann')
  await world.advance(60_000)
  phone = await world.signIn('ann', "Ann's phone")
  ben = await world.signIn('ben')
})
afterEach(() => world.close())

test('are listed, with the one that asks, who is online, and when each was last seen', async () => {
  const { devices } = await laptop.does('session.listDevices', {})
  expect(devices).toEqual([
    { ...laptop.device, current: true, online: true, signedInAt: world.now - 60_000, lastSeenAt: world.now },
    { ...phone.device, current: false, online: true, signedInAt: world.now, lastSeenAt: world.now },
  ])
  phone.disconnects()
  const isOffline = async () => (await laptop.does('session.listDevices', {})).devices.some(({ online }) => !online)
  await expect.poll(isOffline).toBe(true)
  await world.advance(5 * 60_000)
  const [, gone] = (await laptop.does('session.listDevices', {})).devices
  expect(gone).toMatchObject({ online: false, lastSeenAt: world.now - 5 * 60_000 })
})

test('one is signed out at once, and leaves the meeting it is in; others’ are not reached', async () => {
  const { room } = await phone.opensMeeting()
  await ben.joins(room.id)
  await laptop.does('session.signOutDevice', { deviceId: phone.device.id })
  expect(await phone.hears('session.ended')).toMatchObject({ reason: 'signedOutElsewhere' })
  await phone.isCutOff()
  await ben.hears('participant.left', ({ userId }) => userId === laptop.id)
  expect(await phone.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  expect((await laptop.does('session.listDevices', {})).devices).toHaveLength(1)
  await laptop.does('session.signOutDevice', { deviceId: ben.device.id })
  expect(ben.connected).toBe(true)
  expect(await laptop.ask('session.signOutDevice', { deviceId: laptop.device.id })).toMatchObject({
    ok: false,
    error: { code: 'notAllowed' },
  })
  expect(await auditOf(world, 'session.ended')).toMatchObject([
    { actorId: laptop.id, subjectId: laptop.id, details: { device: phone.device.id, reason: 'signedOutElsewhere' } },
  ])
})

test('all others are signed out, and the one that asks goes on', async () => {
  const tablet = await world.device('ann', "Ann's tablet")
  expect(await laptop.does('session.signOutOthers', {})).toEqual({ count: 2 })
  await phone.isCutOff()
  expect(await tablet.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  expect((await laptop.ask('room.list', {})).ok).toBe(true)
  expect(ben.connected).toBe(true)
})

test('signed out in the very moment in which it connects, it does not stay', async () => {
  for (let round = 0; round < 15; round++) {
    const tablet = await world.device('ann', `Tablet ${round}`)
    const signingOut = laptop.does('session.signOutDevice', { deviceId: tablet.device.id })
    await Promise.all([tablet.triesToConnect(), signingOut])
    await tablet.isCutOff()
  }
})

test('guests have none of this', async () => {
  const { room } = await ben.opensMeeting()
  await ben.does('room.update', { roomId: room.id, settings: { guestsAllowed: true, guestsWait: false } })
  const mia = await world.guest(room.code)
  const refused = { ok: false, error: { code: 'notAllowed' } }
  expect(await mia.ask('session.listDevices', {})).toMatchObject(refused)
  expect(await mia.ask('session.signOutDevice', { deviceId: laptop.device.id })).toMatchObject(refused)
  expect(await mia.ask('session.signOutOthers', {})).toMatchObject(refused)
  expect(await mia.ask('session.changePassword', { oldPassword: 'x', password: GOOD_PASSWORD })).toMatchObject(refused)
})

describe('changing the password', () => {
  const changes = (oldPassword: string, password = GOOD_PASSWORD) =>
    laptop.ask('session.changePassword', { oldPassword, password })

  test('asks for the old one, signs out the other devices, and counts from then on', async () => {
    expect(await changes('nope')).toMatchObject({ error: { code: 'wrongPassword', field: 'oldPassword' } })
    expect(await changes('parley', 'ann kovac')).toMatchObject({ error: { code: 'invalid', field: 'password' } })
    expect(phone.connected).toBe(true)
    expect((await changes('parley')).ok).toBe(true)
    expect(await phone.hears('session.ended')).toMatchObject({ reason: 'passwordChanged' })
    await phone.isCutOff()
    expect(laptop.connected).toBe(true)
    await expect(phone.signsIn('parley')).rejects.toThrow('do not belong together')
    await phone.signsIn(GOOD_PASSWORD)
    expect(await auditOf(world, 'account.passwordChanged')).toMatchObject([
      { actorId: laptop.id, details: { way: 'own' } },
    ])
  })

  test('is done once, however often it is sent', async () => {
    const commandId = crypto.randomUUID()
    const input = { oldPassword: 'parley', password: GOOD_PASSWORD }
    const first = await laptop.ask('session.changePassword', input, commandId)
    expect(first.ok).toBe(true)
    expect(await laptop.ask('session.changePassword', input, commandId)).toEqual(first)
  })

  test('guessing the old one is slowed down as at the door, and signing in is not hindered by it', async () => {
    for (let count = 0; count < LOCKOUT.atAddress.free; count++) await changes('nope')
    expect(await changes('parley')).toMatchObject({ ok: false, error: { code: 'rateLimited' } })
    await phone.signsIn()
  })
})
