// What other programs may do here and are told: API tokens, groups of rings that a program starts, and webhooks.
import { z } from 'zod'
import { idSchema, timeSchema, userSchema } from './things.ts'

export const SCOPES = [
  'people:read',
  'people:write',
  'rooms:read',
  'rooms:write',
  'calls:read',
  'calls:write',
  'webhooks:write',
  'audit:read',
] as const
export const scopeSchema = z.enum(SCOPES)
export type Scope = z.infer<typeof scopeSchema>

export const TOKENS_MAX = 200
export const WEBHOOKS_MAX = 50
/** The latest deliveries of a webhook that are shown. */
export const DELIVERIES_SHOWN_MAX = 50
export const WEBHOOK_URL_MAX = 2_000

export const integrationNameSchema = z.string().trim().min(1).max(80)

export const apiTokenSchema = z.object({
  id: idSchema,
  /** Also the caller's name on a ring. */
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: timeSchema,
  /** Absent when it was made at the server's command line, or by an account that is gone. */
  createdBy: userSchema.optional(),
  expiresAt: timeSchema.optional(),
  /** Exact to a minute; absent when it never was used. */
  lastUsedAt: timeSchema.optional(),
  revokedAt: timeSchema.optional(),
})
export type ApiToken = z.infer<typeof apiTokenSchema>

export const newTokenSchema = z.object({
  name: integrationNameSchema,
  scopes: z.array(scopeSchema).min(1).max(SCOPES.length),
  expiresAt: timeSchema.optional(),
})

/**
 * `all`: everybody named is rung at once, and each may come. `firstToAnswer`: the others stop ringing when one has come.
 * `oneAfterTheOther`: the next rings when the one before declined or did not answer, until one has come.
 */
export const strategySchema = z.enum(['all', 'firstToAnswer', 'oneAfterTheOther'])
export const ringGroupSchema = z.object({
  id: idSchema,
  strategy: strategySchema.exclude(['all']),
  /** `answered`: one has come. `exhausted`: none did. `stopped`: taken back, or the meeting is over. */
  status: z.enum(['ringing', 'answered', 'exhausted', 'stopped']),
  /** Whose turn is yet to come, in that order. */
  waiting: z.array(idSchema),
  /** So far, in the order they were started. */
  callIds: z.array(idSchema),
})
export type RingGroup = z.infer<typeof ringGroupSchema>

export const WEBHOOK_EVENTS = [
  'call.invited',
  'call.accepted',
  'call.rejected',
  'call.cancelled',
  'call.timeout',
  'call.revoked',
  'room.started',
  'room.ended',
] as const
export const webhookEventSchema = z.enum(WEBHOOK_EVENTS)
export type WebhookEvent = z.infer<typeof webhookEventSchema>

const webhookUrlSchema = z.string().trim().min(1).max(WEBHOOK_URL_MAX)
const eventsSchema = z.array(webhookEventSchema).min(1).max(WEBHOOK_EVENTS.length)

export const webhookSchema = z.object({
  id: idSchema,
  name: z.string(),
  url: z.string(),
  events: z.array(webhookEventSchema),
  createdAt: timeSchema,
  /** Deliveries given up since the last one that arrived. */
  failedInRow: z.number().int().nonnegative(),
  /** Since when nothing is sent any more, because too much could not be delivered or somebody wanted it so. */
  pausedAt: timeSchema.optional(),
})
export type Webhook = z.infer<typeof webhookSchema>

export const webhookDeliverySchema = z.object({
  /** What the receiver sees as `webhook-id`. */
  id: z.string(),
  event: z.enum([...WEBHOOK_EVENTS, 'webhook.ping']),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.number().int().nonnegative(),
  createdAt: timeSchema,
  /** When it is tried next. */
  dueAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  /** Of the last attempt that was answered. */
  httpStatus: z.number().int().optional(),
  /** Why the last attempt failed, in a sentence. */
  error: z.string().optional(),
})
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>

export const newWebhookSchema = z.object({ name: integrationNameSchema, url: webhookUrlSchema, events: eventsSchema })
export const webhookChangeSchema = z.object({
  name: integrationNameSchema.optional(),
  url: webhookUrlSchema.optional(),
  events: eventsSchema.optional(),
  /** True gives up what waits to be sent; false goes on with what happens from now on. */
  paused: z.boolean().optional(),
  /** The old one is good for nothing at once; the new one is in the answer. */
  newSecret: z.literal(true).optional(),
})
export const webhookAnswerSchema = z.object({ webhook: webhookSchema, secret: z.string().optional() })

/** All of them for administrators alone: `notAllowed` for everybody else. */
export const integrationCommands = {
  /** `token` is shown this once. */
  'apiToken.create': { input: newTokenSchema, output: z.object({ apiToken: apiTokenSchema, token: z.string() }) },
  /** Newest first; revoked ones among them. */
  'apiToken.list': { input: z.object({}), output: z.object({ apiTokens: z.array(apiTokenSchema) }) },
  'apiToken.revoke': { input: z.object({ tokenId: idSchema }), output: z.object({ apiToken: apiTokenSchema }) },
  /** `secret` is shown this once. */
  'webhook.create': { input: newWebhookSchema, output: webhookAnswerSchema },
  'webhook.list': { input: z.object({}), output: z.object({ webhooks: z.array(webhookSchema) }) },
  /** What is left out stays. */
  'webhook.change': { input: webhookChangeSchema.extend({ webhookId: idSchema }), output: webhookAnswerSchema },
  'webhook.delete': { input: z.object({ webhookId: idSchema }), output: z.object({}) },
  /** Sends `webhook.ping`; how that went is among the deliveries. */
  'webhook.ping': { input: z.object({ webhookId: idSchema }), output: z.object({ deliveryId: z.string() }) },
  'webhook.deliveries': {
    input: z.object({ webhookId: idSchema }),
    output: z.object({ deliveries: z.array(webhookDeliverySchema) }),
  },
} as const
