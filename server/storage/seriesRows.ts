// Queries about meetings that repeat: the rule, and whom all its meetings are for.
import type { Repeat, Series } from '../../shared/protocol/repeating.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type SeriesRow = Tables['series']

export async function findSeries(db: Db, id: string): Promise<SeriesRow | null> {
  return (await db.selectFrom('series').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export async function insertSeries(db: Db, row: SeriesRow): Promise<void> {
  await db.insertInto('series').values(row).execute()
}

export async function updateSeries(db: Db, id: string, fields: Partial<SeriesRow>): Promise<void> {
  await db.updateTable('series').set(fields).where('id', '=', id).execute()
}

export async function seriesAttendees(db: Db, seriesId: string): Promise<string[]> {
  const rows = await db.selectFrom('seriesAttendees').select('userId').where('seriesId', '=', seriesId).execute()
  return rows.map((row) => row.userId)
}

export async function replaceSeriesAttendees(db: Db, seriesId: string, userIds: readonly string[]): Promise<void> {
  await db.deleteFrom('seriesAttendees').where('seriesId', '=', seriesId).execute()
  for (const userId of userIds) await db.insertInto('seriesAttendees').values({ seriesId, userId }).execute()
}

const listed = (text: string): string[] => (text === '' ? [] : text.split(','))

/** The columns a rule is kept in. */
export function repeatColumns({ everyWeeks, weekdays, end }: Repeat) {
  return {
    everyWeeks,
    weekdays: weekdays.toSorted((one, other) => one - other).join(','),
    untilDay: 'until' in end ? end.until : null,
    count: 'count' in end ? end.count : null,
  }
}

/** The series as the meeting of this day carries it. */
export function toSeries(row: SeriesRow, day: string): Series {
  const { id, startDay, startHour, lengthMs, everyWeeks, untilDay, count, sequence } = row
  const end = untilDay === null ? { count: count ?? 1 } : { until: untilDay }
  const repeat = { everyWeeks, weekdays: listed(row.weekdays).map(Number), end }
  return { id, day, startDay, startHour, lengthMs, repeat, skipped: listed(row.skipped), sequence }
}
