// Queries about guests: users who came for one room and have no account. A guest lives as long as their session.
import { GUEST_KEEP_MS } from '../../shared/guests.ts'
import { searchable } from './userRows.ts'
import { atMost, literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import { sql } from 'kysely'
import type { Db } from './store.ts'

export type NewGuest = { id: string; name: string; guestOf: string; createdAt: number }

/** The login holds a space: no account has such a one, and there is no password to it. */
export async function insertGuest(db: Db, guest: NewGuest): Promise<void> {
  const { id, name } = guest
  const nothingElse = {
    demo: 0,
    lastSeenAt: null,
    declineWhenBusy: 0,
    doNotDisturbUntil: null,
    role: 'user',
    disabledAt: null,
  } as const
  await db
    .insertInto('users')
    .values({ ...guest, ...nothingElse, login: `guest ${id}`, searchName: searchable(name) })
    .execute()
}

/** Whoever never was inside leaves no trace; of others the name stays with what they wrote. */
export async function forgetGuest(db: Db, userId: string): Promise<void> {
  await db
    .deleteFrom('users')
    .where('id', '=', userId)
    .where('guestOf', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('members').select('members.userId').whereRef('members.userId', '=', 'users.id'))),
    )
    .execute()
}

const signedInGuests = (db: Db) =>
  db.selectFrom('users').innerJoin('sessions', 'sessions.userId', 'users.id').where('users.guestOf', 'is not', null)

export type GuestDevice = { userId: string; deviceId: string }

/** Those who may still come in, and those inside. */
export async function guestsOf(db: Db, roomId: string): Promise<GuestDevice[]> {
  return signedInGuests(db)
    .select(['sessions.userId', 'sessions.deviceId'])
    .where('users.guestOf', '=', roomId)
    .execute()
}

/** When they were last seen, as far as is known while they are connected. */
const lastSeen = sql<number>`max(users.createdAt, coalesce(users.lastSeenAt, 0))`

const idleGuests = (db: Db) =>
  signedInGuests(db)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('seats').select('seats.userId').whereRef('seats.userId', '=', 'users.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('waiting').select('waiting.userId').whereRef('waiting.userId', '=', 'users.id'))),
    )

const longGone = prepared((db, value: Values<{ seenBefore: number }>) =>
  idleGuests(db).select(['sessions.userId', 'sessions.deviceId']).where(lastSeen, '<=', value('seenBefore')),
)

/** Neither inside nor waiting, for too long. */
export async function guestsGoneAt(db: Db, now: number): Promise<GuestDevice[]> {
  return longGone.all(db, { seenBefore: now - GUEST_KEEP_MS })
}

const membersWithSeat = prepared((db, value: Values<{ roomId: string }>) =>
  db
    .selectFrom('seats')
    .innerJoin('users', 'users.id', 'seats.userId')
    .select('seats.userId')
    .where('seats.roomId', '=', value('roomId'))
    .where('users.guestOf', 'is', null)
    .limit(atMost(1)),
)

/** Somebody with an account is inside. */
export async function isMemberInside(db: Db, roomId: string): Promise<boolean> {
  return (await membersWithSeat.first(db, { roomId })) !== null
}

const guestsAlone = (db: Db) =>
  db
    .selectFrom('rooms')
    .where('rooms.status', '=', literal('running'))
    .where('rooms.emptySince', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('seats').select('seats.userId').whereRef('seats.roomId', '=', 'rooms.id')),
    )

const roomsOfGuestsAlone = prepared((db, value: Values<{ emptyBefore: number }>) =>
  guestsAlone(db).select('rooms.id').where('rooms.emptySince', '<=', value('emptyBefore')),
)

/** Rooms in which there has been nobody but guests for this long. */
export async function roomsLeftToGuests(db: Db, emptyBefore: number): Promise<string[]> {
  return (await roomsOfGuestsAlone.all(db, { emptyBefore })).map(({ id }) => id)
}

const nextMoments = prepared((db) =>
  db.selectNoFrom([
    idleGuests(db)
      .select(sql<number>`min(${lastSeen})`.as('at'))
      .as('guestSeen'),
    guestsAlone(db)
      .select(({ fn }) => fn.min('rooms.emptySince').as('at'))
      .as('leftToGuests'),
  ]),
)

/** Since when, at the earliest, a guest is idle, and a room left to guests; null where there is none. */
export async function nextGuestMoments(db: Db): Promise<{ guestSeen: number | null; leftToGuests: number | null }> {
  const moments = await nextMoments.first(db, {})
  const at = (moment: number | string | null | undefined) =>
    moment === null || moment === undefined ? null : Number(moment)
  return { guestSeen: at(moments?.guestSeen), leftToGuests: at(moments?.leftToGuests) }
}
