// What can be looked up about one scheduled meeting, in pages: the days of its series, and whom it is for.
import type { CheckedInput, CommandOutput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { daysOf, occurrenceOn } from '../../shared/schedule/repeating.ts'
import { encodeCursor, decodeCursor, type Position } from '../storage/cursor.ts'
import { attendeePage } from '../storage/attendeeRows.ts'
import { findSchedule } from '../storage/scheduleRows.ts'
import { findSeries } from '../storage/seriesRows.ts'
import type { Db } from '../storage/store.ts'
import { getRoom } from './roomDesk.ts'
import { ruleOf } from './series.ts'

function positionOf(cursor: string | undefined): Result<Position | null> {
  const position = cursor === undefined ? null : decodeCursor(cursor)
  if (position === undefined) return failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })
  return success(position)
}

export async function listOccurrences(
  db: Db,
  userId: string,
  { roomId, cursor, limit }: CheckedInput<'room.listOccurrences'>,
): Promise<Result<CommandOutput<'room.listOccurrences'>>> {
  const room = await getRoom(db, userId, roomId)
  if (!room.ok) return room
  const after = positionOf(cursor)
  if (!after.ok) return after
  const schedule = await findSchedule(db, roomId)
  const { seriesId, day: first } = schedule ?? { seriesId: null, day: null }
  const series = seriesId === null ? null : await findSeries(db, seriesId)
  if (schedule === null || first === null || series === null) return success({ occurrences: [], nextCursor: null })
  const rule = ruleOf(series, first)
  const key = after.value?.key
  const days = series.open ? daysOf(rule).filter((day) => (key === undefined ? day >= first : day > key)) : []
  // This one may have been moved by itself.
  const moved = { startsAt: schedule.startsAt, endsAt: schedule.endsAt }
  const occurrences = days
    .slice(0, limit)
    .map((day) => ({ ...occurrenceOn(rule, day), ...(day === first ? moved : {}) }))
  const last = occurrences.at(-1)
  const more = days.length > limit && last !== undefined
  return success({ occurrences, nextCursor: more ? encodeCursor({ key: last.day, id: series.id }) : null })
}

export async function listAttendees(
  db: Db,
  userId: string,
  { roomId, cursor, limit }: CheckedInput<'room.listAttendees'>,
): Promise<Result<CommandOutput<'room.listAttendees'>>> {
  const room = await getRoom(db, userId, roomId)
  if (!room.ok) return room
  const after = positionOf(cursor)
  if (!after.ok) return after
  const rows = await attendeePage(db, { roomId, after: after.value, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return success({
    attendees: shown.map(({ user, status }) => ({ user, status })),
    nextCursor: more ? encodeCursor({ key: last.searchName, id: last.user.id }) : null,
  })
}
