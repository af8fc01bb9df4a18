// Refresh tokens in the wrong hands, answers that get lost, and guessing passwords.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LOCKOUT, networkOf, waitAfter } from '../../server/people/lockout.ts'
import { REFRESH_GRACE_MS } from '../../server/people/sessions.ts'
import { auditOf } from '../support/accounts.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
})
afterEach(() => world.close())

const MINUTE_MS = 60_000
const notGood = { ok: false, error: { code: 'unauthenticated' } }

/** Over HTTP, as after a connection was lost; the device goes on with what it gets. */
async function renews(device: TestDevice, refreshToken = device.tokens.refreshToken) {
  const answer = await device.posts('/api/renew', { refreshToken, deviceId: device.device.id })
  if (answer.ok) device.tokens = (answer.value as { tokens: TestDevice['tokens'] }).tokens
  return answer
}

describe('a stolen refresh token', () => {
  test.each([1, 3])('used again after %i renewals ends the session within that request', async (renewals) => {
    const ann = await world.signIn('ann')
    const phone = await world.signIn('ann', "Ann's phone")
    const stolen = ann.tokens.refreshToken
    for (let count = 0; count < renewals; count++) expect((await renews(ann)).ok).toBe(true)
    await world.advance(REFRESH_GRACE_MS)
    expect(await phone.posts('/api/renew', { refreshToken: stolen, deviceId: ann.device.id })).toMatchObject(notGood)
    // The rightful device goes at the very same moment, connection and tokens.
    expect(await ann.hears('session.ended')).toMatchObject({ reason: 'tokenReused' })
    await ann.isCutOff()
    expect(await renews(ann)).toMatchObject(notGood)
    expect(await ann.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
    expect(phone.connected, 'other devices of the person go on').toBe(true)
    expect((await renews(phone)).ok).toBe(true)
    expect(await auditOf(world, 'session.tokenReused')).toMatchObject([
      { actorKind: 'server', subjectId: ann.id, address: '127.0.0.1', details: { device: ann.device.id } },
    ])
  })

  test('is known as soon as its successor was used, however short that was', async () => {
    const ann = await world.signIn('ann')
    const stolen = ann.tokens.refreshToken
    await renews(ann)
    await renews(ann)
    // From whatever device it comes: that it comes at all is what tells.
    expect(await ann.posts('/api/renew', { refreshToken: stolen, deviceId: crypto.randomUUID() })).toMatchObject(
      notGood,
    )
    await ann.isCutOff()
  })

  test('of a session that was signed out ends nothing else', async () => {
    const ann = await world.signIn('ann')
    const old = ann.tokens.refreshToken
    await renews(ann)
    await ann.posts('/api/sign-out', { refreshToken: ann.tokens.refreshToken, deviceId: ann.device.id })
    await ann.signsIn()
    await ann.connects()
    expect(await ann.posts('/api/renew', { refreshToken: old, deviceId: ann.device.id })).toMatchObject(notGood)
    expect((await ann.ask('room.list', {})).ok).toBe(true)
  })

  test('that somebody made up ends nothing', async () => {
    const ann = await world.signIn('ann')
    const [sessionId, secret] = ann.tokens.refreshToken.split('.')
    await renews(ann)
    for (const forged of [`${sessionId}.${secret}.${'A'.repeat(22)}`, `${sessionId}.x.y`, `${sessionId}`, 'a.b.c.d'])
      expect(await ann.posts('/api/renew', { refreshToken: forged, deviceId: ann.device.id })).toMatchObject(notGood)
    expect((await ann.ask('room.list', {})).ok).toBe(true)
    expect(await auditOf(world, 'session.tokenReused')).toEqual([])
  })

  test('over an open connection it is no different', async () => {
    const ann = await world.signIn('ann')
    const stolen = ann.tokens.refreshToken
    await renews(ann)
    await world.advance(REFRESH_GRACE_MS)
    // Cut off before the answer comes.
    await ann.ask('session.renew', { refreshToken: stolen }).catch(() => null)
    expect(await ann.hears('session.ended')).toMatchObject({ reason: 'tokenReused' })
    await ann.isCutOff()
  })
})

describe('an answer that was lost', () => {
  test('is given again for a while, and the session goes on with it', async () => {
    const ann = await world.signIn('ann')
    const { refreshToken } = ann.tokens
    const first = await renews(ann, refreshToken)
    await world.advance(REFRESH_GRACE_MS - 1)
    const again = await renews(ann, refreshToken)
    const tokensOf = (answer: typeof first) =>
      answer.ok ? (answer.value as { tokens: TestDevice['tokens'] }).tokens : null
    expect(tokensOf(again)?.refreshToken).toBe(tokensOf(first)?.refreshToken)
    expect((await renews(ann)).ok).toBe(true)
    expect(ann.connected).toBe(true)
  })

  test('also across a restart of the server', async () => {
    const ann = await world.device('ann')
    const { refreshToken } = ann.tokens
    await renews(ann, refreshToken)
    await world.stop()
    await world.start()
    expect((await renews(ann, refreshToken)).ok).toBe(true)
  })

  test('a session from before tokens named theirs goes on, and is in a family from then on', async () => {
    const ann = await world.signIn('ann')
    const old = 'from-before'
    const { createHash } = await import('node:crypto')
    const refreshHash = createHash('sha256').update(old).digest('base64url')
    await world.server.store.write(({ db }) =>
      db.updateTable('sessions').set({ refreshHash }).where('userId', '=', ann.id).execute(),
    )
    expect((await renews(ann, old)).ok).toBe(true)
    const stolen = ann.tokens.refreshToken
    await renews(ann)
    await renews(ann)
    expect(await renews(ann, stolen)).toMatchObject(notGood)
    await ann.isCutOff()
  })
})

describe('a meeting across the end of an access token', () => {
  test('the seat is kept, nobody joins or leaves, and no media closes', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const seats = world.engine.openSeats()
    const told = () => ben.told.filter(({ name }) => name.startsWith('participant.')).length
    const before = told()
    for (let round = 0; round < 3; round++) {
      await world.advance(14 * MINUTE_MS)
      for (const device of [ann, ben]) {
        await device.hears(
          'session.tokenExpiring',
          ({ accessExpiresAt }) => accessExpiresAt === device.tokens.accessExpiresAt,
        )
        device.tokens = (await device.does('session.renew', { refreshToken: device.tokens.refreshToken })).tokens
      }
    }
    expect(world.engine.openSeats()).toEqual(seats)
    expect(told()).toBe(before)
    expect((await ann.syncs()).seat?.participants.map(({ connected }) => connected)).toEqual([true, true])
    expect([ann.connected, ben.connected]).toEqual([true, true])
  })
})

describe('guessing passwords', () => {
  const guess = async (login: string, password = 'nope', from?: string) => {
    const response = await fetch(`${world.server.address}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(from === undefined ? {} : { 'x-forwarded-for': from }) },
      body: JSON.stringify({ login, password, device: { id: crypto.randomUUID(), platform: 'web', label: 'x' } }),
    })
    return (await response.json()) as { ok: boolean; error?: { code: string; field?: string; retryAfterMs?: number } }
  }
  const guesses = async (times: number, login: string, from?: string) => {
    for (let count = 0; count < times; count++) await guess(login, 'nope', from)
  }
  const { atAddress, anywhere } = LOCKOUT

  test('waits double up to an end, and are forgotten by the right password', async () => {
    await guesses(atAddress.free - 1, 'ann')
    expect((await guess('ann')).error?.code).toBe('unauthenticated')
    const locked = await guess('ann', 'parley')
    expect(locked).toMatchObject({ ok: false, error: { code: 'rateLimited', field: 'login' } })
    expect(locked.error?.retryAfterMs).toBe(atAddress.firstMs)
    await world.advance(atAddress.firstMs)
    expect((await guess('ann')).error?.code).toBe('unauthenticated')
    expect((await guess('ann')).error?.retryAfterMs).toBe(2 * atAddress.firstMs)
    await world.advance(2 * atAddress.firstMs)
    expect((await guess('ann', 'parley')).ok).toBe(true)
    await guesses(atAddress.free - 1, 'ann')
    expect((await guess('ann', 'parley')).ok).toBe(true)
    expect([1, 4, 5, 6, 40].map((failures) => waitAfter(failures, atAddress))).toEqual([
      0,
      0,
      atAddress.firstMs,
      2 * atAddress.firstMs,
      atAddress.mostMs,
    ])
  })

  test('many at once are not more', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess('ann')))
    expect(answers.filter(({ error }) => error?.code === 'unauthenticated')).toHaveLength(atAddress.free)
  })

  test('a name nobody has is treated alike', async () => {
    const answers: unknown[] = []
    for (const login of ['ann', 'nobody']) {
      const mine: unknown[] = []
      for (let count = 0; count <= atAddress.free; count++) mine.push((await guess(login)).error)
      answers.push(mine)
    }
    expect(answers[1]).toEqual(answers[0])
  })

  test('is remembered across a restart', async () => {
    await guesses(atAddress.free, 'ann')
    await world.stop()
    await world.start()
    expect((await guess('ann', 'parley')).error?.code).toBe('rateLimited')
  })

  test('locks out whoever guesses, and nobody else: not the office beside, nor the person elsewhere', async () => {
    await world.stop()
    world.config.trustedProxies = ['127.0.0.1']
    await world.start()
    await guesses(atAddress.free, 'ann', '192.0.2.1')
    expect((await guess('ann', 'parley', '192.0.2.1')).error?.code).toBe('rateLimited')
    expect((await guess('ben', 'parley', '192.0.2.1')).ok).toBe(true)
    expect((await guess('ann', 'parley', '192.0.2.2')).ok).toBe(true)
  })

  test('from many addresses is slowed for the login, at most a minute; who signed in there before feels nothing', async () => {
    await world.stop()
    world.config.trustedProxies = ['127.0.0.1']
    await world.start()
    expect((await guess('ann', 'parley', '198.51.100.1')).ok).toBe(true)
    for (let count = 0; count < anywhere.free; count++) await guess('ann', 'nope', `203.0.113.${count}`)
    const elsewhere = await guess('ann', 'parley', '192.0.2.9')
    expect(elsewhere.error).toMatchObject({ code: 'rateLimited', retryAfterMs: anywhere.firstMs })
    expect((await guess('ann', 'parley', '198.51.100.1')).ok).toBe(true)
    expect(waitAfter(10_000, anywhere)).toBe(60_000)
  })

  test('is written down, without what was typed', async () => {
    await guesses(atAddress.free, 'ann')
    await guess('my secret typed into the wrong field')
    const ann = await world
      .device('ben')
      .then(() =>
        world.server.store.read((db) =>
          db.selectFrom('users').select('id').where('login', '=', 'ann').executeTakeFirstOrThrow(),
        ),
      )
    const refused = await auditOf(world, 'session.refused')
    expect(refused).toHaveLength(atAddress.free + 1)
    expect(refused[0]).toMatchObject({ subjectId: ann.id, address: '127.0.0.1', actorKind: 'server' })
    expect(await auditOf(world, 'account.lockedOut')).toMatchObject([
      { subjectId: ann.id, details: { waitMs: atAddress.firstMs } },
    ])
    const everything = await world.server.store.read(async (db) =>
      JSON.stringify([
        await db.selectFrom('audit').selectAll().execute(),
        await db.selectFrom('signInFailures').selectAll().execute(),
      ]),
    )
    expect(everything).not.toContain('secret typed')
  })

  test('an IPv6 network counts as one address', () => {
    expect(networkOf('2001:db8::1')).toBe(networkOf('2001:db8:0:0:ffff::2'))
    expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8::1'))
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
  })
})
