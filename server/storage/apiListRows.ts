// Queries for what the HTTP API lists: everybody with an account, and rooms.
import { sql } from 'kysely'
import { atMost } from './literal.ts'
import type { RoomRow } from './roomRows.ts'
import type { Db } from './store.ts'
import { searchable } from './userRows.ts'

const accounts = (db: Db) =>
  db
    .selectFrom('users')
    .select(['id', 'login', 'name', 'searchName', 'createdAt', 'lastSeenAt', 'doNotDisturbUntil', 'disabledAt', 'role'])
    .where('guestOf', 'is', null)
    .where('kind', '=', 'person')

export type AccountListing = Awaited<ReturnType<typeof findListedAccount>> & object

export async function findListedAccount(db: Db, userId: string) {
  return (await accounts(db).where('id', '=', userId).executeTakeFirst()) ?? null
}

export async function findIdByLogin(db: Db, login: string): Promise<string | null> {
  const row = await accounts(db).where('login', '=', login).executeTakeFirst()
  return row?.id ?? null
}

type PeoplePage = { query: string; after: { key: string; id: string } | null; limit: number }

/** By name; `query` is part of a name or of a login. */
export async function pageOfAccounts(db: Db, { query: wanted, after, limit }: PeoplePage): Promise<AccountListing[]> {
  let query = accounts(db).orderBy('searchName').orderBy('id').limit(atMost(limit))
  if (wanted !== '') {
    const text = searchable(wanted)
    query = query.where(sql<boolean>`(instr(searchName, ${text}) > 0 or instr(login, ${text}) > 0)`)
  }
  if (after !== null) query = query.where(sql<boolean>`(searchName, id) > (${after.key}, ${after.id})`)
  return query.execute()
}

export async function renameUser(db: Db, userId: string, name: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ name, searchName: searchable(name) })
    .where('id', '=', userId)
    .execute()
}

type RoomsPage = { status: RoomRow['status']; before: { createdAt: number; id: string } | null; limit: number }

/** Newest first. */
export async function pageOfRooms(db: Db, { status, before, limit }: RoomsPage): Promise<RoomRow[]> {
  let query = db
    .selectFrom('rooms')
    .selectAll()
    .where('status', '=', status)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(atMost(limit))
  if (before !== null) query = query.where(sql<boolean>`(createdAt, id) < (${before.createdAt}, ${before.id})`)
  return query.execute()
}
