// What the database itself promises, whatever the code above it does.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCall } from '../../shared/call/call.ts'
import type { Effect } from '../../server/effects.ts'
import { findCall, findRings, insertCall, replaceCall } from '../../server/storage/callRows.ts'
import { insertRoom } from '../../server/storage/roomRows.ts'
import { openStore, type Store } from '../../server/storage/store.ts'
import { insertUser } from '../../server/storage/userRows.ts'
import { ann, ben, id } from '../support/things.ts'

let folder: string
let store: Store
let performed: Effect[]
const open = () =>
  openStore({
    file: path.join(folder, 'test.sqlite'),
    now: () => 1_000,
    perform: (effects) => performed.push(...effects),
  })

const ring = (number: number) =>
  createCall({ id: id(number), roomId: id(50), caller: ann, callee: ben, media: 'video', timeoutMs: 5_000 }, 1_000).call

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'parley-storage-'))
  performed = []
  store = await open()
  await store.write(async ({ db, now }) => {
    for (const { id: userId, name } of [ann, ben]) {
      await insertUser(db, { id: userId, login: name, name, passwordHash: '', demo: false, createdAt: now })
    }
    const room = { id: id(50), code: 'abc', kind: 'meeting', name: 'x', ownerId: ann.id, status: 'running' } as const
    const counters = {
      createdAt: now,
      endedAt: null,
      version: 1,
      participantVersion: 0,
      emptySince: null,
      heldUntil: null,
    }
    const rights = { whoMayInvite: 'everyone', membersLack: '', membersLackBy: null, membersLackVersion: null } as const
    await insertRoom(db, {
      ...room,
      ...counters,
      ...rights,
      locked: 0,
      lobby: 0,
      guestsAllowed: 0,
      guestsWait: 1,
      passwordHash: null,
    })
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('an acknowledged command survives a power cut: WAL, synchronous FULL, foreign keys', async () => {
  const pragma = (name: string) =>
    store.read(async (db) => Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {}))
  expect([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual([
    ['wal'],
    [2],
    [1],
  ])
})

test('one ring per room and callee, by the index; and a ring that has ended makes room', async () => {
  await store.write(({ db }) => insertCall(db, ring(101)))
  await expect(store.write(({ db }) => insertCall(db, ring(102)))).rejects.toThrow(/UNIQUE/)
  await store.write(({ db }) => replaceCall(db, { ...ring(101), status: 'cancelled', endedAt: 1_000, version: 2 }))
  await store.write(({ db }) => insertCall(db, ring(102)))
  expect((await store.read((db) => findRings(db, { roomId: id(50) }))).map((call) => call.id)).toEqual([id(102)])
})

test('a call is only written over the version before, and never once it has ended', async () => {
  await store.write(({ db }) => insertCall(db, ring(101)))
  const ended = { ...ring(101), status: 'timeout' as const, endedAt: 1_000, version: 2 }
  await expect(store.write(({ db }) => replaceCall(db, { ...ended, version: 3 }))).rejects.toThrow(
    'was not at version 2',
  )
  await store.write(({ db }) => replaceCall(db, ended))
  await expect(store.write(({ db }) => replaceCall(db, { ...ended, version: 3 }))).rejects.toThrow('calling')
})

test('what throws leaves nothing behind and tells nobody; what commits is performed in order', async () => {
  const due = (at: number): Effect => ({ kind: 'due', at })
  const broken = store.write(async ({ db, effects }) => {
    await insertCall(db, ring(101))
    effects.push(due(1))
    throw new Error('half-way')
  })
  const fine = [2, 3, 4].map((at) => store.write(async ({ effects }) => effects.push(due(at))))
  await expect(broken).rejects.toThrow('half-way')
  await Promise.all(fine)
  expect(await store.read((db) => findCall(db, id(101)))).toBeNull()
  expect(performed).toEqual([due(2), due(3), due(4)])
})

test('opening it again keeps everything', async () => {
  await store.write(({ db }) => insertCall(db, ring(101)))
  await store.close()
  store = await open()
  expect(await store.read((db) => findCall(db, id(101)))).toEqual(ring(101))
})

test('what waits at the same time shares a commit, and each of it is all or nothing', async () => {
  const order: string[] = []
  const rename = (name: string, fails = false) =>
    store.write(async ({ db, effects }) => {
      await db.updateTable('users').set({ name }).where('id', '=', ann.id).execute()
      effects.push({ kind: 'due', at: order.push(name) })
      if (fails) throw new Error(`not ${name}`)
      return name
    })
  const nameNow = () =>
    store.read(async (db) => (await db.selectFrom('users').select('name').where('id', '=', ann.id).execute())[0]?.name)
  performed = []
  const first = rename('one')
  const answers = await Promise.allSettled([
    first,
    rename('two'),
    rename('three', true),
    nameNow(),
    rename('four'),
    nameNow(),
  ])
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)))).toEqual([
    'one',
    'two',
    'Error: not three',
    'two',
    'four',
    'four',
  ])
  expect(performed, 'nothing of what was taken back').toEqual([1, 2, 4].map((at) => ({ kind: 'due', at })))
  expect(await nameNow()).toBe('four')
})
