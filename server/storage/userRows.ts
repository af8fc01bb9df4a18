// Queries about users, their passwords and their devices.
import type { Selectable } from 'kysely'
import type { Device, Policy, User, WhoMayRing } from '../../shared/protocol/things.ts'
import type { AccountRole } from '../../shared/protocol/trust.ts'
import type { DeviceKey } from '../effects.ts'
import { atMost } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

/** How names are compared and searched: without case, and one way of writing each character. */
export const searchable = (text: string): string => text.normalize('NFKC').toLowerCase()

type NamedRow = Pick<Tables['users'], 'id' | 'name' | 'guestOf'>

/** As others are shown them: whoever has no account is marked, since their name proves nothing. */
export const toUser = ({ id, name, guestOf }: NamedRow): User => ({
  id,
  name,
  ...(guestOf === null ? {} : { guest: true as const }),
})

export type NewUser = {
  id: string
  login: string
  name: string
  passwordHash: string
  demo: boolean
  createdAt: number
  role?: AccountRole
}

/** False when the login is taken. */
export async function insertUser(db: Db, user: NewUser): Promise<boolean> {
  const { passwordHash, demo, role = 'user', ...row } = user
  const inserted = await db
    .insertInto('users')
    .values({
      ...row,
      searchName: searchable(row.name),
      demo: demo ? 1 : 0,
      lastSeenAt: null,
      declineWhenBusy: 0,
      doNotDisturbUntil: null,
      guestOf: null,
      role,
      disabledAt: null,
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 0n) return false
  await db.insertInto('credentials').values({ userId: user.id, passwordHash }).execute()
  return true
}

export async function findCredentials(
  db: Db,
  login: string,
): Promise<{ user: User; demo: boolean; disabledAt: number | null; passwordHash: string } | null> {
  const row = await db
    .selectFrom('users')
    .innerJoin('credentials', 'credentials.userId', 'users.id')
    .select(['users.id', 'users.name', 'users.demo', 'users.disabledAt', 'credentials.passwordHash'])
    .where('users.login', '=', login)
    .executeTakeFirst()
  if (row === undefined) return null
  const { id, name, disabledAt, passwordHash } = row
  return { user: { id, name }, demo: row.demo === 1, disabledAt, passwordHash }
}

const userById = prepared((db, value: Values<{ userId: string }>) =>
  db
    .selectFrom('users')
    .select([
      'id',
      'name',
      'lastSeenAt',
      'createdAt',
      'declineWhenBusy',
      'doNotDisturbUntil',
      'guestOf',
      'role',
      'disabledAt',
      'whoMayRing',
      'erasedAt',
      'kind',
    ])
    .where('id', '=', value('userId')),
)

export type FoundUser = NamedRow &
  PolicyRow &
  Pick<Selectable<Tables['users']>, 'lastSeenAt' | 'createdAt' | 'role' | 'disabledAt' | 'kind' | 'erasedAt'>

/** Neither a guest nor a program: somebody who can sign in, and be rung. */
export const hasAccount = ({ guestOf, kind }: Pick<FoundUser, 'guestOf' | 'kind'>): boolean =>
  guestOf === null && kind === 'person'

export async function findUser(db: Db, userId: string): Promise<FoundUser | null> {
  return userById.first(db, { userId })
}

export type SeenUser = NamedRow & Pick<FoundUser, 'lastSeenAt' | 'doNotDisturbUntil' | 'kind'>

export async function findUsers(db: Db, userIds: readonly string[]): Promise<Map<string, SeenUser>> {
  const found = new Map<string, SeenUser>()
  // In slices: SQLite bounds the number of parameters of one statement.
  for (let start = 0; start < userIds.length; start += 500) {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'name', 'lastSeenAt', 'doNotDisturbUntil', 'guestOf', 'kind'])
      .where('id', 'in', userIds.slice(start, start + 500))
      .execute()
    for (const row of rows) found.set(row.id, row)
  }
  return found
}

export type UserPage = {
  query: string
  after: { searchName: string; id: string } | null
  limit: number
  exceptId: string
}

/** Those with an account, by name; up to `limit` rows after the given one. */
export async function pageOfUsers(db: Db, page: UserPage) {
  const { after } = page
  let query = db
    .selectFrom('users')
    .select(['id', 'name', 'searchName', 'lastSeenAt', 'doNotDisturbUntil'])
    .where('id', '<>', page.exceptId)
    .where('guestOf', 'is', null)
    .where('kind', '=', 'person')
    .where('disabledAt', 'is', null)
    .orderBy('searchName')
    .orderBy('id')
    .limit(atMost(page.limit))
  if (page.query !== '') {
    const wanted = searchable(page.query)
    query = query.where(({ fn, val, eb }) => eb(fn('instr', ['searchName', val(wanted)]), '>', 0))
  }
  if (after !== null) {
    query = query.where(({ eb, and, or }) =>
      or([
        eb('searchName', '>', after.searchName),
        and([eb('searchName', '=', after.searchName), eb('id', '>', after.id)]),
      ]),
    )
  }
  return query.execute()
}

export async function setLastSeen(db: Db, userIds: readonly string[], at: number): Promise<void> {
  for (const userId of userIds) await db.updateTable('users').set({ lastSeenAt: at }).where('id', '=', userId).execute()
}

export type PolicyRow = { declineWhenBusy: number; doNotDisturbUntil: number | null; whoMayRing: WhoMayRing }

/** What a user's row means at this moment. */
export const policyAt = (row: PolicyRow, now: number): Policy => ({
  declineWhenBusy: row.declineWhenBusy === 1,
  doNotDisturbUntil: row.doNotDisturbUntil !== null && row.doNotDisturbUntil > now ? row.doNotDisturbUntil : null,
  whoMayRing: row.whoMayRing,
})

export async function setPolicy(db: Db, userId: string, policy: Policy): Promise<void> {
  const { declineWhenBusy, doNotDisturbUntil, whoMayRing } = policy
  await db
    .updateTable('users')
    .set({ declineWhenBusy: declineWhenBusy ? 1 : 0, doNotDisturbUntil, whoMayRing })
    .where('id', '=', userId)
    .execute()
}

const deviceUpsert = prepared((db, value: Values<Tables['devices']>) =>
  db
    .insertInto('devices')
    .values({ userId: value('userId'), id: value('id'), platform: value('platform'), label: value('label') })
    .onConflict((conflict) =>
      conflict.columns(['userId', 'id']).doUpdateSet({ platform: value('platform'), label: value('label') }),
    ),
)

export async function saveDevice(db: Db, userId: string, device: Device): Promise<void> {
  await deviceUpsert.all(db, { userId, ...device })
}

const labelByDevice = prepared((db, value: Values<DeviceKey>) =>
  db.selectFrom('devices').select('label').where('userId', '=', value('userId')).where('id', '=', value('deviceId')),
)

export async function deviceLabel(db: Db, device: DeviceKey): Promise<string> {
  const row = await labelByDevice.first(db, device)
  return row?.label ?? 'Another device'
}
