// Signing in and out, tokens that run out, devices that come and go, and servers that do.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'

let world: World
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
})
afterEach(() => world.close())

const MINUTE_MS = 60_000

describe('signing in', () => {
  test('a wrong password and an unknown name get the same answer', async () => {
    const device = { id: randomUUID(), platform: 'web' as const, label: 'Chrome' }
    const ann = await world.device('ann')
    const wrong = await ann.posts('/api/sign-in', { login: 'ann', password: 'nope', device })
    const unknown = await ann.posts('/api/sign-in', { login: 'nobody', password: 'nope', device })
    expect(wrong).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
    expect(unknown).toEqual(wrong)
    expect(await ann.posts('/api/sign-in', { login: ' ANN ', password: 'parley', device })).toMatchObject({ ok: true })
  })

  test('nonsense gets typed errors with the field', async () => {
    const ann = await world.device('ann')
    const post = (body: unknown) => ann.posts('/api/sign-in', body)
    expect(await post('{"login":')).toMatchObject({ ok: false, error: { code: 'invalid' } })
    expect(await post({})).toMatchObject({ ok: false, error: { code: 'invalid', field: 'login' } })
    expect(await post({ login: 'x'.repeat(121), password: 'x', device: ann.device })).toMatchObject({
      error: { code: 'tooLarge', field: 'login' },
    })
    expect(await post({ login: 'x'.repeat(20_000) })).toMatchObject({ ok: false, error: { code: 'tooLarge' } })
  })

  test('guessing is slowed down for that name only', async () => {
    await world.close()
    world = await openWorld({ config: { signInsPerMinute: 3 } })
    const ann = await world.device('ann')
    const guess = (login: string) => ann.posts('/api/sign-in', { login, password: 'nope', device: ann.device })
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await guess('ann')).toMatchObject({ error: { code: 'unauthenticated' } })
    expect(await guess('ann')).toMatchObject({ ok: false, error: { code: 'rateLimited', retryable: true } })
    expect(await guess('ben')).toMatchObject({ error: { code: 'unauthenticated' } })
  })

  test('demo people exist on a demo server only', async () => {
    const ann = await world.signIn('ann')
    await world.stop()
    world.config.demo = false
    await world.start()
    expect(await ann.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
    await expect(ann.signsIn()).rejects.toThrow('do not belong together')
    const info: unknown = await (await fetch(`${world.server.address}/api/server`)).json()
    expect(info).toEqual({
      name: 'Parley',
      version: '0.0.0-test',
      protocol: 1,
      signIn: { password: true, openid: null },
    })
  })
})

describe('connecting', () => {
  test('is refused with the reason: bad handshake, foreign token, foreign device, foreign page', async () => {
    const [ann, ben] = [await world.device('ann'), await world.device('ben')]
    const auth = { protocol: 1, accessToken: ann.tokens.accessToken, device: ann.device }
    expect(await ann.triesToConnect({ auth: {} })).toMatchObject({ code: 'invalid', field: 'protocol' })
    expect(await ann.triesToConnect({ auth: { ...auth, protocol: 2 } })).toMatchObject({
      code: 'invalid',
      field: 'protocol',
    })
    expect(await ann.triesToConnect({ auth: { ...auth, accessToken: 'forged' } })).toMatchObject({
      code: 'unauthenticated',
    })
    expect(await ann.triesToConnect({ auth: { ...auth, device: ben.device } })).toMatchObject({
      code: 'unauthenticated',
    })
    expect(await ann.triesToConnect({ extraHeaders: { origin: 'https://evil.example' } })).not.toBeNull()
    expect(await ann.triesToConnect({ extraHeaders: { origin: world.server.address } })).toBeNull()
  })

  test('a second connection of one device takes the place of the first', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const first = ann.socket
    await ann.connects()
    await ben.joins(room.id)
    expect(first?.connected).toBe(false)
    expect((await ann.syncs()).seat?.participants.map((participant) => participant.connected)).toEqual([true, true])
    first?.disconnect()
  })

  test('a device that stops acknowledging is cut off, and made whole by the sync that follows', async () => {
    await world.close()
    world = await openWorld({ config: { acknowledgeMs: 150 } })
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    ben.acknowledges = false
    const call = await ann.rings(ben, room.id)
    await ben.isCutOff()
    expect(ann.connected).toBe(true)
    ben.acknowledges = true
    await ben.connects()
    expect((await ben.syncs()).rings).toMatchObject([{ call: { id: call.id } }])
  })

  test('ten devices may be online, the eleventh is refused until one goes', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, (_, index) => world.signIn('ben', `device ${index}`)))
    const eleventh = await world.device('ben', 'one too many')
    expect(await eleventh.triesToConnect()).toMatchObject({ code: 'notAllowed' })
    const watcher = await world.signIn('ann')
    for (const device of devices) device.disconnects()
    await watcher.hears('presence.changed', ({ people }) => people.some(({ presence }) => presence === 'offline'))
    expect(await eleventh.triesToConnect()).toBeNull()
  })
})

describe('tokens', () => {
  test('a device is warned a minute ahead, refused after the end, and goes on with a new token', async () => {
    const ann = await world.signIn('ann')
    await world.advance(14 * MINUTE_MS)
    expect(await ann.hears('session.tokenExpiring')).toEqual({ accessExpiresAt: ann.tokens.accessExpiresAt })
    await world.advance(MINUTE_MS)
    expect(await ann.ask('room.list', {})).toMatchObject({
      ok: false,
      error: { code: 'tokenExpired', retryable: true },
    })
    expect(ann.connected).toBe(true)
    const { tokens } = await ann.does('session.renew', { refreshToken: ann.tokens.refreshToken })
    expect(tokens.accessExpiresAt).toBe(world.now + 15 * MINUTE_MS)
    expect(await ann.ask('room.list', {})).toMatchObject({ ok: true })
  })

  test('a connection whose token ran out and is not renewed hears nothing for long: it is closed', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await world.advance(14 * MINUTE_MS)
    await ben.hears('session.tokenExpiring')
    await ben.does('session.renew', { refreshToken: ben.tokens.refreshToken })
    await world.advance(MINUTE_MS)
    expect(ann.connected).toBe(true)
    await world.advance(MINUTE_MS)
    await ann.isCutOff()
    expect(await ann.triesToConnect()).toMatchObject({ code: 'tokenExpired' })
    expect(await ben.ask('room.list', {})).toMatchObject({ ok: true })
  })

  test('an expired token is refused at the door, and renewed over HTTP', async () => {
    const ann = await world.device('ann')
    await world.advance(15 * MINUTE_MS)
    expect(await ann.triesToConnect()).toMatchObject({ code: 'tokenExpired', retryable: true })
    const renewed = await ann.posts('/api/renew', { refreshToken: ann.tokens.refreshToken, deviceId: ann.device.id })
    if (!renewed.ok) throw new Error(renewed.error.message)
    ann.tokens = (renewed.value as { tokens: typeof ann.tokens }).tokens
    expect(await ann.triesToConnect()).toBeNull()
  })

  test('a renewal whose answer was lost can be asked again; a token used long after its successor signs the device out', async () => {
    const ann = await world.signIn('ann')
    const { refreshToken } = ann.tokens
    const renew = () => ann.posts('/api/renew', { refreshToken, deviceId: ann.device.id })
    const [first, again] = [await renew(), await renew()]
    expect(again).toEqual(first)
    await world.advance(3 * MINUTE_MS)
    expect(await renew()).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
    await ann.hears('session.ended')
    await ann.isCutOff()
    expect(await ann.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  })

  test('a refresh token is good for its own device and user only', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const stolen = { refreshToken: ann.tokens.refreshToken, deviceId: ben.device.id }
    expect(await ben.posts('/api/renew', stolen)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
    expect(await ben.ask('session.renew', { refreshToken: ann.tokens.refreshToken })).toMatchObject({
      error: { code: 'unauthenticated' },
    })
    expect((await ann.ask('session.renew', { refreshToken: ann.tokens.refreshToken })).ok).toBe(true)
  })

  test('signing out in a meeting leaves it at once, media and all', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await ben.posts('/api/sign-out', { refreshToken: ben.tokens.refreshToken, deviceId: ben.device.id })
    await ann.hears('participant.left', ({ userId }) => userId === ben.id)
    expect(world.engine.openSeats()).toMatchObject([{ userId: ann.id }])
  })

  test('signing out on one device leaves a meeting on another alone', async () => {
    const [ben, phone] = [await world.signIn('ben'), await world.signIn('ben', "Ben's phone")]
    const { room } = await ben.opensMeeting()
    await phone.posts('/api/sign-out', { refreshToken: phone.tokens.refreshToken, deviceId: phone.device.id })
    await phone.isCutOff()
    expect((await ben.does('room.get', { roomId: room.id })).participants).toHaveLength(1)
  })

  test('signing out ends the connection and the access token with it', async () => {
    const ann = await world.signIn('ann')
    await ann.posts('/api/sign-out', { refreshToken: ann.tokens.refreshToken, deviceId: ann.device.id })
    await ann.hears('session.ended')
    await ann.isCutOff()
    expect(await ann.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a server that goes and comes back', () => {
  test('tells its devices, and has everything again: rings with their true remaining time, or ended', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const { room } = await ann.opensMeeting()
    const short = await ann.rings(ben, room.id, { timeoutSeconds: 10 })
    const long = await ann.rings(chloe, room.id, { timeoutSeconds: 60 })
    await world.advance(4_000)
    await world.stop()
    await ben.hears('session.serverClosing')
    await ben.isCutOff()
    await world.timers.advance(10_000)
    await world.start()
    await Promise.all([ann.connects(), ben.connects(), chloe.connects()])

    const sync = await chloe.syncs()
    expect(sync.rings).toMatchObject([{ call: { id: long.id, status: 'calling', expiresAt: long.expiresAt } }])
    expect(long.expiresAt - sync.serverNow).toBe(46_000)
    const missed = (await ben.syncs(short.createdAt)).missed
    expect(missed).toMatchObject([{ id: short.id, status: 'timeout' }])
    expect((await ann.syncs()).seat).toMatchObject({ room: { id: room.id }, participants: [{ connected: true }] })
    // The SFU of before is gone: the device has to open its media anew.
    expect(await ann.hears('media.reset')).toEqual({ roomId: room.id })
    await world.advance(46_000)
    await ann.hears('call.timeout', ({ call }) => call.id === long.id)
  })

  test('nobody comes back: seats, rings and the room end by themselves', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id, { timeoutSeconds: 600 })
    await world.stop()
    await world.start()
    await ben.connects()
    await world.advance(15_000)
    expect((await ben.hears('call.cancelled')).call).toMatchObject({ id: call.id, reason: 'callerGone' })
    await world.advance(15_000)
    expect((await ben.does('room.get', { roomId: room.id })).participants).toEqual([])
    await world.advance(30_000)
    expect((await ben.does('room.get', { roomId: room.id })).room.status).toBe('ended')
  })

  test('a command acknowledged before is not carried out again after', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const commandId = randomUUID()
    const invite = { roomId: room.id, calleeIds: [ben.id], media: 'video' as const }
    const first = await ann.ask('call.invite', invite, commandId)
    await world.stop()
    await world.start()
    await ann.connects()
    expect(await ann.ask('call.invite', invite, commandId)).toEqual(first)
  })
})
