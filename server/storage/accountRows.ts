// Queries of those who look after a server's accounts. A demo account is no account here: it comes and goes with `--demo`.
import type { AccountRole } from '../../shared/protocol/trust.ts'
import { atMost } from './literal.ts'
import type { Db } from './store.ts'
import { searchable } from './userRows.ts'

const accounts = (db: Db) =>
  db
    .selectFrom('users')
    .select(({ selectFrom, fn }) => [
      'users.id',
      'users.login',
      'users.name',
      'users.searchName',
      'users.role',
      'users.demo',
      'users.disabledAt',
      'users.lastSeenAt',
      selectFrom('sessions')
        .select(fn.countAll<number>().as('count'))
        .whereRef('sessions.userId', '=', 'users.id')
        .as('devices'),
    ])
    .where('users.guestOf', 'is', null)
    .where('users.kind', '=', 'person')

export type AccountRow = Awaited<ReturnType<typeof pageOfAccounts>>[number]
export type AccountPage = { query: string; after: { searchName: string; id: string } | null; limit: number }

/** By name; up to `limit` rows after the given one. */
export async function pageOfAccounts(db: Db, { query: wanted, after, limit }: AccountPage) {
  let query = accounts(db).orderBy('searchName').orderBy('users.id').limit(atMost(limit))
  if (wanted !== '') {
    const text = searchable(wanted)
    query = query.where(({ fn, val, eb, or }) =>
      or([eb(fn('instr', ['searchName', val(text)]), '>', 0), eb(fn('instr', ['login', val(text)]), '>', 0)]),
    )
  }
  if (after !== null) {
    query = query.where(({ eb, and, or }) =>
      or([
        eb('searchName', '>', after.searchName),
        and([eb('searchName', '=', after.searchName), eb('users.id', '>', after.id)]),
      ]),
    )
  }
  return query.execute()
}

export async function findAccount(db: Db, who: { userId: string } | { login: string }): Promise<AccountRow | null> {
  const query = accounts(db)
  const row =
    'userId' in who
      ? await query.where('users.id', '=', who.userId).executeTakeFirst()
      : await query.where('users.login', '=', who.login.trim().toLowerCase()).executeTakeFirst()
  return row ?? null
}

export async function setAccountRole(db: Db, userId: string, role: AccountRole): Promise<void> {
  await db.updateTable('users').set({ role }).where('id', '=', userId).execute()
}

export async function setDisabledAt(db: Db, userId: string, disabledAt: number | null): Promise<void> {
  await db.updateTable('users').set({ disabledAt }).where('id', '=', userId).execute()
}

/** For somebody who had none, too. */
export async function setPasswordHash(db: Db, userId: string, passwordHash: string): Promise<void> {
  await db
    .insertInto('credentials')
    .values({ userId, passwordHash })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ passwordHash }))
    .execute()
}

export async function findPasswordHash(db: Db, userId: string): Promise<string | null> {
  const row = await db.selectFrom('credentials').select('passwordHash').where('userId', '=', userId).executeTakeFirst()
  return row?.passwordHash ?? null
}

const real = (db: Db) =>
  db.selectFrom('users').where('guestOf', 'is', null).where('kind', '=', 'person').where('demo', '=', 0)

/** Somebody who is not this user looks after the server and can sign in. */
export async function hasAdministratorBeside(db: Db, userId: string): Promise<boolean> {
  const row = await real(db)
    .select('id')
    .where('role', '=', 'administrator')
    .where('disabledAt', 'is', null)
    .where('id', '<>', userId)
    .executeTakeFirst()
  return row !== undefined
}

export async function hasAccounts(db: Db): Promise<boolean> {
  return (await real(db).select('id').executeTakeFirst()) !== undefined
}
