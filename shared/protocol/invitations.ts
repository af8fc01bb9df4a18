// Links that make an account, or give one a new password, once (HTTP): whoever has the link proves no more than that.
import { z } from 'zod'
import { signInOutputSchema } from './session.ts'
import { deviceSchema } from './things.ts'
import { accountRoleSchema } from './trust.ts'

/** `setup`: for the first administrator of a server that has no account yet. */
export const invitationKindSchema = z.enum(['invitation', 'reset', 'setup'])
export type InvitationKind = z.infer<typeof invitationKindSchema>

const tokenSchema = z.string().min(1).max(200)

/** POST /api/invitation/look: what this link is good for. `notAllowed` with the field `token` when it is (no longer) good for anything. */
export const invitationLookInputSchema = z.object({ token: tokenSchema })
export const invitationLookSchema = z.object({
  kind: invitationKindSchema,
  role: accountRoleSchema,
  /** With `reset`: whose password. */
  account: z.object({ login: z.string(), name: z.string() }).nullable(),
  expiresAt: z.number(),
})
export type InvitationLook = z.infer<typeof invitationLookSchema>

/**
 * POST /api/invitation/accept: makes the account, or sets the password (then `login` and `name` are not looked at), and signs this
 * device in; answers as sign-in does. `notAllowed` with the field `token`, `invalid` with the field `login`, `name` or `password`,
 * `conflict` with the field `login` when it is taken.
 */
export const invitationAcceptInputSchema = z.object({
  token: tokenSchema,
  login: z.string().trim().max(120).default(''),
  name: z.string().trim().max(120).default(''),
  password: z.string().max(1024),
  device: deviceSchema,
})
export type InvitationAcceptInput = z.input<typeof invitationAcceptInputSchema>
export const invitationAcceptOutputSchema = signInOutputSchema
