// Queries about API tokens and the users who ring in their name.
import type { ApiToken, Scope } from '../../shared/protocol/integrations.ts'
import { literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'
import { searchable } from './userRows.ts'

export type TokenRow = Tables['apiTokens']

export const scopesOf = ({ scopes }: Pick<TokenRow, 'scopes'>): Scope[] => scopes.split(',') as Scope[]

const tokenByHash = prepared((db, value: Values<{ hash: string }>) =>
  db.selectFrom('apiTokens').selectAll().where('hash', '=', value('hash')),
)

export async function findTokenByHash(db: Db, hash: string): Promise<TokenRow | null> {
  return tokenByHash.first(db, { hash })
}

const tokenById = prepared((db, value: Values<{ tokenId: string }>) =>
  db.selectFrom('apiTokens').selectAll().where('id', '=', value('tokenId')),
)

export async function findTokenById(db: Db, tokenId: string): Promise<TokenRow | null> {
  return tokenById.first(db, { tokenId })
}

/** The token, and the user who is its caller: without a password, and with a login nobody can type. */
export async function insertToken(db: Db, token: TokenRow): Promise<void> {
  const { serviceId: id, name, createdAt } = token
  const nothingElse = {
    demo: 0,
    lastSeenAt: null,
    declineWhenBusy: 0,
    doNotDisturbUntil: null,
    guestOf: null,
    role: 'user',
    disabledAt: null,
  } as const
  await db
    .insertInto('users')
    .values({
      ...nothingElse,
      id,
      name,
      createdAt,
      kind: 'service',
      login: `service ${id}`,
      searchName: searchable(name),
    })
    .execute()
  await db.insertInto('apiTokens').values(token).execute()
}

export async function updateToken(db: Db, tokenId: string, fields: Partial<TokenRow>): Promise<void> {
  await db.updateTable('apiTokens').set(fields).where('id', '=', tokenId).execute()
}

const named = (db: Db) =>
  db
    .selectFrom('apiTokens')
    .leftJoin('users', 'users.id', 'apiTokens.createdBy')
    .selectAll('apiTokens')
    .select('users.name as creator')

type NamedToken = TokenRow & { creator: string | null }

const toToken = (row: NamedToken): ApiToken => ({
  id: row.id,
  name: row.name,
  scopes: scopesOf(row),
  createdAt: row.createdAt,
  ...(row.createdBy === null || row.creator === null ? {} : { createdBy: { id: row.createdBy, name: row.creator } }),
  ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
  ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt }),
  ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
})

/** Newest first. */
export async function listTokens(db: Db): Promise<ApiToken[]> {
  const rows = await named(db).orderBy('apiTokens.createdAt', 'desc').orderBy('apiTokens.id').execute()
  return rows.map(toToken)
}

export async function shownToken(db: Db, tokenId: string): Promise<ApiToken | null> {
  const row = await named(db).where('apiTokens.id', '=', tokenId).executeTakeFirst()
  return row === undefined ? null : toToken(row)
}

const goodTokens = prepared((db, value: Values<{ now: number }>) =>
  db
    .selectFrom('apiTokens')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('revokedAt', 'is', null)
    .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', value('now'))])),
)

export async function countGoodTokens(db: Db, now: number): Promise<number> {
  return (await goodTokens.first(db, { now }))?.count ?? 0
}

const openRings = prepared((db, value: Values<{ serviceId: string }>) =>
  db
    .selectFrom('calls')
    .select('id')
    .where('callerId', '=', value('serviceId'))
    .where('status', '=', literal('calling')),
)

/** Rings of this service that have not ended, by id. */
export async function openRingsOf(db: Db, serviceId: string): Promise<string[]> {
  return (await openRings.all(db, { serviceId })).map(({ id }) => id)
}
