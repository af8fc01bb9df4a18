// Queries about requests in a meeting.
import { REQUEST_KEEP_MS } from '../../shared/call/limits.ts'
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import { literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'
import { toUser } from './userRows.ts'

export type RequestRow = Tables['requests']

const requests = (db: Db) =>
  db
    .selectFrom('requests')
    .innerJoin('users as askers', 'askers.id', 'requests.fromId')
    .leftJoin('users as asked', 'asked.id', 'requests.toId')
    .leftJoin('users as enders', 'enders.id', 'requests.endedBy')
    .selectAll('requests')
    .select(['askers.name as fromName', 'asked.name as toName', 'enders.name as enderName'])
    .select(['askers.guestOf as fromGuestOf', 'asked.guestOf as toGuestOf', 'enders.guestOf as enderGuestOf'])

type NamedRow = RequestRow & {
  fromName: string
  fromGuestOf: string | null
  toName: string | null
  toGuestOf: string | null
  enderName: string | null
  enderGuestOf: string | null
}

const toRequest = (row: NamedRow): MeetingRequest => ({
  id: row.id,
  roomId: row.roomId,
  kind: row.kind,
  source: row.source,
  from: toUser({ id: row.fromId, name: row.fromName, guestOf: row.fromGuestOf }),
  ...(row.toName === null ? {} : { to: toUser({ id: row.toId, name: row.toName, guestOf: row.toGuestOf }) }),
  status: row.status,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
  ...(row.endedBy === null || row.enderName === null
    ? {}
    : { endedBy: toUser({ id: row.endedBy, name: row.enderName, guestOf: row.enderGuestOf }) }),
  version: row.version,
})

export async function findRequest(db: Db, requestId: string): Promise<MeetingRequest | null> {
  const row = await requests(db).where('requests.id', '=', requestId).executeTakeFirst()
  return row === undefined ? null : toRequest(row)
}

const openInRoom = prepared((db, value: Values<{ roomId: string }>) =>
  requests(db)
    .where('requests.roomId', '=', value('roomId'))
    .where('requests.status', '=', literal('open'))
    .orderBy('requests.createdAt')
    .orderBy('requests.id'),
)

export async function openRequestsIn(db: Db, roomId: string): Promise<MeetingRequest[]> {
  return (await openInRoom.all(db, { roomId })).map(toRequest)
}

const lateInRoom = prepared((db, value: Values<{ roomId: string; since: number }>) =>
  requests(db)
    .where('requests.roomId', '=', value('roomId'))
    .where(({ eb, or }) =>
      or([eb('requests.status', '=', literal('open')), eb('requests.endedAt', '>', value('since'))]),
    )
    .orderBy('requests.createdAt')
    .orderBy('requests.id'),
)

/** Open, or over lately. */
export async function recentRequestsIn(db: Db, roomId: string, now: number): Promise<MeetingRequest[]> {
  return (await lateInRoom.all(db, { roomId, since: now - REQUEST_KEEP_MS })).map(toRequest)
}

/** What was over long ago in this room goes on the way. */
export async function insertRequest(db: Db, row: RequestRow): Promise<void> {
  await db
    .deleteFrom('requests')
    .where('roomId', '=', row.roomId)
    .where('endedAt', '<=', row.createdAt - REQUEST_KEEP_MS)
    .execute()
  await db.insertInto('requests').values(row).execute()
}

export async function updateRequest(db: Db, id: string, fields: Partial<RequestRow>): Promise<void> {
  await db.updateTable('requests').set(fields).where('id', '=', id).execute()
}

export async function deleteRequestsIn(db: Db, roomId: string): Promise<void> {
  await db.deleteFrom('requests').where('roomId', '=', roomId).execute()
}

const expired = prepared((db, value: Values<{ now: number }>) =>
  requests(db)
    .where('requests.status', '=', literal('open'))
    .where('requests.expiresAt', '<=', value('now'))
    .orderBy('requests.expiresAt'),
)

export async function requestsExpiredAt(db: Db, now: number): Promise<MeetingRequest[]> {
  return (await expired.all(db, { now })).map(toRequest)
}

const earliest = prepared((db) =>
  db
    .selectFrom('requests')
    .where('status', '=', literal('open'))
    .select(({ fn }) => fn.min('expiresAt').as('at')),
)

/** When the next request is over by itself: one time, or none. */
export async function nextRequestTimes(db: Db): Promise<number[]> {
  const at = (await earliest.first(db, {}))?.at ?? null
  return at === null ? [] : [Number(at)]
}
