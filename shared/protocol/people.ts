// The directory and presence.
import { z } from 'zod'
import {
  idSchema,
  personSchema,
  policySchema,
  presenceSchema,
  timeSchema,
  userSchema,
  whoMayRingSchema,
} from './things.ts'

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
  /** What is left out stays. `invalid` when the time has passed or is more than two days ahead. */
  'people.setPolicy': {
    input: z.object({
      declineWhenBusy: z.boolean().optional(),
      doNotDisturbUntil: timeSchema.nullable().optional(),
      whoMayRing: whoMayRingSchema.optional(),
    }),
    output: z.object({ policy: policySchema }),
  },
  /**
   * Rings by whom one has blocked reach nobody here, and look to them like rings that nobody answers. Gives all who are blocked now.
   * `notAllowed` for oneself and beyond 500, `unknownUser` when there is no such account.
   */
  'people.block': {
    input: z.object({ userId: idSchema, blocked: z.boolean() }),
    output: z.object({ blocked: z.array(userSchema) }),
  },
} as const

export const peopleEvents = {
  /** To every device of the person whose policy it is. */
  'people.policyChanged': z.object({ policy: policySchema }),
  /** To every device of whoever blocks: all who are blocked now. */
  'people.blockedChanged': z.object({ blocked: z.array(userSchema) }),
  /** What changed since the last one: with many people online it comes for several at once, and a little later. */
  'presence.changed': z.object({
    people: z.array(z.object({ userId: idSchema, presence: presenceSchema, lastSeenAt: timeSchema.optional() })),
  }),
} as const
