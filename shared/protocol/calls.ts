// Commands and events of calls (calls.md, sections 4 and 5).
import { z } from 'zod'
import {
  CALLEES_MAX,
  HISTORY_LIMIT_DEFAULT,
  HISTORY_LIMIT_MAX,
  PENDING_LIMIT_DEFAULT,
  PENDING_LIMIT_MAX,
  RING_SECONDS_DEFAULT,
  RING_SECONDS_MAX,
  RING_SECONDS_MIN,
  TIMELINE_STEP_MAX_MS,
} from '../call/limits.ts'
import { mediaOfferSchema, rtpCapabilitiesSchema } from './media.ts'
import {
  callSchema,
  idSchema,
  mediaKindSchema,
  payloadSchema,
  ringSchema,
  roomSchema,
  roomSnapshotSchema,
} from './things.ts'

const calleeIdsSchema = z.array(idSchema).min(1).max(CALLEES_MAX)

export const inviteResultSchema = z.discriminatedUnion('outcome', [
  z.object({ calleeId: idSchema, outcome: z.literal('success'), call: callSchema }),
  z.object({ calleeId: idSchema, outcome: z.literal('alreadyInCalling'), call: callSchema }),
  z.object({ calleeId: idSchema, outcome: z.literal('alreadyInRoom') }),
  /** `organisation`: the server's own rule stands against it, see `admin.setRingPolicy`. */
  z.object({ calleeId: idSchema, outcome: z.literal('notAllowed'), by: z.literal('organisation').optional() }),
  /** Rung too often: again after so many ms. When that is so of everybody named, the whole command is refused so. */
  z.object({ calleeId: idSchema, outcome: z.literal('rateLimited'), retryAfterMs: z.number() }),
  z.object({ calleeId: idSchema, outcome: z.literal('unknownUser') }),
])
export type InviteResult = z.infer<typeof inviteResultSchema>

export const cancelResultSchema = z.discriminatedUnion('outcome', [
  z.object({ calleeId: idSchema, outcome: z.literal('cancelled'), call: callSchema }),
  z.object({ calleeId: idSchema, outcome: z.literal('notCalling') }),
  z.object({ calleeId: idSchema, outcome: z.literal('notAllowed') }),
])
export type CancelResult = z.infer<typeof cancelResultSchema>

/**
 * The answer of `call.accept`. Losing a race is not an error (rule 1): the call had ended otherwise, and `code` and
 * `message` say how, in the error list's terms, beside the terminal call. `media` is null as in `room.join`.
 */
export const acceptAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('joined'),
    call: callSchema,
    snapshot: roomSnapshotSchema,
    media: mediaOfferSchema.nullable(),
  }),
  z.object({ outcome: z.literal('ended'), call: callSchema, code: z.literal('conflict'), message: z.string() }),
])
export type AcceptAnswer = z.infer<typeof acceptAnswerSchema>

/**
 * The answer of `call.direct`. A callee who lets nothing ring now (policy) has declined by the time of the answer: then there is
 * no room to be in.
 */
export const directAnswerSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('ringing'),
    call: callSchema,
    snapshot: roomSnapshotSchema,
    media: mediaOfferSchema.nullable(),
  }),
  z.object({ outcome: z.literal('declined'), call: callSchema }),
])

/** One line of somebody's call history: a call of theirs in either direction, with what its words need. */
export const historyEntrySchema = z.object({
  call: callSchema,
  roomName: z.string(),
  roomKind: roomSchema.shape.kind,
  /** The meeting goes on and this person may join it. */
  joinable: z.boolean(),
  /** Who ended it, by name; absent when nobody did. */
  endedByName: z.string().optional(),
  /** The two rang each other at once, and the other ring was answered: this one is no missed call. */
  mutual: z.boolean(),
})
export type HistoryEntry = z.infer<typeof historyEntrySchema>

const ringSecondsSchema = z.number().int().min(RING_SECONDS_MIN).max(RING_SECONDS_MAX).default(RING_SECONDS_DEFAULT)

const stepSchema = z.number().int().min(0).max(TIMELINE_STEP_MAX_MS)

export const callCommands = {
  'call.invite': {
    input: z.object({
      roomId: idSchema,
      calleeIds: calleeIdsSchema,
      timeoutSeconds: ringSecondsSchema,
      media: mediaKindSchema,
      extension: payloadSchema.optional(),
    }),
    output: z.object({ results: z.array(inviteResultSchema) }),
  },
  'call.cancel': {
    input: z.object({ roomId: idSchema, calleeIds: calleeIdsSchema }),
    output: z.object({ results: z.array(cancelResultSchema) }),
  },
  /** Owner and admins: every ring of the room. Their own count as cancelled, everybody else's as revoked. */
  'call.cancelAll': { input: z.object({ roomId: idSchema }), output: z.object({ calls: z.array(callSchema) }) },
  /** Makes a direct room with the caller seated in it, and rings the callee. Either side leaving ends it. */
  'call.direct': {
    input: z.object({
      calleeId: idSchema,
      media: mediaKindSchema,
      timeoutSeconds: ringSecondsSchema,
      extension: payloadSchema.optional(),
      rtpCapabilities: rtpCapabilitiesSchema.nullable(),
      /** As in `room.join`. */
      leaveOther: z.boolean().default(false),
    }),
    output: directAnswerSchema,
  },
  'call.accept': {
    input: z.object({
      callId: idSchema,
      response: payloadSchema.optional(),
      /** The device's mediasoup receive capabilities, when it has loaded them; the answer then carries its consumers. */
      rtpCapabilities: rtpCapabilitiesSchema.nullable(),
      /** Set only after the person chose to leave the meeting this user is in (rule 11). */
      leaveOther: z.boolean().default(false),
    }),
    output: acceptAnswerSchema,
  },
  /**
   * Asked while the call rings on this device, before anybody answers: opens media that only receives, with consumers
   * that stay paused. `media.resumeConsumers` then says which of them are set up; they flow from the moment the call is
   * answered on this device. It ends with the ring, and with the connection.
   */
  'call.warmUp': {
    input: z.object({ callId: idSchema, rtpCapabilities: rtpCapabilitiesSchema }),
    output: z.object({ media: mediaOfferSchema }),
  },
  'call.reject': {
    input: z.object({
      callId: idSchema,
      reason: z.enum(['rejected', 'inOtherRoom']),
      response: payloadSchema.optional(),
    }),
    /** The call as it ended; when it had ended otherwise before, that ending. */
    output: z.object({ call: callSchema }),
  },
  'call.received': { input: z.object({ callIds: z.array(idSchema).min(1).max(CALLEES_MAX) }), output: z.object({}) },
  /**
   * Told once by the device that answered, and once by the caller's that is in the room: how long after the answer media was
   * connected, and the other side first heard and seen. For the server's metrics alone.
   */
  'call.timeline': {
    input: z.object({
      callId: idSchema,
      connectedMs: stepSchema.optional(),
      firstAudioMs: stepSchema.optional(),
      firstVideoMs: stepSchema.optional(),
    }),
    output: z.object({}),
  },
  'call.listPending': {
    input: z.object({
      roomId: idSchema,
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(PENDING_LIMIT_MAX).default(PENDING_LIMIT_DEFAULT),
    }),
    output: z.object({ calls: z.array(callSchema), nextCursor: z.string().nullable() }),
  },
  /** My calls in both directions, newest first. `missed`: only those that rang me and got no answer. */
  'call.history': {
    input: z.object({
      missed: z.boolean().default(false),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(HISTORY_LIMIT_MAX).default(HISTORY_LIMIT_DEFAULT),
    }),
    output: z.object({ entries: z.array(historyEntrySchema), nextCursor: z.string().nullable() }),
  },
} as const

const callEvent = z.object({ call: callSchema })

export const callEvents = {
  /** To every device of the callee: ring. */
  'call.received': z.object({ ring: ringSchema }),
  /** Also how participants first learn of a ring. */
  'call.updated': callEvent,
  'call.accepted': callEvent,
  'call.rejected': callEvent,
  'call.timeout': callEvent,
  'call.cancelled': callEvent,
  'call.revokedByAdmin': callEvent,
  /** To the callee's other devices: stop ringing. */
  'call.handledByOtherDevice': z.object({
    call: callSchema,
    accepted: z.boolean(),
    deviceId: idSchema,
    /** The device's own label, so that the others can say where it was answered. */
    deviceLabel: z.string(),
  }),
} as const

/** Where a ring was answered or declined, as the user's other devices are told. */
export type Handled = Omit<z.output<(typeof callEvents)['call.handledByOtherDevice']>, 'call'>
