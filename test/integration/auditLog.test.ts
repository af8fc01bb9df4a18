// What is done is written down with the deed, can be read and given out by those who may, and goes when its time is over; what is
// kept about one person can be given out and erased.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { csvCell, exportAudit, listAudit } from '../../server/people/auditLog.ts'
import { audit } from '../../server/people/audit.ts'
import { erasePerson, exportPerson } from '../../server/people/personData.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const DAY_MS = 24 * 60 * 60_000

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
beforeEach(async () => {
  world = await openWorld({ config: { auditDays: 30 } })
  ;[ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
  await world.server.store.write(({ db }) =>
    db.updateTable('users').set({ role: 'administrator' }).where('id', '=', chloe.id).execute(),
  )
})
afterEach(() => world.close())

const list = (input: object = {}) => chloe.does('admin.listAudit', input)
const actionsOf = async (input: object = {}) => (await list(input)).entries.map(({ action }) => action).reverse()

describe('the log', () => {
  test('calls and meetings are written down, with who and whom, once each', async () => {
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    const second = await ann.rings(ben, room.id)
    await ben.answers(second)
    await ann.does('room.update', { roomId: room.id, name: 'Other', settings: { locked: true }, password: 'secret!' })
    await ann.does('participant.setRole', { roomId: room.id, userId: ben.id, role: 'admin' })
    await ann.does('participant.remove', { roomId: room.id, userId: ben.id, mayReturn: false })
    await ann.rings(ben, room.id)
    await ann.does('room.end', { roomId: room.id })
    expect(await actionsOf({ roomId: room.id })).toEqual([
      'room.created',
      'call.invited',
      'call.cancelled',
      'call.invited',
      'room.changed',
      'participant.roleChanged',
      'participant.removed',
      'call.invited',
      'call.revoked',
      'room.ended',
    ])
    const { entries } = await list({ roomId: room.id, action: 'call.invited' })
    expect(entries.at(-1)).toMatchObject({
      actorKind: 'user',
      actorId: ann.id,
      subjectId: ben.id,
      roomId: room.id,
      address: '127.0.0.1',
      details: { callId: call.id, media: 'video' },
    })
    const [changed] = (await list({ action: 'room.changed' })).entries
    expect(changed?.details).toEqual({ changed: 'locked name password' })
    expect(JSON.stringify((await list()).entries), 'no secrets, no names').not.toMatch(/secret!|Kovač/)
  })

  test('a refused command leaves no entry, one sent again only one; choices are written down', async () => {
    const { room } = await ann.opensMeeting()
    const before = (await list()).entries.length
    await ben.ask('room.end', { roomId: room.id })
    await ben.ask('room.create', { name: 'B', rtpCapabilities: null }, 'a0000000-0000-4000-8000-000000000001')
    await ben.ask('room.create', { name: 'B', rtpCapabilities: null }, 'a0000000-0000-4000-8000-000000000001')
    await ben.does('people.setPolicy', { whoMayRing: 'nobody' })
    await ben.does('people.setPolicy', { whoMayRing: 'nobody', declineWhenBusy: true })
    await chloe.does('admin.setRingPolicy', { rule: 'contacts' })
    const after = await actionsOf()
    expect(after.slice(before)).toEqual(['room.created', 'policy.changed', 'policy.changed'])
  })

  test('filters, pages, and a person as the one who did it or had it done', async () => {
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    await ben.declines(call)
    for (let count = 0; count < 4; count++) {
      await world.advance(60_000)
      await ben.declines(await ann.rings(ben, room.id))
    }
    const seen: number[] = []
    let after: number | undefined
    do {
      const page = await list({ action: 'call.invited', userId: ben.id, limit: 2, after })
      seen.push(...page.entries.map(({ seq }) => seq))
      after = page.nextAfter ?? undefined
    } while (after !== undefined)
    expect(seen).toHaveLength(5)
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => other - one))
    const { entries } = await list({ action: 'call.invited', from: call.createdAt, to: call.createdAt + 1 })
    expect(entries.map(({ at }) => at)).toEqual([call.createdAt])
  })

  test('it is given out as lines of JSON and as CSV that no spreadsheet runs', async () => {
    await ann.opensMeeting()
    await world.server.store.write((unit) =>
      audit(unit, {
        action: 'session.refused',
        actor: { kind: 'server' },
        address: '=cmd|1',
        details: { say: 'a,"b"' },
      }),
    )
    const textOf = async (format: 'csv' | 'jsonl') => {
      let text = ''
      for await (const piece of exportAudit(world.server.store, { format, actor: { kind: 'operator' } })) text += piece
      return text
    }
    const csv = (await textOf('csv')).split('\r\n')
    expect(csv[0]).toBe('seq,time,action,actorKind,actorId,subjectId,roomId,address,details')
    expect(csv.find((line) => line.includes('session.refused'))).toMatch(
      /,session\.refused,server,,,,'=cmd\|1,"\{""say"":""a,\\""b\\""""\}"$/,
    )
    const lines = (await textOf('jsonl')).trimEnd().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as { action: string; seq: number })
    expect(entries[0]?.action, 'giving it out is written down too').toBe('audit.exported')
    expect(entries).toHaveLength((await list({ limit: 500 })).entries.length)
  })

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    [-5, '-5'],
    [null, ''],
    ['plain', 'plain'],
  ])('the cell %j is written %j', (value, written) => expect(csvCell(value)).toBe(written))

  test('it lets go of what is too old, a slice at a time, and says so; the rest stays as it was', async () => {
    await ann.opensMeeting()
    const all = () => world.server.store.read((db) => listAudit(db, { limit: 10_000 }))
    const old = (await all()).entries
    await world.server.store.write(async (unit) => {
      for (let count = 0; count < 2_100; count++)
        await audit(unit, { action: 'session.refused', actor: { kind: 'server' } })
    })
    await world.advance(29 * DAY_MS)
    expect((await all()).entries.length).toBeGreaterThan(2_100)
    // Looked at once a day, from whenever the server was started.
    for (let day = 0; day < 3; day++) await world.advance(DAY_MS)
    const { entries } = await all()
    expect(entries.some(({ seq }) => old.some((entry) => entry.seq === seq))).toBe(false)
    const shortened = entries.filter(({ action }) => action === 'audit.shortened')
    expect(
      shortened.map(({ details }) => Number(details?.['gone'])).reduce((sum, gone) => sum + gone, 0),
    ).toBeGreaterThan(2_100)
    expect(shortened.length).toBeGreaterThan(1)
    await expect(
      world.server.store.write(({ db }) => db.updateTable('audit').set({ actorId: null }).execute()),
    ).rejects.toThrow('append-only')
  })
})

describe('a person', () => {
  test('all that is kept about somebody is given out, without passwords, tokens and what they must not know', async () => {
    await ben.does('people.block', { userId: ann.id, blocked: true })
    await ben.does('people.setContact', { userId: chloe.id, contact: true })
    const { room } = await ann.opensMeeting('Ann’s plan')
    await ann.rings(ben, room.id)
    await ann.does('chat.send', { roomId: room.id, id: crypto.randomUUID(), text: 'Hello' })
    const read = (userId: string) => world.server.store.read((db) => exportPerson(db, userId))
    const [of, ofBen] = [await read(ann.id), await read(ben.id)]
    expect(of).toMatchObject({
      user: { id: ann.id, login: 'ann' },
      devices: [{ id: ann.device.id }],
      sessions: [{ deviceId: ann.device.id }],
      rooms: [{ name: 'Ann’s plan' }],
      calls: [{ calleeId: ben.id }],
      chat: [{ text: 'Hello' }],
    })
    expect(of?.audit.map(({ action }) => action)).toContain('call.invited')
    expect(JSON.stringify(of)).not.toMatch(/scrypt|refreshHash|passwordHash|blockedId/)
    expect(ofBen).toMatchObject({ blocks: [{ blockedId: ann.id }], contacts: [{ contactId: chloe.id }], calls: [] })
    expect(await read(room.id)).toBe(null)
  })

  test('erased: nothing of them is left but that somebody was there, and what they were in the middle of has ended', async () => {
    const { room } = await ann.opensMeeting(`${ann.user.name}: weekly`)
    await ben.joins(room.id)
    await ann.does('chat.send', { roomId: room.id, id: crypto.randomUUID(), text: 'Hello' })
    const call = await ann.rings(chloe, room.id, { extension: 'from Ann' })
    await ben.does('people.setContact', { userId: ann.id, contact: true })
    await ann.does('people.block', { userId: ben.id, blocked: true })
    await ann.plansMeeting(world.now + 3_600_000, [ben])
    const erased = await world.server.store.write((unit) => erasePerson(unit, ann.id))
    expect(erased.ok).toBe(true)
    await ann.isCutOff()
    await chloe.hears('call.revokedByAdmin', (payload) => payload.call.id === call.id)
    // Whoever is left inside has the meeting now.
    const { seat, scheduled, contacts } = await ben.syncs()
    expect(seat?.room.ownerId).toBe(ben.id)
    expect(seat?.participants.map(({ user }) => user.id)).toEqual([ben.id])
    expect(scheduled).toEqual([])
    expect(contacts).toEqual([])
    const { messages } = await ben.does('chat.list', { roomId: room.id })
    expect(messages).toMatchObject([{ from: { name: 'Deleted account' }, text: 'Hello' }])
    expect((await ben.does('people.list', {})).people.some(({ user }) => user.id === ann.id)).toBe(false)
    const invited = await ben.does('call.invite', { roomId: room.id, calleeIds: [ann.id], media: 'audio' })
    expect(invited.results).toEqual([{ calleeId: ann.id, outcome: 'unknownUser' }])
    expect(await ann.posts('/api/sign-in', { login: 'ann', password: 'parley', device: ann.device })).toMatchObject({
      error: { code: 'unauthenticated' },
    })
    expect(
      await ann.posts('/api/renew', { refreshToken: ann.tokens.refreshToken, deviceId: ann.device.id }),
    ).toMatchObject({ error: { code: 'unauthenticated' } })
    const left = JSON.stringify(await world.server.store.read((db) => exportPerson(db, ann.id)))
    expect(left).not.toMatch(/Kovač|from Ann|"login":"ann"|laptop/)
    const { entries } = await list({ action: 'account.erased' })
    expect(entries).toMatchObject([{ subjectId: ann.id, actorKind: 'operator' }])
    const again = await world.server.store.write((unit) => erasePerson(unit, ann.id))
    expect(again.ok).toBe(true)
    expect((await list({ action: 'account.erased' })).entries).toHaveLength(1)
    const nobody = await world.server.store.write((unit) => erasePerson(unit, room.id))
    expect(nobody).toMatchObject({ error: { code: 'unknownUser' } })
  })
})
