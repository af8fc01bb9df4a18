// Queries of whoever works at the server's own command line.
import { atMost } from './literal.ts'
import type { Db } from './store.ts'

export async function runningRooms(db: Db) {
  return db
    .selectFrom('rooms')
    .select(({ selectFrom, fn }) => [
      'rooms.id',
      'rooms.code',
      'rooms.name',
      'rooms.kind',
      'rooms.ownerId',
      'rooms.createdAt',
      selectFrom('seats')
        .select(fn.countAll<number>().as('count'))
        .whereRef('seats.roomId', '=', 'rooms.id')
        .as('people'),
    ])
    .where('rooms.status', '=', 'running')
    .orderBy('rooms.createdAt')
    .orderBy('rooms.id')
    .execute()
}

export async function newestAudit(db: Db, limit: number) {
  return db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(atMost(limit)).execute()
}
