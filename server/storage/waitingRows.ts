// Queries about the lobby: who waits for which room, and who was not let in lately.
import { sql } from 'kysely'
import type { Denial } from '../../shared/protocol/lobby.ts'
import type { User } from '../../shared/protocol/things.ts'
import { prepared, wholeRow, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type WaitingRow = Tables['waiting']

const waitingByUser = prepared((db, value: Values<{ userId: string }>) =>
  db.selectFrom('waiting').selectAll().where('userId', '=', value('userId')),
)

export async function waitOf(db: Db, userId: string): Promise<WaitingRow | null> {
  return waitingByUser.first(db, { userId })
}

/** Who came first, within one millisecond. */
const arrival = sql`waiting.rowid`

const waitingByRoom = prepared((db, value: Values<{ roomId: string }>) =>
  db
    .selectFrom('waiting')
    .innerJoin('users', 'users.id', 'waiting.userId')
    .selectAll('waiting')
    .select(['users.name', 'users.guestOf'])
    .where('roomId', '=', value('roomId'))
    .orderBy('since')
    .orderBy(arrival),
)

/** Longest waiting first. */
export async function waitingIn(
  db: Db,
  roomId: string,
): Promise<(WaitingRow & { name: string; guestOf: string | null })[]> {
  return waitingByRoom.all(db, { roomId })
}

const upsert = prepared((db, value: Values<WaitingRow>) => {
  const row = wholeRow(value, {
    userId: true,
    roomId: true,
    deviceId: true,
    since: true,
    droppedAt: true,
    version: true,
  })
  return db
    .insertInto('waiting')
    .values(row)
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(row))
})

export async function putWaiting(db: Db, row: WaitingRow): Promise<void> {
  await upsert.all(db, row)
}

export async function updateWaiting(db: Db, userId: string, fields: Partial<WaitingRow>): Promise<void> {
  await db.updateTable('waiting').set(fields).where('userId', '=', userId).execute()
}

const removal = prepared((db, value: Values<{ userId: string }>) =>
  db.deleteFrom('waiting').where('userId', '=', value('userId')),
)

export async function deleteWaiting(db: Db, userId: string): Promise<void> {
  await removal.all(db, { userId })
}

const dropped = prepared((db, value: Values<{ droppedBefore: number }>) =>
  db.selectFrom('waiting').selectAll().where('droppedAt', '<=', value('droppedBefore')).orderBy('droppedAt'),
)

export async function waitingDroppedSince(db: Db, droppedBefore: number): Promise<WaitingRow[]> {
  return dropped.all(db, { droppedBefore })
}

/** At boot: nobody is connected yet. */
export async function markAllWaitingDropped(db: Db, now: number): Promise<void> {
  await db.updateTable('waiting').set({ droppedAt: now }).execute()
}

const earliestDrop = prepared((db) => db.selectFrom('waiting').select(({ fn }) => fn.min('droppedAt').as('at')))

/** When the first of those who wait lost their connection; null while all have one. */
export async function firstWaitingDrop(db: Db): Promise<number | null> {
  return (await earliestDrop.first(db, {}))?.at ?? null
}

export async function putDenial(db: Db, row: Tables['denials']): Promise<void> {
  const { byUserId, until } = row
  await db
    .insertInto('denials')
    .values(row)
    .onConflict((conflict) => conflict.columns(['roomId', 'userId']).doUpdateSet({ byUserId, until }))
    .execute()
}

/** What keeps this user from asking again, now. */
export async function denialsOf(db: Db, userId: string, now: number): Promise<Denial[]> {
  const rows = await db
    .selectFrom('denials')
    .innerJoin('users', 'users.id', 'denials.byUserId')
    .select(['denials.roomId', 'denials.until', 'users.id', 'users.name'])
    .where('denials.userId', '=', userId)
    .where('until', '>', now)
    .execute()
  return rows.map(({ roomId, until, ...by }) => ({ roomId, until, by: by satisfies User }))
}

export async function forgetDenials(db: Db, now: number): Promise<void> {
  await db.deleteFrom('denials').where('until', '<=', now).execute()
}
