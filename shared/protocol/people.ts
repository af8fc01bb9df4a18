// The directory and presence.
import { z } from 'zod'
import { idSchema, personSchema, presenceSchema, timeSchema } from './things.ts'

export const peopleCommands = {
  /** Everybody this user may ring, by name; `query` matches any part of a name, ignoring case. */
  'people.list': {
    input: z.object({
      query: z.string().trim().max(120).default(''),
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    output: z.object({ people: z.array(personSchema), nextCursor: z.string().nullable() }),
  },
} as const

export const peopleEvents = {
  'presence.changed': z.object({ userId: idSchema, presence: presenceSchema, lastSeenAt: timeSchema.optional() }),
} as const
