// The lobby: people who have asked to come in, and those who let them in or do not.
import { z } from 'zod'
import { WAITING_MAX } from '../entry.ts'
import { idSchema, roomSnapshotSchema, timeSchema, userSchema, versionSchema } from './things.ts'

/** What a device that waits knows of the meeting. */
export const waitingSchema = z.object({
  roomId: idSchema,
  roomName: z.string(),
  owner: userSchema,
  /** Since when this person waits. */
  since: timeSchema,
  /** Drawn from the room's own counter, as a participant's: what ended this wait has a greater one. */
  version: versionSchema,
})
export type Waiting = z.infer<typeof waitingSchema>

/** Everybody who waits for a meeting, longest first: always the whole list. */
export const lobbySchema = z.object({
  roomId: idSchema,
  people: z.array(z.object({ user: userSchema, since: timeSchema })).max(WAITING_MAX),
  /** Drawn from the room's own counter. */
  version: versionSchema,
})
export type Lobby = z.infer<typeof lobbySchema>

/** Who denied somebody, and until when they may not ask again. */
export const denialSchema = z.object({ roomId: idSchema, by: userSchema, until: timeSchema })
export type Denial = z.infer<typeof denialSchema>

const who = { roomId: idSchema, userIds: z.array(idSchema).min(1).max(WAITING_MAX) }
const results = z.array(
  z.object({
    userId: idSchema,
    /** `inside`: somebody else was faster and let them in. `notWaiting`: they have left, or somebody denied them. */
    outcome: z.enum(['done', 'inside', 'notWaiting']),
  }),
)

export const lobbyCommands = {
  /** Owner and admins inside; `roomLocked` while the meeting is locked. */
  'lobby.admit': { input: z.object(who), output: z.object({ results }) },
  /** Owner and admins inside. */
  'lobby.deny': { input: z.object(who), output: z.object({ results }) },
  /** The waiting device waits no longer. */
  'lobby.leave': { input: z.object({ roomId: idSchema }), output: z.object({}) },
} as const

export const lobbyEvents = {
  /** To the devices of owner and admins inside. */
  'lobby.changed': z.object({ lobby: lobbySchema }),
  /** To the waiting device: the meeting has another name or owner now. */
  'lobby.waiting': z.object({ waiting: waitingSchema }),
  /** To the waiting device: it has a seat now. */
  'lobby.admitted': z.object({ snapshot: roomSnapshotSchema, by: userSchema, version: versionSchema }),
  /** To the waiting device: it waits no longer, and has no seat. */
  'lobby.ended': z.object({
    roomId: idSchema,
    reason: z.enum(['denied', 'roomEnded', 'roomLocked', 'noGuests', 'movedToOtherDevice', 'elsewhere', 'gone']),
    /** With `denied`. */
    denial: denialSchema.optional(),
    version: versionSchema,
  }),
} as const
