// How presence is told where many are online: not one message a person and change, but those of a while together.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Effect } from '../../server/effects.ts'
import { createPresenceBoard, type PresenceBoard } from '../../server/people/presence.ts'
import { openStore, type Store } from '../../server/storage/store.ts'
import { insertUser } from '../../server/storage/userRows.ts'
import { createManualTimers, type ManualTimers } from '../support/manualTimers.ts'
import { id } from '../support/things.ts'

const PEOPLE = 450
const everybody = Array.from({ length: PEOPLE }, (_, index) => id(index + 1))

let timers: ManualTimers
let store: Store
let board: PresenceBoard
let online: Set<string>
let told: string[][]
beforeEach(async () => {
  timers = createManualTimers(1_000_000)
  told = []
  const perform = (effects: readonly Effect[]) => {
    for (const effect of effects) {
      if (effect.kind !== 'send' || effect.event.name !== 'presence.changed') continue
      told.push(effect.event.payload.people.map(({ userId, presence }) => `${userId} ${presence}`))
    }
  }
  store = await openStore({ file: ':memory:', now: timers.now, perform })
  await store.write(async ({ db, now }) => {
    for (const userId of everybody)
      await insertUser(db, { id: userId, login: userId, name: 'x', passwordHash: '', demo: false, createdAt: now })
  })
  online = new Set()
  board = createPresenceBoard({
    store: () => store,
    isOnline: (userId) => online.has(userId),
    onlineUsers: () => [...online],
    timers,
    onError: (error) => {
      throw error
    },
  })
})
afterEach(async () => {
  board.close()
  await store.close()
})

function comes(userId: string) {
  online.add(userId)
  board.refresh(userId)
}
/** All that was asked of the store has been done. */
const settled = () => store.read(async () => {})

test('among few everybody is told at once', async () => {
  for (const userId of everybody.slice(0, 10)) {
    comes(userId)
    await settled()
  }
  expect(told).toEqual(everybody.slice(0, 10).map((userId) => [`${userId} available`]))
})

test('among many the first change is told at once, and those that follow together after a pause', async () => {
  for (const userId of everybody.slice(0, 300)) online.add(userId)
  const late = everybody.slice(300)
  comes(late[0]!)
  await settled()
  expect(told).toEqual([[`${late[0]} available`]])
  for (const userId of late.slice(1)) comes(userId)
  online.delete(late[1]!)
  board.refresh(late[1]!)
  await settled()
  expect(told).toHaveLength(1)
  // 450 online: 400 more than are told of each change.
  await timers.advance(100)
  await settled()
  expect(told.slice(1)).toEqual([late.slice(2).map((userId) => `${userId} available`)])
  await timers.advance(60_000)
  await settled()
  expect(told, 'nothing is told twice').toHaveLength(2)
})
