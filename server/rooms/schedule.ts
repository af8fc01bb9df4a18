// The commands of scheduled meetings, and what happens to them by itself. Refusals come before any change.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Room } from '../../shared/protocol/things.ts'
import { remindAt, timesProblem, type TimesProblem } from '../../shared/schedule/schedule.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import type { Limiter } from '../gateway/rateLimit.ts'
import { audit } from '../people/audit.ts'
import { decodeCursor, encodeCursor } from '../storage/cursor.ts'
import { findRoom, insertRoom, seatDevices, seatsIn, toRoom, updateRoom, type RoomRow } from '../storage/roomRows.ts'
import {
  attendeesOf,
  findSchedule,
  insertSchedule,
  remindersDueAt,
  replaceAttendees,
  scheduledRoomsOf,
  scheduledRoomsOverAt,
  updateSchedule,
  type ScheduleRow,
} from '../storage/scheduleRows.ts'
import { findSeries } from '../storage/seriesRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUsers, hasAccount } from '../storage/userRows.ts'
import { concernedBy } from './concerned.ts'
import { endRoom } from './endRoom.ts'
import { findLiveRoom, newRoom } from './roomDesk.ts'
import {
  cancelDay,
  changeFollowing,
  countChange,
  findOwnSeries,
  refuseRepeat,
  repeatAfter,
  startSeries,
} from './series.ts'

const WORDS: Record<TimesProblem['problem'], string> = {
  startsInPast: 'The start has passed already.',
  startsTooFarAhead: 'A meeting can be scheduled for at most a year ahead.',
  hasBegun: 'The meeting has begun, so its start stays.',
  endsBeforeStart: 'The end has to come after the start.',
  endsInPast: 'The end has passed already.',
  tooLong: 'A meeting can be scheduled for at most 24 hours.',
}
const refuseTimes = ({ field, problem }: TimesProblem): Failure => failure('invalid', WORDS[problem], { field })

export async function scheduleRoom(
  unit: Work,
  { userId }: DeviceKey,
  input: CheckedInput<'room.schedule'>,
  entropy: Entropy,
): Promise<Result<{ room: Room }>> {
  const { name, startsAt, endsAt, remindBeforeMs } = input
  const problem = timesProblem(input, unit.now)
  if (problem !== null) return refuseTimes(problem)
  const unrepeatable = refuseRepeat(input)
  if (unrepeatable !== null) return unrepeatable
  const attendeeIds = await checkAttendees(unit.db, userId, input.attendeeIds)
  if (!attendeeIds.ok) return attendeeIds
  const made = await newRoom(unit, { kind: 'meeting', name, ownerId: userId }, entropy)
  const row: RoomRow = { ...made, status: 'scheduled', emptySince: null }
  await insertRoom(unit.db, row)
  const reminder = { remindBeforeMs, remindAt: remindAt(startsAt, remindBeforeMs, unit.now), remindedAt: null }
  const series = await startSeries(unit, entropy.uuid(), userId, input, attendeeIds.value)
  const schedule = { roomId: row.id, startsAt, endsAt, ...reminder, startedAt: null, open: 1, ...series }
  await insertSchedule(unit.db, schedule)
  await replaceAttendees(unit.db, row.id, attendeeIds.value)
  const room = await toRoom(unit.db, row)
  const details = { scheduled: true, startsAt, endsAt }
  await audit(unit, { action: 'room.created', actor: { kind: 'user', id: userId }, roomId: row.id, details })
  tell(unit, 'room.scheduled', room, concernedBy(room))
  lookAgain(unit, schedule)
  return success({ room })
}

/** The ids without doubles and without the owner: `unknownUser` with the field of the first that has no account. */
async function checkAttendees(db: Db, ownerId: string, ids: readonly string[]): Promise<Result<string[]>> {
  const known = await findUsers(db, ids)
  const unknown = ids.findIndex((id) => {
    const user = known.get(id)
    return user === undefined || !hasAccount(user)
  })
  if (unknown >= 0) {
    return failure('unknownUser', 'This person has no account here.', { field: `attendeeIds.${unknown}` })
  }
  return success([...new Set(ids)].filter((id) => id !== ownerId))
}

/** The living scheduled room of this user: `unknownRoom`, `roomEnded`, `notAllowed`. */
async function findOwn(
  db: Db,
  roomId: string,
  userId: string,
): Promise<Result<{ room: RoomRow; schedule: ScheduleRow }>> {
  const room = await findLiveRoom(db, roomId)
  if (!room.ok) return room
  if (room.value.ownerId !== userId) return failure('notAllowed', 'Only its owner can change this meeting.')
  const schedule = await findSchedule(db, roomId)
  if (schedule === null) return failure('notAllowed', 'This meeting was not scheduled.')
  return success({ room: room.value, schedule })
}

export async function reschedule(
  unit: Work,
  { userId }: DeviceKey,
  input: CheckedInput<'room.reschedule'>,
): Promise<Result<{ room: Room }>> {
  const own = await findOwn(unit.db, input.roomId, userId)
  if (!own.ok) return own
  const { room: before, schedule } = own.value
  const series = input.scope === 'following' ? await findOwnSeries(unit.db, schedule, userId) : null
  if (series !== null && 'error' in series) return series
  if (series === null && input.repeat !== undefined)
    return failure('invalid', 'This changes one meeting, which does not repeat.', { field: 'repeat' })
  let changed = changedSchedule(schedule, input, unit.now)
  const running = before.status === 'running'
  const problem = timesProblem(changed, unit.now, { startsAt: schedule.startsAt, running })
  if (problem !== null) return refuseTimes(problem)
  const repeat = series && repeatAfter(series, schedule.day ?? series.startDay, input.repeat)
  const unrepeatable = repeat && refuseRepeat({ ...changed, repeat })
  if (unrepeatable) return unrepeatable
  const attended = (await attendeesOf(unit.db, before.id)).map((user) => user.id)
  const attendeeIds = await checkAttendees(unit.db, userId, input.attendeeIds ?? attended)
  if (!attendeeIds.ok) return attendeeIds
  const { name = before.name } = input
  if (series && repeat) {
    const zone = changed.zone ?? series.zone
    const more = { name, repeat, attendeeIds: attendeeIds.value }
    changed = { ...changed, ...(await changeFollowing(unit, series, { ...changed, zone }, more)) }
  } else await countChange(unit.db, schedule)
  const row = { ...before, name, version: before.version + 1 }
  await updateRoom(unit.db, row.id, { name, version: row.version })
  await updateSchedule(unit.db, row.id, changed)
  await replaceAttendees(unit.db, row.id, attendeeIds.value)
  const room = await toRoom(unit.db, row)
  const details = { startsAt: changed.startsAt, endsAt: changed.endsAt, following: series !== null }
  await audit(unit, { action: 'room.changed', actor: { kind: 'user', id: userId }, roomId: row.id, details })
  await tellOfChange(unit, room, attended)
  lookAgain(unit, changed)
  return success({ room })
}

/** A reminder counts for its start: a meeting that moves, or is to remind at another time, reminds anew. */
function changedSchedule(row: ScheduleRow, input: CheckedInput<'room.reschedule'>, now: number): ScheduleRow {
  const { startsAt = row.startsAt, endsAt = row.endsAt, remindBeforeMs = row.remindBeforeMs } = input
  const { zone = row.zone } = input
  const sameReminder = startsAt === row.startsAt && remindBeforeMs === row.remindBeforeMs
  const reminder = sameReminder ? {} : { remindAt: remindAt(startsAt, remindBeforeMs, now), remindedAt: null }
  return { ...row, startsAt, endsAt, remindBeforeMs, zone, ...reminder }
}

async function tellOfChange(unit: Work, room: Room, attendedBefore: readonly string[]): Promise<void> {
  const concerned = concernedBy(room)
  const added = concerned.filter((id) => id !== room.ownerId && !attendedBefore.includes(id))
  const removed = attendedBefore.filter((id) => !concerned.includes(id))
  tell(unit, 'room.scheduled', room, added)
  tell(unit, 'room.unscheduled', room, removed)
  const users = concerned.filter((id) => !added.includes(id))
  const devices = seatDevices(await seatsIn(unit.db, room.id))
  unit.effects.push({ kind: 'send', to: { users, devices }, event: { name: 'room.rescheduled', payload: { room } } })
}

type Told = 'room.scheduled' | 'room.unscheduled' | 'room.startingSoon'

function tell(unit: Work, name: Told, room: Room, users: readonly string[]): void {
  if (users.length === 0) return
  unit.effects.push({ kind: 'send', to: { users }, event: { name, payload: { room } } })
}

const lookAgain = (unit: Work, { remindAt: at, endsAt }: ScheduleRow): void =>
  void unit.effects.push({ kind: 'due', at }, { kind: 'due', at: endsAt })

export async function cancelSchedule(
  unit: Work,
  { userId }: DeviceKey,
  { roomId, day, scope }: CheckedInput<'room.cancelSchedule'>,
): Promise<Result<{ room: Room }>> {
  const own = await findOwn(unit.db, roomId, userId)
  if (!own.ok) return own
  const { room, schedule } = own.value
  const later = day !== undefined && day !== schedule.day
  if (room.status === 'running' && !later) return failure('conflict', 'This meeting has begun. End it instead.')
  if (schedule.seriesId !== null && schedule.day !== null) {
    const mine = later || scope === 'following' ? await findOwnSeries(unit.db, schedule, userId) : null
    if (mine !== null && 'error' in mine) return mine
    const series = mine ?? (await findSeries(unit.db, schedule.seriesId))
    const meant = { first: schedule.day, day: day ?? schedule.day, scope }
    if (series === null || !(await cancelDay(unit, series, meant))) return noSuchDay()
  } else if (later) return noSuchDay()
  if (!later) {
    await endRoom(unit, room, userId)
    return success({ room: await wholeRoom(unit.db, roomId) })
  }
  await updateRoom(unit.db, roomId, { version: room.version + 1 })
  const details = { cancelledDay: day ?? schedule.day }
  await audit(unit, { action: 'room.changed', actor: { kind: 'user', id: userId }, roomId, details })
  const told = await wholeRoom(unit.db, roomId)
  await tellOfChange(unit, told, told.schedule?.attendees.map((user) => user.id) ?? [])
  return success({ room: told })
}

const noSuchDay = () => failure('invalid', 'There is no meeting on this day.', { field: 'day' })

async function wholeRoom(db: Db, roomId: string): Promise<Room> {
  const row = await findRoom(db, roomId)
  if (row === null) throw new Error(`room ${roomId} does not exist`)
  return toRoom(db, row)
}

/** The upcoming meetings of a user, soonest first: the first `limit` after the given one. */
export async function upcomingRooms(db: Db, page: Parameters<typeof scheduledRoomsOf>[1]): Promise<Room[]> {
  const rooms: Room[] = []
  for (const { id } of await scheduledRoomsOf(db, page)) rooms.push(await wholeRoom(db, id))
  return rooms
}

export async function listScheduled(
  db: Db,
  userId: string,
  { cursor, limit }: CheckedInput<'room.listScheduled'>,
): Promise<Result<{ rooms: Room[]; nextCursor: string | null }>> {
  const position = cursor === undefined ? null : decodeCursor(cursor)
  if (position === undefined || (position !== null && !/^\d{1,15}$/.test(position.key))) {
    return failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })
  }
  const after = position === null ? null : { startsAt: Number(position.key), id: position.id }
  const rooms = await upcomingRooms(db, { userId, after, limit: limit + 1 })
  const shown = rooms.slice(0, limit)
  const last = shown.at(-1)
  if (rooms.length <= limit || last?.schedule === undefined) return success({ rooms: shown, nextCursor: null })
  return success({ rooms: shown, nextCursor: encodeCursor({ key: String(last.schedule.startsAt), id: last.id }) })
}

/** Meetings whose time is over end (rule 12), and of those that begin soon people are reminded, once. */
export async function settleSchedules(unit: Work, limiter: Limiter): Promise<void> {
  for (const room of await scheduledRoomsOverAt(unit.db, unit.now)) await endRoom(unit, room)
  for (const { roomId } of await remindersDueAt(unit.db, unit.now)) await remind(unit, roomId, limiter)
}

/** Whom this owner's meetings have reminded a lot lately are spared: the meeting stands in their list all the same. */
async function remind(unit: Work, roomId: string, limiter: Limiter): Promise<void> {
  const before = await findRoom(unit.db, roomId)
  if (before === null) throw new Error(`room ${roomId} does not exist`)
  const row = { ...before, version: before.version + 1 }
  await updateRoom(unit.db, roomId, { version: row.version })
  await updateSchedule(unit.db, roomId, { remindedAt: unit.now })
  const room = await toRoom(unit.db, row)
  const inside = new Set((await seatsIn(unit.db, roomId)).map((seat) => seat.userId))
  const spared = (userId: string) =>
    userId !== room.ownerId && limiter.take([['remindersPerPair', `${room.ownerId} ${userId}`]], unit.now) > 0
  const outside = concernedBy(room).filter((userId) => !inside.has(userId) && !spared(userId))
  tell(unit, 'room.startingSoon', room, outside)
}
