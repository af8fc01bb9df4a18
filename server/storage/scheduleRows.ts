// Queries about scheduled meetings: their times, whom they were scheduled with, and what of them is due.
import { EMPTY_ROOM_MS } from '../../shared/call/limits.ts'
import type { Schedule, User } from '../../shared/protocol/things.ts'
import { atMost, literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import { findSeries, toSeries } from './seriesRows.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type ScheduleRow = Tables['schedules']

const scheduleByRoom = prepared((db, value: Values<{ roomId: string }>) =>
  db.selectFrom('schedules').selectAll().where('roomId', '=', value('roomId')),
)

/** Null for a room made on the spot. */
export async function findSchedule(db: Db, roomId: string): Promise<ScheduleRow | null> {
  return scheduleByRoom.first(db, { roomId })
}

export async function insertSchedule(db: Db, row: ScheduleRow): Promise<void> {
  await db.insertInto('schedules').values(row).execute()
}

export async function updateSchedule(db: Db, roomId: string, fields: Partial<ScheduleRow>): Promise<void> {
  await db.updateTable('schedules').set(fields).where('roomId', '=', roomId).execute()
}

export async function attendeesOf(db: Db, roomId: string): Promise<User[]> {
  return db
    .selectFrom('attendees')
    .innerJoin('users', 'users.id', 'attendees.userId')
    .select(['users.id', 'users.name'])
    .where('attendees.roomId', '=', roomId)
    .orderBy('users.searchName')
    .orderBy('users.id')
    .execute()
}

export async function replaceAttendees(db: Db, roomId: string, userIds: readonly string[]): Promise<void> {
  await db.deleteFrom('attendees').where('roomId', '=', roomId).execute()
  for (const userId of userIds) await db.insertInto('attendees').values({ roomId, userId }).execute()
}

export async function addAttendee(db: Db, roomId: string, userId: string): Promise<void> {
  await db
    .insertInto('attendees')
    .values({ roomId, userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const attendance = prepared((db, value: Values<Tables['attendees']>) =>
  db
    .selectFrom('attendees')
    .select('userId')
    .where('roomId', '=', value('roomId'))
    .where('userId', '=', value('userId')),
)

export async function isAttendee(db: Db, roomId: string, userId: string): Promise<boolean> {
  return (await attendance.first(db, { roomId, userId })) !== null
}

/** The schedule as clients know it; undefined for a room made on the spot. */
export async function scheduleOf(db: Db, room: { id: string; ownerId: string }): Promise<Schedule | undefined> {
  const row = await findSchedule(db, room.id)
  if (row === null) return undefined
  const owner = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', '=', room.ownerId)
    .executeTakeFirstOrThrow()
  const { startsAt, endsAt, remindBeforeMs, remindedAt, startedAt, zone, seriesId, day } = row
  const series = seriesId === null ? null : await findSeries(db, seriesId)
  return {
    startsAt,
    endsAt,
    attendees: await attendeesOf(db, room.id),
    owner,
    remindBeforeMs,
    ...(remindedAt === null ? {} : { remindedAt }),
    ...(startedAt === null ? {} : { startedAt }),
    ...(zone === null ? {} : { zone }),
    ...(series === null || day === null ? {} : { series: toSeries(series, day) }),
  }
}

export type ScheduledPage = { userId: string; after: { startsAt: number; id: string } | null; limit: number }

/** Ids and starts of the meetings, not over yet, that this user owns or is an attendee of, soonest first. */
export async function scheduledRoomsOf(db: Db, page: ScheduledPage): Promise<{ id: string; startsAt: number }[]> {
  const { userId, after, limit } = page
  let query = db
    .selectFrom('schedules')
    .innerJoin('rooms', 'rooms.id', 'schedules.roomId')
    .select(['rooms.id', 'schedules.startsAt'])
    .where('schedules.open', '=', literal(1))
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('rooms.ownerId', '=', userId),
        eb('rooms.id', 'in', selectFrom('attendees').select('roomId').where('userId', '=', userId)),
      ]),
    )
    .orderBy('schedules.startsAt')
    .orderBy('schedules.roomId')
    .limit(atMost(limit))
  if (after !== null) {
    query = query.where(({ eb, and, or }) =>
      or([
        eb('schedules.startsAt', '>', after.startsAt),
        and([eb('schedules.startsAt', '=', after.startsAt), eb('schedules.roomId', '>', after.id)]),
      ]),
    )
  }
  return query.execute()
}

const openSchedules = (db: Db) => db.selectFrom('schedules').where('schedules.open', '=', literal(1))

const overdue = prepared((db, value: Values<{ now: number; emptyBefore: number }>) =>
  openSchedules(db)
    .innerJoin('rooms', 'rooms.id', 'schedules.roomId')
    .selectAll('rooms')
    .where('schedules.endsAt', '<=', value('now'))
    .where(({ eb, or }) =>
      or([eb('rooms.status', '=', literal('scheduled')), eb('rooms.emptySince', '<=', value('emptyBefore'))]),
    )
    .orderBy('schedules.endsAt'),
)

/** Rule 12: their time is over, and nobody came, or everybody has left. */
export async function scheduledRoomsOverAt(db: Db, now: number): Promise<Tables['rooms'][]> {
  return overdue.all(db, { now, emptyBefore: now - EMPTY_ROOM_MS })
}

const dueReminders = prepared((db, value: Values<{ now: number }>) =>
  openSchedules(db)
    .selectAll()
    .where('remindedAt', 'is', null)
    .where('remindAt', '<=', value('now'))
    .orderBy('remindAt'),
)

export async function remindersDueAt(db: Db, now: number): Promise<ScheduleRow[]> {
  return dueReminders.all(db, { now })
}

const nextMoments = prepared((db) => {
  const withRoom = openSchedules(db).innerJoin('rooms', 'rooms.id', 'schedules.roomId')
  return db.selectNoFrom([
    openSchedules(db)
      .where('remindedAt', 'is', null)
      .select(({ fn }) => fn.min('remindAt').as('at'))
      .as('reminder'),
    withRoom
      .where('rooms.status', '=', literal('scheduled'))
      .select(({ fn }) => fn.min('schedules.endsAt').as('at'))
      .as('nobodyCame'),
    withRoom
      .where('rooms.emptySince', 'is not', null)
      .where('rooms.status', '=', literal('running'))
      .select(({ fn, eb }) =>
        fn
          .min(
            eb
              .case()
              .when(eb('schedules.endsAt', '>', eb('rooms.emptySince', '+', EMPTY_ROOM_MS)))
              .then(eb.ref('schedules.endsAt'))
              .else(eb('rooms.emptySince', '+', EMPTY_ROOM_MS))
              .end(),
          )
          .as('at'),
      )
      .as('everybodyLeft'),
  ])
})

/** When, at the earliest, something of a scheduled meeting happens by itself: at most one time for each kind. */
export async function nextScheduleTimes(db: Db): Promise<number[]> {
  const moments = await nextMoments.first(db, {})
  return Object.values(moments ?? {}).flatMap((at) => (at === null ? [] : [Number(at)]))
}
