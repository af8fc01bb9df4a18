// The audit log as administrators read it in the app: with names, and as the text of a file, which is written down.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { audit } from '../../server/people/audit.ts'
import { erasePerson } from '../../server/people/personData.ts'
import { exportAudit } from '../../server/people/auditLog.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
beforeEach(async () => {
  world = await openWorld()
  ;[ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
  await world.server.store.write(({ db }) =>
    db.updateTable('users').set({ role: 'administrator' }).where('id', '=', chloe.id).execute(),
  )
})
afterEach(() => world.close())

async function textOf(input: { format: 'csv' | 'jsonl'; userId?: string }): Promise<{ text: string; entries: number }> {
  const all = { text: '', entries: 0 }
  let after: number | undefined
  do {
    const piece = await chloe.does('admin.exportAudit', { ...input, ...(after === undefined ? {} : { after }) })
    all.text += piece.text
    all.entries += piece.entries
    after = piece.nextAfter ?? undefined
  } while (after !== undefined)
  return all
}
const exported = async () => (await chloe.does('admin.listAudit', { action: 'audit.exported' })).entries

test('whoever entries name is named as they are called now; guests are marked, and who was erased is not named', async () => {
  const { room } = await ann.opensMeeting()
  await ann.rings(ben, room.id)
  const { apiToken } = await chloe.does('apiToken.create', { name: 'Alarm', scopes: ['calls:read'] })
  await world.server.store.write(async (unit) => {
    const { db } = unit
    await audit(unit, { action: 'room.ended', actor: { kind: 'token', id: apiToken.id } })
    await db.updateTable('users').set({ guestOf: room.id }).where('id', '=', ben.id).execute()
  })
  const before = (await chloe.does('admin.listAudit', {})).names
  expect(before).toMatchObject({
    [ann.id]: { name: ann.user.name },
    [ben.id]: { name: ben.user.name, guest: true },
    [apiToken.id]: { name: 'Alarm' },
  })
  expect(before[ann.id]).not.toHaveProperty('guest')
  await world.server.store.write(async (unit) => {
    await unit.db.updateTable('users').set({ guestOf: null }).where('id', '=', ben.id).execute()
    await erasePerson(unit, ann.id)
  })
  const { names, entries } = await chloe.does('admin.listAudit', {})
  expect(entries.some(({ actorId }) => actorId === ann.id)).toBe(true)
  expect(Object.keys(names)).not.toContain(ann.id)
  const narrow = await chloe.does('admin.listAudit', { action: 'apiToken.created' })
  expect(Object.keys(narrow.names), 'no more names than the page needs').toEqual([chloe.id])
})

test('the file is the one of the command line, in pieces, and that it was given out is written down once, with its filter', async () => {
  await world.server.store.write(async (unit) => {
    for (let count = 0; count < 1_100; count++)
      await audit(unit, { action: 'session.refused', actor: { kind: 'server' }, subjectId: ben.id, address: '=cmd|1' })
  })
  const csv = await textOf({ format: 'csv' })
  let same = ''
  for await (const piece of exportAudit(world.server.store, { format: 'csv', actor: { kind: 'operator' } }))
    same += piece
  const lines = csv.text.trimEnd().split('\r\n')
  expect(lines[0]).toBe('seq,time,action,actorKind,actorId,subjectId,roomId,address,details')
  expect(csv.text).toContain(`,'=cmd|1,`)
  expect(lines.length - 1).toBe(csv.entries)
  expect(csv.entries).toBeGreaterThan(1_100)
  expect(same.trimEnd().split('\r\n').slice(2), 'but for its own entry').toEqual(lines.slice(1))

  const one = await textOf({ format: 'jsonl', userId: ben.id })
  const entries = one.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { subjectId: string | null; actorId: string | null })
  expect(entries.length).toBe(one.entries)
  expect(entries.every(({ subjectId, actorId }) => subjectId === ben.id || actorId === ben.id)).toBe(true)
  expect(await exported()).toMatchObject([
    { actorId: chloe.id, details: { format: 'jsonl', userId: ben.id } },
    { actorKind: 'operator', details: { format: 'csv' } },
    { actorId: chloe.id, details: { format: 'csv' } },
  ])
})

test('asked again under the same id it is written down once; others than administrators get nothing and leave no entry', async () => {
  const id = 'a0000000-0000-4000-8000-000000000001'
  await chloe.ask('admin.exportAudit', { format: 'csv' }, id)
  expect(await chloe.ask('admin.exportAudit', { format: 'csv' }, id)).toMatchObject({ ok: true })
  for (const input of [{ format: 'csv' as const }, { format: 'csv' as const, after: 1_000 }])
    expect(await ann.ask('admin.exportAudit', input)).toMatchObject({ error: { code: 'notAllowed' } })
  expect(await ann.ask('admin.listAudit', {})).toMatchObject({ error: { code: 'notAllowed' } })
  expect(await exported()).toHaveLength(1)
})
