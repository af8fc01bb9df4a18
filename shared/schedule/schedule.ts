// The rules of scheduled meetings, pure: which times are possible, who may begin one and when, when its reminder is due.
import type { Room } from '../protocol/things.ts'
import {
  REMINDER_SHOWN_MS,
  SCHEDULE_AHEAD_MS_MAX,
  SCHEDULE_EARLY_JOIN_MS,
  SCHEDULE_LENGTH_MS_MAX,
  SCHEDULE_PAST_MS,
} from './limits.ts'

/** Server clock, ms since the epoch. */
export type Times = { startsAt: number; endsAt: number }
export type TimesProblem = {
  field: keyof Times
  problem: 'startsInPast' | 'startsTooFarAhead' | 'hasBegun' | 'endsBeforeStart' | 'endsInPast' | 'tooLong'
}

/**
 * What is wrong with these times, or null. `before`: the times the meeting has had so far; what stays as it was is not held
 * against it, and a meeting that runs has its start behind it for good.
 */
export function timesProblem(
  times: Times,
  now: number,
  before?: { startsAt: number; running: boolean },
): TimesProblem | null {
  const { startsAt, endsAt } = times
  if (before === undefined || startsAt !== before.startsAt) {
    if (before?.running) return { field: 'startsAt', problem: 'hasBegun' }
    if (startsAt <= now - SCHEDULE_PAST_MS) return { field: 'startsAt', problem: 'startsInPast' }
    if (startsAt > now + SCHEDULE_AHEAD_MS_MAX) return { field: 'startsAt', problem: 'startsTooFarAhead' }
  }
  if (endsAt <= startsAt) return { field: 'endsAt', problem: 'endsBeforeStart' }
  if (endsAt - startsAt > SCHEDULE_LENGTH_MS_MAX) return { field: 'endsAt', problem: 'tooLong' }
  return endsAt <= now ? { field: 'endsAt', problem: 'endsInPast' } : null
}

/** When to remind people; at the start itself when the meeting is made or moved so late that the wished moment has passed. */
export const remindAt = (startsAt: number, remindBeforeMs: number, now: number): number =>
  startsAt - remindBeforeMs > now ? startsAt - remindBeforeMs : startsAt

/** The owner begins a scheduled meeting whenever they like, attendees shortly before its start; once it runs, whoever has the code. */
export function mayEnter(
  { status, ownerId, startsAt }: Pick<Room, 'status' | 'ownerId'> & { startsAt: number },
  user: { id: string; isAttendee: boolean },
  now: number,
): boolean {
  if (status === 'running') return true
  return (
    status === 'scheduled' && (user.id === ownerId || (user.isAttendee && now >= startsAt - SCHEDULE_EARLY_JOIN_MS))
  )
}

/** Its owner, or one of those it was scheduled with: they are told of all that becomes of it. */
export const isConcernedBy = ({ schedule, ownerId }: Room, userId: string): boolean =>
  schedule !== undefined && (ownerId === userId || schedule.attendees.some((attendee) => attendee.id === userId))

/** `mayEnter` for a room as clients know it. `now` on the server's clock. */
export const canJoin = (room: Room, userId: string, now: number): boolean =>
  room.schedule !== undefined &&
  mayEnter({ ...room, startsAt: room.schedule.startsAt }, { id: userId, isAttendee: isConcernedBy(room, userId) }, now)

/** People have been reminded of it lately, and it is not too late to come. `now` on the server's clock. */
export function isReminding({ status, schedule }: Room, now: number): boolean {
  if (status === 'ended' || schedule?.remindedAt === undefined) return false
  return now < Math.min(schedule.endsAt, Math.max(schedule.startsAt, schedule.remindedAt) + REMINDER_SHOWN_MS)
}
