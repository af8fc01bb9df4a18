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

/** `after`: the number of the last entry before this page, oldest first. */
export async function auditPage(
  db: Db,
  { newestFirst, limit, after = 0 }: { newestFirst: boolean; limit: number; after?: number },
) {
  return db
    .selectFrom('audit')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq', newestFirst ? 'desc' : 'asc')
    .limit(atMost(limit))
    .execute()
}
