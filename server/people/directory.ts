// The list of people one can ring, by name, in pages.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Person } from '../../shared/protocol/things.ts'
import { decodeCursor, encodeCursor } from '../storage/cursor.ts'
import { usersWithSeats } from '../storage/roomRows.ts'
import type { Db } from '../storage/store.ts'
import { pageOfUsers } from '../storage/userRows.ts'
import type { PresenceBoard } from './presence.ts'

export async function listPeople(
  db: Db,
  now: number,
  presence: PresenceBoard,
  userId: string,
  input: CheckedInput<'people.list'>,
): Promise<Result<{ people: Person[]; nextCursor: string | null }>> {
  const position = input.cursor === undefined ? null : decodeCursor(input.cursor)
  if (position === undefined) return failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })
  const after = position === null ? null : { searchName: position.key, id: position.id }
  const rows = await pageOfUsers(db, { query: input.query, after, limit: input.limit + 1, exceptId: userId })
  const seated = await usersWithSeats(db)
  const shown = rows.slice(0, input.limit)
  const people = shown.map((row) => ({
    user: { id: row.id, name: row.name },
    presence: presence.of(row.id, seated.has(row.id), row, now),
    ...(row.lastSeenAt === null ? {} : { lastSeenAt: row.lastSeenAt }),
  }))
  const last = shown.at(-1)
  const more = rows.length > shown.length && last !== undefined
  return success({ people, nextCursor: more ? encodeCursor({ key: last.searchName, id: last.id }) : null })
}
