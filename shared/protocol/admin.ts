// Looking after the people of a server. Administrators alone may ask: everybody else is answered `notAllowed`.
import { z } from 'zod'
import { idSchema, timeSchema, userSchema } from './things.ts'
import { accountRoleSchema } from './trust.ts'

export const INVITATION_DAYS_MAX = 30
export const INVITATION_DAYS_DEFAULT = 7
export const RESET_LINK_HOURS = 24

export const accountSchema = z.object({
  user: userSchema,
  login: z.string(),
  role: accountRoleSchema,
  disabled: z.boolean(),
  online: z.boolean(),
  /** Signed in. */
  devices: z.number().int(),
  lastSeenAt: timeSchema.optional(),
})
export type Account = z.infer<typeof accountSchema>

export const invitationSchema = z.object({
  id: idSchema,
  role: accountRoleSchema,
  /** Null when it was made at the server's command line, or by somebody who has no account any more. */
  by: userSchema.nullable(),
  createdAt: timeSchema,
  expiresAt: timeSchema,
})
export type Invitation = z.infer<typeof invitationSchema>

/** The link is `/invite/<token>` at the server's address; the token is told this once. */
const linkSchema = z.object({ token: z.string(), expiresAt: timeSchema })

export const adminCommands = {
  /** Everybody with an account, by name; `query` matches any part of name or login, ignoring case. */
  'admin.listPeople': {
    input: z.object({
      query: z.string().trim().max(120).default(''),
      cursor: z.string().max(400).optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.object({ people: z.array(accountSchema), nextCursor: z.string().nullable() }),
  },
  /** Those that can still be used, newest first. */
  'admin.listInvitations': { input: z.object({}), output: z.object({ invitations: z.array(invitationSchema) }) },
  'admin.invite': {
    input: z.object({
      role: accountRoleSchema.default('user'),
      days: z.number().int().min(1).max(INVITATION_DAYS_MAX).default(INVITATION_DAYS_DEFAULT),
    }),
    output: linkSchema.extend({ invitation: invitationSchema }),
  },
  /** Answers the same whether it could still be used or not. */
  'admin.revokeInvitation': { input: z.object({ invitationId: idSchema }), output: z.object({}) },
  /** A link with which this person chooses a new password; an earlier one is good no more. `unknownUser`. */
  'admin.resetLink': { input: z.object({ userId: idSchema }), output: linkSchema },
  /** `unknownUser`; `notAllowed` with the field `lastAdministrator` where nobody would be left to look after the server. */
  'admin.setRole': {
    input: z.object({ userId: idSchema, role: accountRoleSchema }),
    output: z.object({ person: accountSchema }),
  },
  /** Disabled, somebody is signed out everywhere and cannot sign in; nothing of theirs is lost. Refused as `admin.setRole`. */
  'admin.setDisabled': {
    input: z.object({ userId: idSchema, disabled: z.boolean() }),
    output: z.object({ person: accountSchema }),
  },
} as const
