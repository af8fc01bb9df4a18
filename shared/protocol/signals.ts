// What people show a meeting without a word: reactions, which pass, and raised hands, which stay until they are lowered.
import { z } from 'zod'
import { idSchema, participantSchema, timeSchema } from './things.ts'

/** Named rather than written as emoji: every system would draw those differently, and some not at all. */
export const REACTIONS = ['thumbsUp', 'heart', 'laugh', 'celebrate', 'clap', 'surprised'] as const
export const reactionSchema = z.enum(REACTIONS)
export type Reaction = z.infer<typeof reactionSchema>

export const signalCommands = {
  /** Told to everybody inside, and not kept. */
  'room.react': { input: z.object({ roomId: idSchema, reaction: reactionSchema }), output: z.object({}) },
  /** One's own hand, from the device with the seat. Raised again it keeps its place. */
  'participant.raiseHand': {
    input: z.object({ roomId: idSchema, raised: z.boolean() }),
    output: z.object({ participant: participantSchema }),
  },
  /** Owner and admins: somebody's hand, or all of them. */
  'participant.lowerHand': { input: z.object({ roomId: idSchema, userId: idSchema }), output: z.object({}) },
  'participant.lowerAllHands': { input: z.object({ roomId: idSchema }), output: z.object({}) },
} as const

export const signalEvents = {
  'room.reaction': z.object({ roomId: idSchema, userId: idSchema, reaction: reactionSchema, at: timeSchema }),
} as const
