// Queries about the audit log.
import type { Insertable, Selectable } from 'kysely'
import type { AuditFilter } from '../../shared/protocol/reach.ts'
import { atMost } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

type NewAudit = Required<Omit<Insertable<Tables['audit']>, 'seq'>>

const auditInsert = prepared((db, value: Values<NewAudit>) =>
  db.insertInto('audit').values({
    at: value('at'),
    action: value('action'),
    actorKind: value('actorKind'),
    actorId: value('actorId'),
    subjectId: value('subjectId'),
    roomId: value('roomId'),
    address: value('address'),
    details: value('details'),
  }),
)

export async function insertAudit(db: Db, row: NewAudit): Promise<void> {
  await auditInsert.all(db, row)
}

type AuditTableRow = Selectable<Tables['audit']>
type Page = AuditFilter & { after?: number | undefined; limit: number }

/** Newest first; only those older than the one whose `seq` is `after`. */
export async function pageOfAudit(db: Db, page: Page): Promise<AuditTableRow[]> {
  const { action, userId, roomId, from, to, after, limit } = page
  let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(atMost(limit))
  if (after !== undefined) query = query.where('seq', '<', after)
  if (action !== undefined) query = query.where('action', '=', action)
  if (roomId !== undefined) query = query.where('roomId', '=', roomId)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  if (userId !== undefined)
    query = query.where(({ eb, or }) => or([eb('actorId', '=', userId), eb('subjectId', '=', userId)]))
  return query.execute()
}

/** Of those there are, without those who were erased. At most a page of the log's ids. */
export const namesOfUsers = (db: Db, ids: readonly string[]) =>
  db
    .selectFrom('users')
    .select(['id', 'name', 'guestOf'])
    .where('id', 'in', ids)
    .where('erasedAt', 'is', null)
    .execute()

export const namesOfTokens = (db: Db, ids: readonly string[]) =>
  db.selectFrom('apiTokens').select(['id', 'name']).where('id', 'in', ids).execute()

/** The oldest ones before this time, at most so many. Gives how many they were. */
export async function deleteAuditBefore(db: Db, before: number, most: number): Promise<number> {
  const gone = await db
    .deleteFrom('audit')
    .where(({ eb, selectFrom }) =>
      eb('seq', 'in', selectFrom('audit').select('seq').where('at', '<', before).orderBy('at').limit(atMost(most))),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** When the oldest one was written; null when there is none. */
export async function firstAuditAt(db: Db): Promise<number | null> {
  const row = await db.selectFrom('audit').select('at').orderBy('at').limit(atMost(1)).executeTakeFirst()
  return row?.at ?? null
}
