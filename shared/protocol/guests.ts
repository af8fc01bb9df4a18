// How somebody without an account comes to a meeting by its link (HTTP); from then on a guest's device speaks the protocol as others do.
import { z } from 'zod'
import { GUEST_NAME_MAX, guestNameProblem, tidyGuestName } from '../guests.ts'
import { signInOutputSchema } from './session.ts'
import { deviceSchema, idSchema } from './things.ts'

const codeSchema = z.string().trim().min(1).max(200)
const guestNameSchema = z
  .string()
  .max(GUEST_NAME_MAX * 4)
  .transform(tidyGuestName)
  .refine((name) => guestNameProblem(name) === null, {
    error: `1 to ${GUEST_NAME_MAX} characters that can be seen`,
  })

/** POST /api/guest/look: would this link let a guest in? Answers what may be shown of the meeting to whoever has the link. */
export const guestLookInputSchema = z.object({ code: codeSchema })
/** `name` is null when nothing is told of the meeting before somebody is inside: it asks for a password. */
export const guestLookOutputSchema = z.object({ name: z.string().nullable() })
export type GuestLook = z.infer<typeof guestLookOutputSchema>

/**
 * POST /api/guest: a guest of this one meeting, on this one device. `unknownRoom`, `roomEnded`, `roomFull`, `rateLimited`; `notAllowed`
 * with the field `guests` (there are none here) or `inside` (nobody with an account is there yet); `roomLocked`.
 */
export const guestInputSchema = guestLookInputSchema.extend({ name: guestNameSchema, device: deviceSchema })
export type GuestInput = z.infer<typeof guestInputSchema>
export const guestOutputSchema = signInOutputSchema.extend({
  room: guestLookOutputSchema.extend({ id: idSchema, code: z.string() }),
})
export type GuestOutput = z.infer<typeof guestOutputSchema>
