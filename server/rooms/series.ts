// Meetings that repeat. A series has one room at a time, so that a link means one meeting: when that one has ended, the next is made
// in the same transaction, with the same code. So nothing is made by a timer, and a restart forgets nothing.
import { createHash } from 'node:crypto'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { Repeat } from '../../shared/protocol/repeating.ts'
import { failure, type Failure } from '../../shared/protocol/result.ts'
import {
  daysOf,
  occurrenceAfter,
  repeatFrom,
  repeatProblem,
  type RepeatProblem,
  type Rule,
} from '../../shared/schedule/repeating.ts'
import { remindAt } from '../../shared/schedule/schedule.ts'
import { daysLater, wallOf } from '../../shared/schedule/zones.ts'
import { audit } from '../people/audit.ts'
import { insertRoom, toRoom, type RoomRow } from '../storage/roomRows.ts'
import { findSchedule, insertSchedule, replaceAttendees, type ScheduleRow } from '../storage/scheduleRows.ts'
import {
  findSeries,
  insertSeries,
  repeatColumns,
  replaceSeriesAttendees,
  seriesAttendees,
  toSeries,
  updateSeries,
  type SeriesRow,
} from '../storage/seriesRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { concernedBy } from './concerned.ts'

const WORDS: Record<RepeatProblem['problem'], string> = {
  dayNotRepeated: 'The first day has to be one of the days it repeats on.',
  untilBeforeStart: 'It has to repeat until its first day at least.',
  repeatsTooLong: 'A meeting repeats for at most two years.',
}

export const ruleOf = (row: SeriesRow, day: string): Rule => ({ ...toSeries(row, day), zone: row.zone })

/** The rule as columns, for a meeting at this time: wall time in its zone. */
const timesAndRule = (zone: string, { startsAt, endsAt }: { startsAt: number; endsAt: number }, repeat: Repeat) => {
  const { day: startDay, hour: startHour } = wallOf(zone, startsAt)
  return { zone, startDay, startHour, lengthMs: endsAt - startsAt, ...repeatColumns(repeat) }
}

type Wished = { startsAt: number; endsAt: number; zone?: string | null | undefined; repeat?: Repeat | undefined }

/** Null when it can repeat so, or does not repeat. */
export function refuseRepeat({ startsAt, zone, repeat }: Wished): Failure | null {
  if (repeat === undefined) return null
  if (!zone) return failure('invalid', 'A meeting that repeats needs its time zone.', { field: 'zone' })
  const found = repeatProblem({ startDay: wallOf(zone, startsAt).day, repeat })
  return found && failure('invalid', WORDS[found.problem], { field: found.field })
}

/** For the first meeting of a series: what its schedule carries. */
export async function startSeries(
  { db }: Work,
  id: string,
  ownerId: string,
  input: CheckedInput<'room.schedule'>,
  attendeeIds: readonly string[],
): Promise<Pick<ScheduleRow, 'zone' | 'seriesId' | 'day'>> {
  const { zone = null, repeat, name, remindBeforeMs } = input
  if (repeat === undefined || zone === null) return { zone, seriesId: null, day: null }
  const rule = timesAndRule(zone, input, repeat)
  await insertSeries(db, { id, ownerId, name, remindBeforeMs, ...rule, skipped: '', sequence: 1, open: 1 })
  await replaceSeriesAttendees(db, id, attendeeIds)
  return { zone, seriesId: id, day: rule.startDay }
}

/** Every room has at most one successor, so its id follows from it: made twice it would be the same one. */
function successorId(roomId: string): string {
  const hex = createHash('sha256').update(`next ${roomId}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** After this meeting of a series has ended: the room of the next. Whoever made the series owns it, and it has the series' people. */
export async function makeNext(unit: Work, ended: RoomRow): Promise<void> {
  const { db, now } = unit
  const schedule = await findSchedule(db, ended.id)
  if (schedule === null || schedule.seriesId === null || schedule.day === null) return
  const series = await findSeries(db, schedule.seriesId)
  if (series === null || series.open === 0) return
  const next = occurrenceAfter(ruleOf(series, schedule.day), schedule.day, now)
  if (next === null) return
  const { name, ownerId, remindBeforeMs, zone } = series
  const made = { id: successorId(ended.id), name, ownerId, createdAt: now, endedAt: null, emptySince: null } as const
  // What members may do stays as it was; nobody has said so in this meeting yet.
  const fresh = { locked: 0, membersLackBy: null, membersLackVersion: null, version: 1, participantVersion: 0 } as const
  const room: RoomRow = { ...ended, ...made, ...fresh, status: 'scheduled' }
  await insertRoom(db, room)
  const { startsAt, endsAt, day } = next
  const reminder = { remindBeforeMs, remindAt: remindAt(startsAt, remindBeforeMs, now), remindedAt: null }
  const times = { roomId: room.id, startsAt, endsAt, ...reminder, startedAt: null, open: 1 }
  await insertSchedule(db, { ...times, zone, seriesId: series.id, day })
  await replaceAttendees(db, room.id, await seriesAttendees(db, series.id))
  const details = { scheduled: true, startsAt, endsAt, after: ended.id }
  await audit(unit, { action: 'room.created', actor: { kind: 'server' }, roomId: room.id, details })
  const told = await toRoom(db, room)
  const event = { name: 'room.scheduled', payload: { room: told } } as const
  unit.effects.push({ kind: 'send', to: { users: concernedBy(told) }, event })
  unit.effects.push({ kind: 'due', at: reminder.remindAt }, { kind: 'due', at: endsAt })
}

/** The series of a meeting, for changing more than that one: `notAllowed` to everybody but whoever made it. */
export async function findOwnSeries(db: Db, schedule: ScheduleRow, userId: string): Promise<SeriesRow | Failure> {
  const series = schedule.seriesId === null ? null : await findSeries(db, schedule.seriesId)
  if (series === null) return failure('invalid', 'This meeting does not repeat.', { field: 'scope' })
  if (series.ownerId !== userId) return failure('notAllowed', 'Only who made this series can change all of it.')
  return series
}

/** One of its meetings has changed: calendars are to take it as newer. */
export async function countChange(db: Db, schedule: ScheduleRow): Promise<void> {
  const series = schedule.seriesId === null ? null : await findSeries(db, schedule.seriesId)
  if (series !== null) await updateSeries(db, series.id, { sequence: series.sequence + 1 })
}

/** The rule that holds from the changed meeting on, as wished or as it was. */
export const repeatAfter = (series: SeriesRow, day: string, wished: Repeat | undefined): Repeat =>
  wished ?? repeatFrom(ruleOf(series, day), day)

/** From this meeting on the series is as this meeting is now. What was before it has its own rooms and stays. */
export async function changeFollowing(
  { db }: Work,
  series: SeriesRow,
  changed: ScheduleRow & { zone: string },
  more: { name: string; repeat: Repeat; attendeeIds: readonly string[] },
): Promise<{ day: string }> {
  const rule = timesAndRule(changed.zone, changed, more.repeat)
  const { skipped } = toSeries(series, rule.startDay)
  await updateSeries(db, series.id, {
    ...rule,
    name: more.name,
    remindBeforeMs: changed.remindBeforeMs,
    skipped: skipped.filter((day) => day > rule.startDay).join(','),
    sequence: series.sequence + 1,
  })
  await replaceSeriesAttendees(db, series.id, more.attendeeIds)
  return { day: rule.startDay }
}

/** Takes a day out, or that and all after it. `first`: the meeting that has a room. False when there is no such day. */
export async function cancelDay(
  { db }: Work,
  series: SeriesRow,
  { first, day, scope }: { first: string; day: string; scope: 'this' | 'following' },
): Promise<boolean> {
  const rule = ruleOf(series, first)
  const takesPlace = day === first || (day > first && daysOf(rule).includes(day) && !rule.skipped.includes(day))
  if (!takesPlace) return false
  const sequence = series.sequence + 1
  if (scope === 'this') {
    const skipped = [...rule.skipped, day].toSorted().join(',')
    await updateSeries(db, series.id, { skipped, sequence })
  } else {
    const untilDay = daysLater(day, -1)
    const open = day === first ? 0 : series.open
    // The rule of what is over altogether stays as it was: calendars are told which one was cancelled.
    await updateSeries(db, series.id, { ...(open ? { untilDay, count: null } : {}), open, sequence })
  }
  return true
}
