// Queries about rings. A call is written whole; the version decides who may write (rule 1).
import { sql } from 'kysely'
import type { Call } from '../../shared/protocol/things.ts'
import { atMost, literal } from './literal.ts'
import { prepared, wholeRow, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

type CallRow = Tables['calls']

const calls = (db: Db) =>
  db
    .selectFrom('calls')
    .innerJoin('users as caller', 'caller.id', 'calls.callerId')
    .innerJoin('users as callee', 'callee.id', 'calls.calleeId')
    .selectAll('calls')
    .select(['caller.name as callerName', 'caller.kind as callerKind', 'callee.name as calleeName'])

type NamedCallRow = CallRow & { callerName: string; callerKind: 'person' | 'service'; calleeName: string }

const toCall = (row: NamedCallRow): Call => ({
  id: row.id,
  roomId: row.roomId,
  caller: {
    id: row.callerId,
    name: row.callerName,
    ...(row.callerKind === 'service' ? { service: true as const } : {}),
  },
  callee: { id: row.calleeId, name: row.calleeName },
  media: row.media,
  status: row.status,
  delivery: row.delivery,
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.extension === null ? {} : { extension: row.extension }),
  ...(row.response === null ? {} : { response: row.response }),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  ...(row.receivedAt === null ? {} : { receivedAt: row.receivedAt }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
  ...(row.endedBy === null ? {} : { endedBy: row.endedBy }),
  ...(row.handledBy === null ? {} : { handledBy: row.handledBy }),
  version: row.version,
})

const toRow = (call: Call): CallRow => ({
  id: call.id,
  roomId: call.roomId,
  callerId: call.caller.id,
  calleeId: call.callee.id,
  media: call.media,
  status: call.status,
  delivery: call.delivery,
  reason: call.reason ?? null,
  extension: call.extension ?? null,
  response: call.response ?? null,
  createdAt: call.createdAt,
  expiresAt: call.expiresAt,
  receivedAt: call.receivedAt ?? null,
  endedAt: call.endedAt ?? null,
  endedBy: call.endedBy ?? null,
  handledBy: call.handledBy ?? null,
  version: call.version,
})

const wholeCall = (value: Values<CallRow>) =>
  wholeRow(value, {
    id: true,
    roomId: true,
    callerId: true,
    calleeId: true,
    media: true,
    status: true,
    delivery: true,
    reason: true,
    extension: true,
    response: true,
    createdAt: true,
    expiresAt: true,
    receivedAt: true,
    endedAt: true,
    endedBy: true,
    handledBy: true,
    version: true,
  })

const callInsert = prepared((db, value: Values<CallRow>) => db.insertInto('calls').values(wholeCall(value)))

export async function insertCall(db: Db, call: Call): Promise<void> {
  await callInsert.all(db, toRow(call))
}

const ringUpdate = prepared((db, value: Values<CallRow & { versionBefore: number }>) =>
  db
    .updateTable('calls')
    .set(wholeCall(value))
    .where('id', '=', value('id'))
    .where('status', '=', literal('calling'))
    .where('version', '=', value('versionBefore'))
    .returning('id'),
)

/** Compare-and-set: writes over the version before this one, and only while it was calling. Throws otherwise, which is a bug. */
export async function replaceCall(db: Db, call: Call): Promise<void> {
  const updated = await ringUpdate.first(db, { ...toRow(call), versionBefore: call.version - 1 })
  if (updated === null) throw new Error(`call ${call.id} was not at version ${call.version - 1} and calling`)
}

const callById = prepared((db, value: Values<{ callId: string }>) => calls(db).where('calls.id', '=', value('callId')))

export async function findCall(db: Db, callId: string): Promise<Call | null> {
  const row = await callById.first(db, { callId })
  return row === null ? null : toCall(row)
}

const rings = (db: Db) => calls(db).where('calls.status', '=', literal('calling'))

export type RingFilter = { roomId?: string; calleeId?: string; callerId?: string }
const ringsBy = (...names: (keyof RingFilter)[]) =>
  prepared((db, value: Values<Required<RingFilter>>) => {
    const inOrder = rings(db).orderBy('calls.createdAt').orderBy('calls.id')
    return names.reduce((query, name) => query.where(`calls.${name}`, '=', value(name)), inOrder)
  })
const ringsByFilter = new Map<string, ReturnType<typeof ringsBy>>()

/** Rings that have not ended (their deadline may have passed without being noticed yet), oldest first. */
export async function findRings(db: Db, filter: RingFilter): Promise<Call[]> {
  const names = (['roomId', 'calleeId', 'callerId'] as const).filter((name) => filter[name] !== undefined)
  const query = ringsByFilter.get(names.join()) ?? ringsBy(...names)
  ringsByFilter.set(names.join(), query)
  return (await query.all(db, filter as Required<RingFilter>)).map(toCall)
}

const expiredRings = prepared((db, value: Values<{ now: number }>) =>
  rings(db).where('calls.expiresAt', '<=', value('now')),
)

export async function ringsExpiredAt(db: Db, now: number): Promise<Call[]> {
  return (await expiredRings.all(db, { now })).map(toCall)
}

const ringsWithoutReceipt = prepared((db, value: Values<{ createdBefore: number }>) =>
  rings(db).where('calls.delivery', '=', literal('sent')).where('calls.createdAt', '<=', value('createdBefore')),
)

export async function ringsWithoutReceiptSince(db: Db, createdBefore: number): Promise<Call[]> {
  return (await ringsWithoutReceipt.all(db, { createdBefore })).map(toCall)
}

export type PendingPage = {
  roomId: string
  endedSince: number
  before: { createdAt: number; id: string } | null
  limit: number
}

type PendingValues = { roomId: string; endedSince: number; limit: number }
type Before = NonNullable<PendingPage['before']>

const pending = (db: Db, value: Values<PendingValues>) =>
  calls(db)
    .where('calls.roomId', '=', value('roomId'))
    .where(({ eb, and, or }) =>
      or([
        eb('calls.status', '=', literal('calling')),
        and([eb('calls.status', '<>', literal('accepted')), eb('calls.endedAt', '>=', value('endedSince'))]),
      ]),
    )
    .orderBy('calls.createdAt', 'desc')
    .orderBy('calls.id', 'desc')
    .limit(atMost(value('limit')))

const firstPending = prepared(pending)
const nextPending = prepared((db, value: Values<PendingValues & Before>) =>
  pending(db, value).where(({ eb, and, or }) =>
    or([
      eb('calls.createdAt', '<', value('createdAt')),
      and([eb('calls.createdAt', '=', value('createdAt')), eb('calls.id', '<', value('id'))]),
    ]),
  ),
)

/** Ringing, or ended without joining since the given time; newest first. */
export async function pendingCalls(db: Db, { before, ...page }: PendingPage): Promise<Call[]> {
  const rows = before === null ? await firstPending.all(db, page) : await nextPending.all(db, { ...page, ...before })
  return rows.map(toCall)
}

/** Rule 10: the ring in the other direction was answered in the same transaction, see `isMutual`. */
const answeredTheOtherWay = sql<number>`(calls.reason = 'callerGone' and exists (
  select 1 from calls as other where other.calleeId = calls.callerId and other.callerId = calls.calleeId
  and other.status = 'accepted' and other.endedAt = calls.endedAt))`
/** Nobody on the callee's side decided, see `isMissed`. */
const missed = sql<boolean>`((calls.status in ('timeout', 'cancelled', 'revoked')
  or (calls.status = 'rejected' and calls.handledBy is null)) and not ${answeredTheOtherWay})`

/** Its callee has blocked its caller, and hears of it as little as of one that was never made. */
const silenced = sql<boolean>`exists (select 1 from silencedCalls where silencedCalls.callId = calls.id)`

export type HistoryPage = {
  userId: string
  missed: boolean
  before: { createdAt: number; id: string } | null
  limit: number
}

/** This user's calls in both directions, newest first, with what the history says beside them. */
export async function historyOf(db: Db, page: HistoryPage) {
  const { before, userId } = page
  let query = calls(db)
    .innerJoin('rooms', 'rooms.id', 'calls.roomId')
    .leftJoin('users as ender', 'ender.id', 'calls.endedBy')
    .select(['rooms.name as roomName', 'rooms.kind as roomKind', 'rooms.status as roomStatus'])
    .select(['ender.name as endedByName', answeredTheOtherWay.as('mutual')])
    .where(({ eb, or }) =>
      or([eb('calls.calleeId', '=', userId), ...(page.missed ? [] : [eb('calls.callerId', '=', userId)])]),
    )
    .orderBy('calls.createdAt', 'desc')
    .orderBy('calls.id', 'desc')
    .limit(atMost(page.limit))
  query = query.where(({ eb, not, or }) => or([eb('calls.callerId', '=', userId), not(silenced)]))
  if (page.missed) query = query.where(missed)
  if (before !== null) {
    query = query.where(({ eb, and, or }) =>
      or([
        eb('calls.createdAt', '<', before.createdAt),
        and([eb('calls.createdAt', '=', before.createdAt), eb('calls.id', '<', before.id)]),
      ]),
    )
  }
  const rows = await query.execute()
  return rows.map(({ roomName, roomKind, roomStatus, endedByName, mutual, ...row }) => ({
    call: toCall(row),
    roomName,
    roomKind,
    running: roomStatus === 'running',
    mutual: mutual === 1,
    ...(endedByName === null ? {} : { endedByName }),
  }))
}

const missedBy = prepared((db, value: Values<{ calleeId: string; since: number; limit: number }>) =>
  calls(db)
    .where('calls.calleeId', '=', value('calleeId'))
    .where(missed)
    .where(({ not }) => not(silenced))
    .where('calls.endedAt', '>', value('since'))
    .orderBy('calls.endedAt', 'desc')
    .orderBy('calls.id')
    .limit(atMost(value('limit'))),
)

/** Rings to this user that ended unanswered after the given time; newest first. */
export async function missedCalls(db: Db, calleeId: string, since: number, limit: number): Promise<Call[]> {
  return (await missedBy.all(db, { calleeId, since, limit })).map(toCall)
}

export type RoomCallsPage = { roomId: string; before: { createdAt: number; id: string } | null; limit: number }

/** All that ever rang into a room, newest first. */
export async function callsInRoom(db: Db, { roomId, before, limit }: RoomCallsPage): Promise<Call[]> {
  let query = calls(db)
    .where('calls.roomId', '=', roomId)
    .orderBy('calls.createdAt', 'desc')
    .orderBy('calls.id', 'desc')
    .limit(atMost(limit))
  if (before !== null)
    query = query.where(sql<boolean>`(calls.createdAt, calls.id) < (${before.createdAt}, ${before.id})`)
  return (await query.execute()).map(toCall)
}
