// Queries for what is due by itself, and when the next thing will be.
import { sql, type ExpressionBuilder } from 'kysely'
import { CALLER_GONE_MS, EMPTY_ROOM_MS, RECEIPT_WAIT_MS, SEAT_KEEP_MS } from '../../shared/call/limits.ts'
import { WAITING_KEEP_MS } from '../../shared/entry.ts'
import { nextSilencedReceipt } from './blockRows.ts'
import { GUEST_KEEP_MS } from '../../shared/guests.ts'
import { nextGuestMoments } from './guestRows.ts'
import { nextRequestTimes } from './requestRows.ts'
import { nextScheduleTimes } from './scheduleRows.ts'
import { literal } from './literal.ts'
import { firstWaitingDrop } from './waitingRows.ts'
import { prepared, type Values } from './prepared.ts'
import type { RoomRow, SeatRow } from './roomRows.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

const droppedSeats = prepared((db, value: Values<{ droppedBefore: number }>) =>
  db.selectFrom('seats').selectAll().where('droppedAt', '<=', value('droppedBefore')).orderBy('droppedAt'),
)

export async function seatsDroppedSince(db: Db, droppedBefore: number): Promise<SeatRow[]> {
  return droppedSeats.all(db, { droppedBefore })
}

/** A scheduled meeting that stands empty goes on until its time is over (rule 12, scheduleRows.ts). */
const madeOnTheSpot = ({ not, exists, selectFrom }: ExpressionBuilder<Tables, 'rooms'>) =>
  not(exists(selectFrom('schedules').select('roomId').whereRef('schedules.roomId', '=', 'rooms.id')))

/** Nobody is inside, and somebody may still answer a program's ring. */
const rungByService = ({ exists, selectFrom }: ExpressionBuilder<Tables, 'rooms'>) =>
  exists(
    selectFrom('calls')
      .innerJoin('users', 'users.id', 'calls.callerId')
      .select('calls.id')
      .whereRef('calls.roomId', '=', 'rooms.id')
      .where('calls.status', '=', literal('calling'))
      .where('users.kind', '=', literal('service')),
  )

const emptyRooms = prepared((db, value: Values<{ emptyBefore: number; now: number }>) =>
  db
    .selectFrom('rooms')
    .selectAll()
    .where('status', '=', literal('running'))
    .where('emptySince', '<=', value('emptyBefore'))
    .where(({ eb, or }) => or([eb('heldUntil', 'is', null), eb('heldUntil', '<=', value('now'))]))
    .where((builder) => builder.not(rungByService(builder)))
    .where(madeOnTheSpot),
)

/** Rooms made on the spot whose last seat has been gone for long enough. */
export async function emptyRoomsAt(db: Db, now: number): Promise<RoomRow[]> {
  return emptyRooms.all(db, { emptyBefore: now - EMPTY_ROOM_MS, now })
}

const endedPolicies = prepared((db, value: Values<{ now: number }>) =>
  db.selectFrom('users').select('id').where('doNotDisturbUntil', '<=', value('now')),
)

/** Whose "do not disturb" is over. */
export async function policiesEndedAt(db: Db, now: number): Promise<string[]> {
  return (await endedPolicies.all(db, { now })).map((row) => row.id)
}

const earliest = prepared((db, value: Values<{ callerGoneSince: number }>) => {
  const ringing = db.selectFrom('calls').where('status', '=', literal('calling'))
  return db.selectNoFrom([
    ringing.select(({ fn }) => fn.min('expiresAt').as('at')).as('ringExpires'),
    ringing
      .where('delivery', '=', literal('sent'))
      .select(({ fn }) => fn.min('createdAt').as('at'))
      .as('ringWithoutReceipt'),
    db
      .selectFrom('seats')
      .where('droppedAt', '>', value('callerGoneSince'))
      .select(({ fn }) => fn.min('droppedAt').as('at'))
      .as('callerDropped'),
    db
      .selectFrom('seats')
      .select(({ fn }) => fn.min('droppedAt').as('at'))
      .as('seatDropped'),
    db
      .selectFrom('rooms')
      .where('status', '=', literal('running'))
      .where('emptySince', 'is not', null)
      .where(madeOnTheSpot)
      .where((builder) => builder.not(rungByService(builder)))
      .select(sql<number | null>`min(max(emptySince + ${sql.lit(EMPTY_ROOM_MS)}, coalesce(heldUntil, 0)))`.as('at'))
      .as('roomEnds'),
    db
      .selectFrom('users')
      .select(({ fn }) => fn.min('doNotDisturbUntil').as('at'))
      .as('policyEnds'),
  ])
})

/** How long after such a moment something is due. */
const WAITS = {
  ringExpires: 0,
  ringWithoutReceipt: RECEIPT_WAIT_MS,
  callerDropped: CALLER_GONE_MS,
  seatDropped: SEAT_KEEP_MS,
  roomEnds: 0,
  policyEnds: 0,
} as const

/** The times after `now` at which something is due next: at most one for each kind. */
export async function nextDueTimes(db: Db, now: number): Promise<number[]> {
  const moments = await earliest.first(db, { callerGoneSince: now - CALLER_GONE_MS })
  const times = (Object.keys(WAITS) as (keyof typeof WAITS)[]).flatMap((kind) => {
    const at = moments?.[kind] ?? null
    return at === null ? [] : [Number(at) + WAITS[kind]]
  })
  const waitingDropped = await firstWaitingDrop(db)
  if (waitingDropped !== null) times.push(waitingDropped + WAITING_KEEP_MS)
  const receiptAt = await nextSilencedReceipt(db)
  if (receiptAt !== null) times.push(receiptAt)
  const { guestSeen, leftToGuests } = await nextGuestMoments(db)
  if (guestSeen !== null) times.push(guestSeen + GUEST_KEEP_MS)
  if (leftToGuests !== null) times.push(leftToGuests + EMPTY_ROOM_MS)
  return [...times, ...(await nextScheduleTimes(db)), ...(await nextRequestTimes(db))]
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
      screen: 0,
      version: selectFrom('rooms')
        .select('participantVersion')
        .whereRef('rooms.id', '=', 'seats.roomId')
        .$asScalar()
        .$notNull(),
    }))
    .returningAll()
    .execute()
}
