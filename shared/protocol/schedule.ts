// Commands and events of scheduled meetings (calls.md, section 6, rule 12).
import { z } from 'zod'
import {
  ATTENDEES_MAX,
  REMIND_BEFORE_MS_DEFAULT,
  REMIND_BEFORE_MS_MAX,
  SCHEDULED_LIMIT_DEFAULT,
  SCHEDULED_LIMIT_MAX,
} from '../schedule/limits.ts'
import { idSchema, roomNameSchema, roomSchema, timeSchema } from './things.ts'

const attendeeIdsSchema = z.array(idSchema).max(ATTENDEES_MAX)
const remindBeforeSchema = z.number().int().min(0).max(REMIND_BEFORE_MS_MAX)
const roomAnswer = z.object({ room: roomSchema })

export const scheduleCommands = {
  /**
   * Makes a room that nobody is in yet. `invalid` with the field: a start in the past or more than a year ahead, an end before
   * the start or more than 24 h after it; `unknownUser` with the field. The owner is no attendee, also when named.
   */
  'room.schedule': {
    input: z.object({
      name: roomNameSchema,
      startsAt: timeSchema,
      endsAt: timeSchema,
      attendeeIds: attendeeIdsSchema,
      remindBeforeMs: remindBeforeSchema.default(REMIND_BEFORE_MS_DEFAULT),
    }),
    output: roomAnswer,
  },
  /** Owner only. What is left out stays. The start of a meeting that runs stays as well. Refuses as `room.schedule` does. */
  'room.reschedule': {
    input: z.object({
      roomId: idSchema,
      name: roomNameSchema.optional(),
      startsAt: timeSchema.optional(),
      endsAt: timeSchema.optional(),
      attendeeIds: attendeeIdsSchema.optional(),
      remindBeforeMs: remindBeforeSchema.optional(),
    }),
    output: roomAnswer,
  },
  /** Owner only. A meeting that runs is ended with `room.end` instead: `conflict`. */
  'room.cancelSchedule': { input: z.object({ roomId: idSchema }), output: roomAnswer },
  /** Meetings this user scheduled or is an attendee of, not over yet, soonest first. */
  'room.listScheduled': {
    input: z.object({
      cursor: z.string().max(200).optional(),
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
