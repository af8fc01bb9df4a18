// Queries about whom a provider knows as which account here.
import type { AccountRole } from '../../shared/protocol/trust.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'
import { searchable } from './userRows.ts'

export type IdentityRow = Tables['identities']
export type IdentifiedUser = Pick<Tables['users'], 'id' | 'name' | 'role' | 'disabledAt'>

const COLUMNS = ['users.id', 'users.name', 'users.role', 'users.disabledAt'] as const

export async function userOfIdentity(
  db: Db,
  { issuer, subject }: Pick<IdentityRow, 'issuer' | 'subject'>,
): Promise<IdentifiedUser | null> {
  const row = await db
    .selectFrom('identities')
    .innerJoin('users', 'users.id', 'identities.userId')
    .select(COLUMNS)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row ?? null
}

/** The account of this login that nobody of this issuer has yet; no guest's, and none whose password everybody knows. */
export async function userToLink(db: Db, login: string, issuer: string): Promise<IdentifiedUser | null> {
  const row = await db
    .selectFrom('users')
    .select(COLUMNS)
    .where('login', '=', login)
    .where('demo', '=', 0)
    .where('guestOf', 'is', null)
    .where('kind', '=', 'person')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identities')
            .select('identities.userId')
            .whereRef('identities.userId', '=', 'users.id')
            .where('issuer', '=', issuer),
        ),
      ),
    )
    .executeTakeFirst()
  return row ?? null
}

export async function insertIdentity(db: Db, identity: IdentityRow): Promise<void> {
  await db.insertInto('identities').values(identity).execute()
}

/** An account without a password. False when the login is taken. */
export async function insertUserOfIdentity(
  db: Db,
  user: { id: string; login: string; name: string; role: AccountRole; createdAt: number },
): Promise<boolean> {
  const inserted = await db
    .insertInto('users')
    .values({
      ...user,
      searchName: searchable(user.name),
      demo: 0,
      lastSeenAt: null,
      declineWhenBusy: 0,
      doNotDisturbUntil: null,
      guestOf: null,
      kind: 'person',
      disabledAt: null,
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows !== 0n
}
