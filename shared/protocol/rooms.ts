// Commands and events of rooms and participants.
import { z } from 'zod'
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../entry.ts'
import { waitingSchema } from './lobby.ts'
import { mediaOfferSchema, rtpCapabilitiesSchema } from './media.ts'
import {
  idSchema,
  participantSchema,
  removalSchema,
  roomNameSchema,
  roomSchema,
  roomSettingsChangeSchema,
  roomSnapshotSchema,
  userSchema,
  versionSchema,
} from './things.ts'

/** `media` is null while the SFU cannot serve the room: the seat is taken all the same, and the client goes on asking `media.open`. */
export const entrySchema = z.object({ snapshot: roomSnapshotSchema, media: mediaOfferSchema.nullable() })
/** What entering a room by `room.create` or `room.join` answers. */
export type Entry = z.infer<typeof entrySchema>

/** `waiting`: in the lobby, without a seat, until somebody inside lets them in. */
export const joinAnswerSchema = z.discriminatedUnion('outcome', [
  entrySchema.extend({ outcome: z.literal('seated') }),
  z.object({ outcome: z.literal('waiting'), waiting: waitingSchema }),
])
export type JoinAnswer = z.infer<typeof joinAnswerSchema>

const passwordSchema = z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX)

const entering = { rtpCapabilities: rtpCapabilitiesSchema.nullable(), leaveOther: z.boolean().default(false) }

export const roomListingSchema = z.object({
  room: roomSchema,
  inside: z.array(userSchema).max(5),
  insideCount: z.number().int().nonnegative(),
})
export type RoomListing = z.infer<typeof roomListingSchema>

export const roomCommands = {
  /** Makes a room, and seats its maker in it as owner. */
  'room.create': { input: z.object({ name: roomNameSchema, ...entering }), output: entrySchema },
  /** By id or by code. From another device of the same user it moves the seat there (rule 11). */
  'room.join': {
    input: z.object({
      room: z.union([z.object({ id: idSchema }), z.object({ code: z.string().trim().min(1).max(200) })]),
      ...entering,
      /** `wrongPassword` when it is asked for and this is not it, `rateLimited` after a few of those. */
      password: z.string().max(PASSWORD_LENGTH_MAX).optional(),
    }),
    output: joinAnswerSchema,
  },
  'room.leave': { input: z.object({ roomId: idSchema }), output: z.object({}) },
  /** Owner only: ends it for everybody. */
  'room.end': { input: z.object({ roomId: idSchema }), output: z.object({}) },
  /** Owner and admins. What is left out stays; `password: null` takes it away. Whoever may no longer ring people in has their rings taken back. */
  'room.update': {
    input: z.object({
      roomId: idSchema,
      name: roomNameSchema.optional(),
      settings: roomSettingsChangeSchema.optional(),
      password: passwordSchema.nullable().optional(),
    }),
    output: z.object({ room: roomSchema }),
  },
  'room.get': { input: z.object({ roomId: idSchema }), output: roomSnapshotSchema },
  /** Running meetings this user owns, was in, was rung into or is an attendee of, newest first. */
  'room.list': { input: z.object({}), output: z.object({ rooms: z.array(roomListingSchema) }) },
} as const

export const roomEvents = {
  /** `by`: who changed it, when somebody did. */
  'room.updated': z.object({ room: roomSchema, by: userSchema.optional() }),
  'room.ended': z.object({ room: roomSchema }),
  'participant.joined': z.object({ participant: participantSchema }),
  'participant.updated': z.object({ participant: participantSchema }),
  'participant.left': z.object({
    roomId: idSchema,
    userId: idSchema,
    version: versionSchema,
    /** Who removed them; absent when they left by themselves, or were away for too long. */
    removedBy: userSchema.optional(),
  }),
  /** To one device: its seat was taken over by another device of the same user, or the user was removed. */
  'participant.seatLost': z.object({
    roomId: idSchema,
    reason: z.enum(['movedToOtherDevice', 'leftForOtherRoom', 'gone', 'removed']),
    /** With `removed`. */
    removal: removalSchema.optional(),
    /** Drawn from the room's own counter, as a participant's: a seat with a greater one was taken afterwards. */
    version: versionSchema,
  }),
} as const
