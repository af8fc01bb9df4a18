// Queries for what is due by itself, and when the next thing will be.
import { CALLER_GONE_MS, EMPTY_ROOM_MS, RECEIPT_WAIT_MS, SEAT_KEEP_MS } from '../../shared/call/limits.ts'
import { literal } from './literal.ts'
import type { RoomRow, SeatRow } from './roomRows.ts'
import type { Db } from './store.ts'

export async function seatsDroppedSince(db: Db, droppedBefore: number): Promise<SeatRow[]> {
  return db.selectFrom('seats').selectAll().where('droppedAt', '<=', droppedBefore).orderBy('droppedAt').execute()
}

export async function emptyRoomsSince(db: Db, emptyBefore: number): Promise<RoomRow[]> {
  return db
    .selectFrom('rooms')
    .selectAll()
    .where('status', '=', literal('running'))
    .where('emptySince', '<=', emptyBefore)
    .execute()
}

/** Whose "do not disturb" is over. */
export async function policiesEndedAt(db: Db, now: number): Promise<string[]> {
  const rows = await db.selectFrom('users').select('id').where('doNotDisturbUntil', '<=', now).execute()
  return rows.map((row) => row.id)
}

/** The times after `now` at which something is due next: at most one for each kind. */
export async function nextDueTimes(db: Db, now: number): Promise<number[]> {
  const ringing = db.selectFrom('calls').where('status', '=', literal('calling'))
  const earliest = await Promise.all([
    ringing.select(({ fn }) => fn.min('expiresAt').as('at')).executeTakeFirst(),
    ringing
      .where('delivery', '=', literal('sent'))
      .select(({ fn }) => fn.min('createdAt').as('at'))
      .executeTakeFirst(),
    db
      .selectFrom('seats')
      .where('droppedAt', '>', now - CALLER_GONE_MS)
      .select(({ fn }) => fn.min('droppedAt').as('at'))
      .executeTakeFirst(),
    db
      .selectFrom('seats')
      .select(({ fn }) => fn.min('droppedAt').as('at'))
      .executeTakeFirst(),
    db
      .selectFrom('rooms')
      .where('status', '=', literal('running'))
      .select(({ fn }) => fn.min('emptySince').as('at'))
      .executeTakeFirst(),
    db
      .selectFrom('users')
      .select(({ fn }) => fn.min('doNotDisturbUntil').as('at'))
      .executeTakeFirst(),
  ])
  const waits = [0, RECEIPT_WAIT_MS, CALLER_GONE_MS, SEAT_KEEP_MS, EMPTY_ROOM_MS, 0]
  return earliest.flatMap((row, index) => {
    const at = row?.at ?? null
    return at === null ? [] : [Number(at) + (waits[index] ?? 0)]
  })
}

/** At boot: nobody is connected yet, so every seat counts as dropped now. Gives the seats. */
export async function markAllSeatsDropped(db: Db, now: number): Promise<SeatRow[]> {
  await db
    .updateTable('rooms')
    .set(({ eb }) => ({ participantVersion: eb('participantVersion', '+', 1) }))
    .where(({ eb, selectFrom }) => eb('id', 'in', selectFrom('seats').select('roomId')))
    .execute()
  return db
    .updateTable('seats')
    .set(({ selectFrom }) => ({
      connected: 0,
      droppedAt: now,
      microphone: 0,
      camera: 0,
      version: selectFrom('rooms')
        .select('participantVersion')
        .whereRef('rooms.id', '=', 'seats.roomId')
        .$asScalar()
        .$notNull(),
    }))
    .returningAll()
    .execute()
}
