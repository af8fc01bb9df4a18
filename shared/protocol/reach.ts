// Who may ring whom beyond what a meeting allows: a person's contacts, the server's own rule, and the log of what was done.
import { z } from 'zod'
import { idSchema, timeSchema, userSchema } from './things.ts'
import { auditActionSchema } from './trust.ts'

export const CONTACTS_MAX = 1_000
export const RING_ALLOWED_MAX = 1_000
export const AUDIT_LIMIT_MAX = 500
export const AUDIT_LIMIT_DEFAULT = 100

export const RING_RULES = ['everyone', 'contacts', 'allowList'] as const
export const ringRuleSchema = z.enum(RING_RULES)
export type RingRule = z.infer<typeof ringRuleSchema>

/**
 * `contacts`: people ring only whoever has them among their contacts. `allowList`: the same, but for those named here, who ring
 * everybody. Rings under way go on.
 */
export const ringPolicySchema = z.object({ rule: ringRuleSchema, allowed: z.array(userSchema) })
export type RingPolicy = z.infer<typeof ringPolicySchema>

export const auditRowSchema = z.object({
  seq: z.number().int().positive(),
  at: timeSchema,
  action: auditActionSchema,
  actorKind: z.enum(['user', 'token', 'operator', 'server']),
  actorId: z.string().nullable(),
  subjectId: z.string().nullable(),
  roomId: z.string().nullable(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
})
export type AuditRow = z.infer<typeof auditRowSchema>

export const auditFilterSchema = z.object({
  action: auditActionSchema.optional(),
  /** Did it, or had it done to them. */
  userId: idSchema.optional(),
  roomId: idSchema.optional(),
  /** From this time on, and before that one; ms since the epoch. */
  from: timeSchema.optional(),
  to: timeSchema.optional(),
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

export const AUDIT_FORMATS = ['jsonl', 'csv'] as const
export type AuditFormat = (typeof AUDIT_FORMATS)[number]

/** Whoever entries name by an id, as they are called now. `guest`: has no account, and typed that name themselves. */
export const auditNamesSchema = z.record(z.string(), z.object({ name: z.string(), guest: z.literal(true).optional() }))
export type AuditNames = z.infer<typeof auditNamesSchema>

export const reachCommands = {
  /** Gives all contacts as they are now. `notAllowed` for oneself and beyond 1000, `unknownUser` when there is no such account. */
  'people.setContact': {
    input: z.object({ userId: idSchema, contact: z.boolean() }),
    output: z.object({ contacts: z.array(userSchema) }),
  },
  /** Administrators only, as all of `admin.*`. */
  'admin.ringPolicy': { input: z.object({}), output: z.object({ policy: ringPolicySchema }) },
  /** What is left out stays. `unknownUser` with the field of the first that has no account. */
  'admin.setRingPolicy': {
    input: z.object({
      rule: ringRuleSchema.optional(),
      allowedIds: z.array(idSchema).max(RING_ALLOWED_MAX).optional(),
    }),
    output: z.object({ policy: ringPolicySchema }),
  },
  /**
   * What was done, newest first. `nextAfter` goes on with the next page; null when there is none. `names` has the people and the
   * API tokens of these entries; whose account was erased is not among them.
   */
  'admin.listAudit': {
    input: auditFilterSchema.extend({
      after: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(AUDIT_LIMIT_MAX).default(AUDIT_LIMIT_DEFAULT),
    }),
    output: z.object({
      entries: z.array(auditRowSchema),
      names: auditNamesSchema,
      nextAfter: z.number().int().positive().nullable(),
    }),
  },
  /**
   * The log as the text of a file, in pieces: the first is asked for without `after`, the next ones with the `nextAfter` before.
   * Asking for the first is written down. `entries`: how many are in this piece.
   */
  'admin.exportAudit': {
    input: auditFilterSchema.extend({
      format: z.enum(AUDIT_FORMATS),
      after: z.number().int().positive().optional(),
    }),
    output: z.object({
      text: z.string(),
      entries: z.number().int().nonnegative(),
      nextAfter: z.number().int().positive().nullable(),
    }),
  },
} as const

export const reachEvents = {
  /** To every device of whose contacts they are: all of them now. */
  'people.contactsChanged': z.object({ contacts: z.array(userSchema) }),
} as const
