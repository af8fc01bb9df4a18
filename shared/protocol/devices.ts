// A person's own signed-in devices, and their password.
import { z } from 'zod'
import { deviceSchema, idSchema, timeSchema } from './things.ts'

export const signedInDeviceSchema = deviceSchema.extend({
  /** The one that asks. */
  current: z.boolean(),
  online: z.boolean(),
  signedInAt: timeSchema,
  /** When it was last connected, as far as is known. */
  lastSeenAt: timeSchema,
})
export type SignedInDevice = z.infer<typeof signedInDeviceSchema>

export const deviceCommands = {
  'session.listDevices': { input: z.object({}), output: z.object({ devices: z.array(signedInDeviceSchema) }) },
  /** Another device of this person, at once. `notAllowed` for the one that asks; answers the same whether it was signed in or not. */
  'session.signOutDevice': { input: z.object({ deviceId: idSchema }), output: z.object({}) },
  /** Every device but the one that asks. */
  'session.signOutOthers': { input: z.object({}), output: z.object({ count: z.number().int() }) },
  /** Signs out the other devices. `wrongPassword`; `rateLimited` after a few wrong ones; `invalid` with the field `password`. */
  'session.changePassword': {
    input: z.object({ oldPassword: z.string().min(1).max(1024), password: z.string().max(1024) }),
    output: z.object({}),
  },
} as const
