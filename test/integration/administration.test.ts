// Who looks after a server, and what they do: people, roles, invitations, reset links. Everybody else is refused everything.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { adminCommands } from '../../shared/protocol/admin.ts'
import type { CommandName } from '../../shared/protocol/contract.ts'
import { setAccountRole } from '../../server/storage/accountRows.ts'
import { auditOf, givesRole, GOOD_PASSWORD } from '../support/accounts.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  await world.server.store.write(({ db }) => db.updateTable('users').set({ demo: 0 }).execute())
  await givesRole(world, ann)
})
afterEach(() => world.close())

const HOUR = 60 * 60_000
const link = async (more = {}) => ann.does('admin.invite', more)
const accepts = (token: string, more: object = {}, device = world.unknown('zoe').device) =>
  ben.posts('/api/invitation/accept', {
    token,
    login: 'zoe',
    name: 'Zoe van Dyk',
    password: GOOD_PASSWORD,
    device,
    ...more,
  })
const looks = (token: string) => ben.posts('/api/invitation/look', { token })
const noGood = { ok: false, error: { code: 'notAllowed', field: 'token' } }

describe('the commands of administrators', () => {
  const inputs: Record<keyof typeof adminCommands, () => object> = {
    'admin.listPeople': () => ({}),
    'admin.listInvitations': () => ({}),
    'admin.invite': () => ({}),
    'admin.revokeInvitation': () => ({ invitationId: ann.id }),
    'admin.resetLink': () => ({ userId: ann.id }),
    'admin.setRole': () => ({ userId: ben.id, role: 'administrator' }),
    'admin.setDisabled': () => ({ userId: ann.id, disabled: true }),
  }
  const names = Object.keys(inputs) as (keyof typeof inputs)[]

  test('are refused to people and guests, and change nothing', async () => {
    const { room } = await ann.opensMeeting()
    await ann.does('room.update', { roomId: room.id, settings: { guestsAllowed: true, guestsWait: false } })
    const mia = await world.guest(room.code)
    for (const name of names)
      for (const device of [ben, mia])
        expect(await device.ask(name as CommandName, inputs[name]() as never), `${device.login} ${name}`).toMatchObject(
          {
            ok: false,
            error: { code: 'notAllowed' },
          },
        )
    expect(await auditOf(world, 'account.invited', 'account.roleChanged', 'account.disabled')).toEqual([])
    expect((await ann.does('admin.listInvitations', {})).invitations).toEqual([])
  })

  test('are refused from the moment the role is taken away, on connections that are open', async () => {
    await ann.does('admin.setRole', { userId: ben.id, role: 'administrator' })
    expect(await ben.hears('session.roleChanged')).toEqual({ role: 'administrator' })
    expect((await ben.syncs()).role).toBe('administrator')
    await ben.does('admin.setRole', { userId: ann.id, role: 'user' })
    for (const name of names)
      expect(await ann.ask(name as CommandName, inputs[name]() as never), name).toMatchObject({
        error: { code: 'notAllowed' },
      })
    expect((await ann.syncs()).role).toBe('user')
    expect(await auditOf(world, 'account.roleChanged')).toMatchObject([
      { actorKind: 'user', actorId: ann.id, subjectId: ben.id, details: { role: 'administrator' } },
      { actorKind: 'user', actorId: ben.id, subjectId: ann.id, details: { role: 'user' } },
    ])
  })
})

describe('people', () => {
  test('are listed by name in pages, with login, role and devices, and found by either name', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    phone.disconnects()
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await ann.does('admin.listPeople', { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.people.length).toBeLessThanOrEqual(3)
      names.push(...page.people.map(({ user }) => user.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(names).toEqual([
      'Ann Kovač',
      'Ben Osei',
      'Chloe Martin',
      'Dan Kim',
      'Emil Roth',
      'Farah Nasser',
      'Grace Lee',
      '王小明',
    ])
    const { people } = await ann.does('admin.listPeople', { query: 'OSEI' })
    expect(people).toMatchObject([{ login: 'ben', role: 'user', disabled: false, online: true, devices: 2 }])
    expect((await ann.does('admin.listPeople', { query: 'xiao' })).people).toMatchObject([{ user: { name: '王小明' } }])
    expect(await ann.ask('admin.listPeople', { cursor: 'nonsense' })).toMatchObject({ error: { field: 'cursor' } })
  })

  test('who is disabled is signed out everywhere and leaves the meeting, is rung no more, and comes back when enabled', async () => {
    const chloe = await world.signIn('chloe')
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id, { timeoutSeconds: 600 })
    const theirs = await chloe.opensMeeting('Elsewhere')
    await ben.joins(theirs.room.id)
    const { person } = await ann.does('admin.setDisabled', { userId: ben.id, disabled: true })
    expect(person).toMatchObject({ disabled: true, devices: 0 })
    for (const device of [ben, phone]) {
      expect(await device.hears('session.ended')).toMatchObject({ reason: 'disabled' })
      await device.isCutOff()
      expect(await device.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
      expect(
        await device.posts('/api/renew', { refreshToken: device.tokens.refreshToken, deviceId: device.device.id }),
      ).toMatchObject({ ok: false })
    }
    await chloe.hears('participant.left', ({ userId }) => userId === ben.id)
    expect(world.engine.openSeats().map(({ userId }) => userId)).not.toContain(ben.id)
    expect((await ann.hears('call.revokedByAdmin')).call).toMatchObject({ id: call.id, status: 'revoked' })
    await expect(ben.signsIn()).rejects.toThrow('do not belong together')
    expect((await chloe.does('people.list', {})).people.map(({ user }) => user.id)).not.toContain(ben.id)
    expect(
      (await ann.does('call.invite', { roomId: room.id, calleeIds: [ben.id], media: 'audio' })).results,
    ).toMatchObject([{ outcome: 'unknownUser' }])
    expect(
      await chloe.ask('call.direct', { calleeId: ben.id, media: 'audio', leaveOther: true, rtpCapabilities: null }),
    ).toMatchObject({ error: { code: 'unknownUser' } })
    expect(await ann.ask('admin.resetLink', { userId: ben.id })).toMatchObject({
      error: { code: 'notAllowed', field: 'disabled' },
    })

    await ann.does('admin.setDisabled', { userId: ben.id, disabled: false })
    await ben.signsIn()
    await ben.connects()
    expect(await auditOf(world, 'account.disabled', 'account.enabled')).toMatchObject([
      { action: 'account.disabled', actorId: ann.id, subjectId: ben.id },
      { action: 'account.enabled', actorId: ann.id, subjectId: ben.id },
    ])
  })

  test('the last administrator stays one, also when two go at the same moment', async () => {
    const last = { ok: false, error: { code: 'notAllowed', field: 'lastAdministrator' } }
    expect(await ann.ask('admin.setRole', { userId: ann.id, role: 'user' })).toMatchObject(last)
    expect(await ann.ask('admin.setDisabled', { userId: ann.id, disabled: true })).toMatchObject(last)
    await ann.does('admin.setRole', { userId: ben.id, role: 'administrator' })
    const answers = await Promise.all([
      ann.ask('admin.setRole', { userId: ann.id, role: 'user' }),
      ben.ask('admin.setRole', { userId: ben.id, role: 'user' }),
    ])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    // Somebody who is disabled looks after nothing.
    const chloe = await world.device('chloe')
    await world.server.store.write(async ({ db, now }) => {
      await setAccountRole(db, chloe.id, 'administrator')
      await db.updateTable('users').set({ disabledAt: now }).where('id', '=', chloe.id).execute()
    })
    const left = answers[0].ok ? ben : ann
    expect(await left.ask('admin.setRole', { userId: left.id, role: 'user' })).toMatchObject(last)
  })

  test('a demo account, whose password everybody knows, gets neither', async () => {
    await world.server.store.write(({ db }) =>
      db.updateTable('users').set({ demo: 1 }).where('id', '=', ben.id).execute(),
    )
    const refused = { ok: false, error: { code: 'notAllowed', field: 'demo' } }
    expect(await ann.ask('admin.setRole', { userId: ben.id, role: 'administrator' })).toMatchObject(refused)
    expect(await ann.ask('admin.resetLink', { userId: ben.id })).toMatchObject(refused)
  })

  test('nobody who does not exist is changed', async () => {
    for (const answer of [
      await ann.ask('admin.setRole', { userId: world.unknown('x').device.id, role: 'user' }),
      await ann.ask('admin.setDisabled', { userId: world.unknown('x').device.id, disabled: true }),
      await ann.ask('admin.resetLink', { userId: world.unknown('x').device.id }),
    ])
      expect(answer).toMatchObject({ ok: false, error: { code: 'unknownUser' } })
  })
})

describe('an invitation', () => {
  test('makes one account and signs in, once', async () => {
    const { token, invitation, expiresAt } = await link()
    expect(expiresAt - world.now).toBe(7 * 24 * HOUR)
    expect(await looks(token)).toMatchObject({ ok: true, value: { kind: 'invitation', role: 'user', account: null } })
    const zoe = world.unknown('zoe')
    const answer = await accepts(token, { login: ' ZOE ' }, zoe.device)
    expect(answer).toMatchObject({ ok: true, value: { user: { name: 'Zoe van Dyk' } } })
    if (!answer.ok) return
    zoe.tokens = (answer.value as Pick<TestDevice, 'tokens'>).tokens
    await zoe.connects()
    expect((await zoe.syncs()).role).toBe('user')
    await world.device('zoe', 'Another', GOOD_PASSWORD)
    expect(await accepts(token, { login: 'zoe2' })).toMatchObject(noGood)
    expect(await looks(token)).toMatchObject(noGood)
    expect((await ann.does('admin.listInvitations', {})).invitations).toEqual([])
    expect(await auditOf(world, 'account.invited', 'account.created')).toMatchObject([
      { action: 'account.invited', actorId: ann.id, details: { invitation: invitation.id, role: 'user' } },
      { action: 'account.created', details: { invitation: invitation.id, invitedBy: ann.id } },
    ])
  })

  test('of two who come at once only one gets in', async () => {
    const { token } = await link()
    const answers = await Promise.all([accepts(token, { login: 'zoe' }), accepts(token, { login: 'yan' })])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect((await ann.does('admin.listPeople', {})).people).toHaveLength(9)
  })

  test('goes with its time, and when it is taken back', async () => {
    const [one, other] = [await link({ days: 1 }), await link({ role: 'administrator' })]
    expect((await ann.does('admin.listInvitations', {})).invitations).toMatchObject([
      { by: { id: ann.id } },
      { by: { id: ann.id } },
    ])
    await ann.does('admin.revokeInvitation', { invitationId: other.invitation.id })
    await ann.does('admin.revokeInvitation', { invitationId: other.invitation.id })
    expect(await accepts(other.token)).toMatchObject(noGood)
    expect(await auditOf(world, 'account.invitationRevoked')).toHaveLength(1)
    await world.timers.advance(24 * HOUR)
    expect(await looks(one.token)).toMatchObject(noGood)
    expect(await accepts(one.token)).toMatchObject(noGood)
  })

  test('asks for a name, a login that is free and a password that is hard to guess, and stays good meanwhile', async () => {
    const { token } = await link()
    const field = (name: string, code = 'invalid') => ({ ok: false, error: { code, field: name } })
    expect(await accepts(token, { login: 'has space' })).toMatchObject(field('login'))
    expect(await accepts(token, { login: 'guest 1' })).toMatchObject(field('login'))
    expect(await accepts(token, { name: ' ' })).toMatchObject(field('name'))
    expect(await accepts(token, { login: 'BEN' })).toMatchObject(field('login', 'conflict'))
    for (const password of [
      'short',
      'aaaaaaaaaaaaaaa',
      'password123',
      'qwertyuiop',
      'Zoe van Dyk 1',
      '1234567890',
      'zoe2026zoe',
    ])
      expect(await accepts(token, { password }), password).toMatchObject(field('password'))
    expect(await accepts(token, { password: 'x'.repeat(2_000) })).toMatchObject({ error: { code: 'tooLarge' } })
    expect((await accepts(token)).ok).toBe(true)
  })

  test('is kept as a hash, and its answer lies nowhere in the database', async () => {
    const { token } = await link()
    const { token: reset } = await ann.does('admin.resetLink', { userId: ben.id })
    const everything = await world.server.store.read(async (db) =>
      JSON.stringify([
        await db.selectFrom('invitations').selectAll().execute(),
        await db.selectFrom('commandOutcomes').selectAll().execute(),
        await db.selectFrom('audit').selectAll().execute(),
      ]),
    )
    expect(everything).not.toContain(token)
    expect(everything).not.toContain(reset)
  })

  test('asked for again under the same command id it is the same one', async () => {
    const commandId = crypto.randomUUID()
    const first = await ann.ask('admin.invite', {}, commandId)
    expect(await ann.ask('admin.invite', {}, commandId)).toEqual(first)
    expect((await ann.does('admin.listInvitations', {})).invitations).toHaveLength(1)
  })

  test('tokens that nobody gave out are good for nothing, and soon too many', async () => {
    await world.stop()
    world.config.guestsPerMinute = 3
    await world.start()
    for (let count = 0; count < 3; count++) expect(await looks(`made-up-${count}`)).toMatchObject(noGood)
    expect(await looks('made-up')).toMatchObject({ ok: false, error: { code: 'rateLimited' } })
  })
})

describe('a reset link', () => {
  test('gives a new password, once, signs out every device of that person, and forgives wrong ones', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const first = await ann.does('admin.resetLink', { userId: ben.id })
    const { token, expiresAt } = await ann.does('admin.resetLink', { userId: ben.id })
    expect(expiresAt - world.now).toBe(24 * HOUR)
    expect(await looks(first.token), 'the newer one takes its place').toMatchObject(noGood)
    expect(await looks(token)).toMatchObject({ value: { kind: 'reset', account: { login: 'ben', name: 'Ben Osei' } } })
    const laptop = world.unknown('ben', 'New laptop')
    expect(await accepts(token, { password: 'ben osei 12' })).toMatchObject({ error: { field: 'password' } })
    const answer = await accepts(token, { login: 'ignored', name: 'Ignored' }, laptop.device)
    expect(answer).toMatchObject({ ok: true, value: { user: { id: ben.id, name: 'Ben Osei' } } })
    for (const device of [ben, phone])
      expect(await device.hears('session.ended')).toMatchObject({ reason: 'passwordChanged' })
    await expect(ben.signsIn('parley')).rejects.toThrow('do not belong together')
    await ben.signsIn(GOOD_PASSWORD)
    expect(await accepts(token)).toMatchObject(noGood)
    expect(await auditOf(world, 'account.resetAsked', 'account.passwordChanged')).toMatchObject([
      { actorId: ann.id, subjectId: ben.id },
      { actorId: ann.id, subjectId: ben.id },
      { action: 'account.passwordChanged', subjectId: ben.id, details: { way: 'reset' } },
    ])
  })

  test('goes after a day, and with the account’s disabling', async () => {
    const late = await ann.does('admin.resetLink', { userId: ben.id })
    await world.timers.advance(24 * HOUR)
    expect(await accepts(late.token)).toMatchObject(noGood)
    await ann.signsIn()
    await ann.connects()
    const { token } = await ann.does('admin.resetLink', { userId: ben.id })
    await ann.does('admin.setDisabled', { userId: ben.id, disabled: true })
    await ann.does('admin.setDisabled', { userId: ben.id, disabled: false })
    expect(await accepts(token)).toMatchObject(noGood)
  })
})

describe('the first start', () => {
  const fresh = async () => {
    await world.close()
    world = await openWorld({ onDisk: true, config: { demo: false } })
    ben = world.unknown('ben')
    return world.server.setupLink
  }
  const codeOf = (setupLink: string | null) => setupLink?.split('/setup/')[1] ?? ''

  test('opens one door to the first administrator, once', async () => {
    const setupLink = await fresh()
    expect(setupLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup\/[\w-]{32}$/)
    const code = codeOf(setupLink)
    expect(await looks(code)).toMatchObject({ value: { kind: 'setup', role: 'administrator' } })
    const zoe = world.unknown('zoe')
    const answers = await Promise.all([accepts(code, {}, zoe.device), accepts(code, { login: 'yan', name: 'Yan' })])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await accepts(code, { login: 'xia', name: 'Xia' })).toMatchObject(noGood)
    expect(await world.server.store.read((db) => db.selectFrom('users').select('role').execute())).toEqual([
      { role: 'administrator' },
    ])
    await world.stop()
    await world.start()
    expect(world.server.setupLink).toBeNull()
  })

  test('another start makes another link; one that was not used is good no more', async () => {
    const first = codeOf(await fresh())
    await world.stop()
    await world.start()
    expect(codeOf(world.server.setupLink)).not.toBe(first)
    expect(await accepts(first)).toMatchObject(noGood)
  })

  test('an account made at the command line closes it; a demo server has none; demo people are no accounts', async () => {
    const code = codeOf(await fresh())
    await world.addPeople(1)
    expect(await accepts(code)).toMatchObject(noGood)
    await world.close()
    world = await openWorld({ onDisk: true })
    expect(world.server.setupLink).toBeNull()
    await world.stop()
    world.config.demo = false
    await world.start()
    expect(world.server.setupLink).not.toBeNull()
  })

  test('nothing else is open to strangers', async () => {
    await fresh()
    const device = ben.device
    expect(await ben.posts('/api/sign-in', { login: 'admin', password: 'admin', device })).toMatchObject({ ok: false })
    expect(await ben.posts('/api/guest', { code: 'abc-defg-hij', name: 'X', device })).toMatchObject({ ok: false })
    expect(await accepts('')).toMatchObject({ ok: false, error: { code: 'invalid' } })
    expect(await accepts('guess')).toMatchObject(noGood)
    expect(await ben.triesToConnect()).toMatchObject({ code: 'unauthenticated' })
  })
})
