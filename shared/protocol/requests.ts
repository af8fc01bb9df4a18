// Requests in a meeting that somebody answers: "please unmute" from its owner and admins, "may I speak?" from its members.
import { z } from 'zod'
import { idSchema, rightSchema, timeSchema, userSchema, versionSchema } from './things.ts'

export const requestStatusSchema = z.enum([
  'open',
  'accepted',
  'rejected',
  /** By whoever asked. */
  'cancelled',
  'timeout',
  /** There is nobody left to ask or to answer, or nothing left to ask for. */
  'ended',
])

/** It turns nothing on: `turnOn` asks a person to press the button, and `permission` asks whether they may. */
export const requestKindSchema = z.enum(['turnOn', 'permission'])

export const requestSchema = z.object({
  id: idSchema,
  roomId: idSchema,
  kind: requestKindSchema,
  source: rightSchema.exclude(['chat']),
  from: userSchema,
  /** With `turnOn`; whoever asks for permission asks the owner and all admins. */
  to: userSchema.optional(),
  status: requestStatusSchema,
  createdAt: timeSchema,
  expiresAt: timeSchema,
  endedAt: timeSchema.optional(),
  /** Who answered; absent when nobody did. */
  endedBy: userSchema.optional(),
  version: versionSchema,
})
export type MeetingRequest = z.infer<typeof requestSchema>

const oneRequest = z.object({ request: requestSchema })
const anId = z.object({ requestId: idSchema })

export const requestCommands = {
  /** Owner and admins, of anybody else inside. Asked again while it is open, it is the same request. */
  'participant.askToTurnOn': {
    input: z.object({ roomId: idSchema, userId: idSchema, source: z.enum(['microphone', 'camera']) }),
    output: oneRequest,
  },
  /** Members, for what they may not do. */
  'participant.askPermission': {
    input: z.object({ roomId: idSchema, source: z.enum(['microphone', 'camera', 'share']) }),
    output: oneRequest,
  },
  /** By whom it was put to; too late is `conflict`. Yes to a permission lets that one person; no answer turns anything on. */
  'participant.answerRequest': { input: anId.extend({ accept: z.boolean() }), output: oneRequest },
  /** By whoever asked. */
  'participant.cancelRequest': { input: anId, output: oneRequest },
} as const

export const requestEvents = {
  /** To whoever asked and whom it was put to, when it is made and when it is over. */
  'participant.requestChanged': oneRequest,
} as const
