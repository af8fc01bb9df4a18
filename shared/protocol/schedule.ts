// Commands and events of scheduled meetings (calls.md, section 6, rule 12).
import { z } from 'zod'
import {
  ATTENDEES_LIMIT_DEFAULT,
  ATTENDEES_MAX,
  OCCURRENCES_LIMIT_DEFAULT,
  OCCURRENCES_LIMIT_MAX,
  REMIND_BEFORE_MS_DEFAULT,
  REMIND_BEFORE_MS_MAX,
  SCHEDULED_LIMIT_DEFAULT,
  SCHEDULED_LIMIT_MAX,
} from '../schedule/limits.ts'
import { daySchema, repeatSchema, zoneSchema } from './repeating.ts'
import { idSchema, roomNameSchema, roomSchema, timeSchema, userSchema } from './things.ts'

const attendeeIdsSchema = z.array(idSchema).max(ATTENDEES_MAX)
const remindBeforeSchema = z.number().int().min(0).max(REMIND_BEFORE_MS_MAX)
const roomAnswer = z.object({ room: roomSchema })
/** Of a meeting that repeats: this one alone, or this one and all after it. */
const scopeSchema = z.enum(['this', 'following']).default('this')
const cursorSchema = z.string().max(200).optional()

export const occurrenceSchema = z.object({
  day: daySchema,
  startsAt: timeSchema,
  endsAt: timeSchema,
  cancelled: z.boolean(),
})
/** What has become of somebody invited: not asked in yet, being rung, rung without or with a no, or inside. */
export const attendeeSchema = z.object({
  user: userSchema,
  status: z.enum(['scheduled', 'calling', 'timeout', 'rejected', 'inRoom']),
})

export const scheduleCommands = {
  /**
   * Makes a room that nobody is in yet. `invalid` with the field: a start in the past or more than a year ahead, an end before
   * the start or more than 24 h after it, a repetition that is none; `unknownUser` with the field. The owner is no attendee,
   * also when named. With `repeat` there is one room at a time: when it has ended or is cancelled, that of the next day is made,
   * with the same code. `repeat` needs `zone`.
   */
  'room.schedule': {
    input: z.object({
      name: roomNameSchema,
      startsAt: timeSchema,
      endsAt: timeSchema,
      attendeeIds: attendeeIdsSchema,
      remindBeforeMs: remindBeforeSchema.default(REMIND_BEFORE_MS_DEFAULT),
      zone: zoneSchema.optional(),
      repeat: repeatSchema.optional(),
    }),
    output: roomAnswer,
  },
  /**
   * Owner only. What is left out stays. The start of a meeting that runs stays as well. Refuses as `room.schedule` does. With
   * `following` (whoever made the series only) the series goes on from this meeting as it is said here; `repeat` is for that alone.
   */
  'room.reschedule': {
    input: z.object({
      roomId: idSchema,
      name: roomNameSchema.optional(),
      startsAt: timeSchema.optional(),
      endsAt: timeSchema.optional(),
      attendeeIds: attendeeIdsSchema.optional(),
      remindBeforeMs: remindBeforeSchema.optional(),
      zone: zoneSchema.optional(),
      repeat: repeatSchema.optional(),
      scope: scopeSchema,
    }),
    output: roomAnswer,
  },
  /**
   * Owner only. A meeting that runs is ended with `room.end` instead: `conflict`. `day`: a later one of the series, which has no
   * room yet; the answer is the meeting that carries the series then.
   */
  'room.cancelSchedule': {
    input: z.object({ roomId: idSchema, day: daySchema.optional(), scope: scopeSchema }),
    output: roomAnswer,
  },
  /** The days of a meeting that repeats, from this one on, cancelled ones too. For its owner and attendees. */
  'room.listOccurrences': {
    input: z.object({
      roomId: idSchema,
      cursor: cursorSchema,
      limit: z.number().int().min(1).max(OCCURRENCES_LIMIT_MAX).default(OCCURRENCES_LIMIT_DEFAULT),
    }),
    output: z.object({ occurrences: z.array(occurrenceSchema), nextCursor: z.string().nullable() }),
  },
  /** Whom it was scheduled with, by name, and what has become of them. For its owner and attendees, and whoever is or was inside. */
  'room.listAttendees': {
    input: z.object({
      roomId: idSchema,
      cursor: cursorSchema,
      limit: z.number().int().min(1).max(ATTENDEES_MAX).default(ATTENDEES_LIMIT_DEFAULT),
    }),
    output: z.object({ attendees: z.array(attendeeSchema), nextCursor: z.string().nullable() }),
  },
  /** Meetings this user scheduled or is an attendee of, not over yet, soonest first. */
  'room.listScheduled': {
    input: z.object({
      cursor: cursorSchema,
      limit: z.number().int().min(1).max(SCHEDULED_LIMIT_MAX).default(SCHEDULED_LIMIT_DEFAULT),
    }),
    output: z.object({ rooms: z.array(roomSchema), nextCursor: z.string().nullable() }),
  },
} as const

/**
 * To every device of the owner and the attendees. That it began or got another name is told to them by `room.updated`, that it
 * is over by `room.ended`.
 */
export const scheduleEvents = {
  /** You were added: at first, or later. */
  'room.scheduled': roomAnswer,
  /** Also to everybody inside, attendee or not. */
  'room.rescheduled': roomAnswer,
  'room.scheduleCancelled': roomAnswer,
  /** To whoever was taken off the attendees, with the meeting as it is without them. */
  'room.unscheduled': roomAnswer,
  /** Once for each start; also to a meeting that somebody has begun already, not to those inside. */
  'room.startingSoon': roomAnswer,
} as const
