// What people write to each other in a meeting. Messages are stored with the room and never change.
import { z } from 'zod'
import { utf8Bytes } from '../call/limits.ts'
import { CHAT_LIMIT_DEFAULT, CHAT_LIMIT_MAX, CHAT_TEXT_BYTES_MAX, CHAT_TEXT_MAX } from '../chat/limits.ts'
import { idSchema, timeSchema, userSchema, versionSchema } from './things.ts'

const seqSchema = versionSchema

export const chatTextSchema = z
  .string()
  .trim()
  .min(1)
  .refine((text) => [...text].length <= CHAT_TEXT_MAX && utf8Bytes(text) <= CHAT_TEXT_BYTES_MAX, {
    error: `at most ${CHAT_TEXT_MAX} characters and ${CHAT_TEXT_BYTES_MAX} bytes`,
    params: { tooLarge: true },
  })

export const chatMessageSchema = z.object({
  /** Made by the sender's device: the same message sent again, under whatever command, is stored once. */
  id: idSchema,
  roomId: idSchema,
  /** The room's own counter: it orders messages and tells them apart. What a person may not see leaves gaps. */
  seq: seqSchema,
  from: userSchema,
  /** Only for this person; absent when it is for everybody. */
  to: userSchema.optional(),
  text: z.string(),
  at: timeSchema,
})
export type ChatMessage = z.infer<typeof chatMessageSchema>

export const chatCommands = {
  /** From the device with the seat. `to`: somebody inside. Too many at once: `rateLimited`. */
  'chat.send': {
    input: z.object({ roomId: idSchema, id: idSchema, text: chatTextSchema, to: idSchema.optional() }),
    output: z.object({ message: chatMessageSchema }),
  },
  /**
   * On the device with the seat: what is for everybody since the meeting was made, and this person's own private messages; newest
   * first. `nextBefore` goes on with the next page, with the same `after`; null when there is none.
   */
  'chat.list': {
    input: z.object({
      roomId: idSchema,
      before: seqSchema.optional(),
      after: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(CHAT_LIMIT_MAX).default(CHAT_LIMIT_DEFAULT),
    }),
    output: z.object({ messages: z.array(chatMessageSchema), nextBefore: seqSchema.nullable() }),
  },
} as const

export const chatEvents = {
  /** To everybody inside; a private one to the two people's devices inside. */
  'chat.message': z.object({ message: chatMessageSchema }),
} as const
