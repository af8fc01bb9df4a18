// Webhooks as administrators and programs see to them. Each runs inside one transaction.
import type { z } from 'zod'
import {
  DELIVERIES_SHOWN_MAX,
  WEBHOOKS_MAX,
  type newWebhookSchema,
  type Webhook,
  type webhookChangeSchema,
  type WebhookDelivery,
} from '../../shared/protocol/integrations.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Entropy } from '../entropy.ts'
import { audit, type Actor } from '../people/audit.ts'
import type { Db, Work } from '../storage/store.ts'
import {
  deleteWebhook,
  findWebhook,
  giveUpPending,
  insertDelivery,
  insertWebhook,
  latestDeliveries,
  listWebhooks,
  toWebhook,
  updateWebhook,
  type WebhookRow,
} from '../storage/webhookRows.ts'
import { checkUrl, type WebhookRules } from './addresses.ts'
import { bodyOf } from './events.ts'
import { encryptSecret, newSecret } from './secrets.ts'

export type WebhookTools = { entropy: Entropy; key: Uint8Array; rules: WebhookRules }
/** Who does it; `userId` when it is a person. */
export type By = { actor: Actor; userId: string | null }

const unknown = () => failure('invalid', 'There is no such webhook.', { field: 'webhookId' })

export async function createWebhook(
  unit: Work,
  input: z.output<typeof newWebhookSchema>,
  { actor, userId }: By,
  { entropy, key, rules }: WebhookTools,
): Promise<Result<{ webhook: Webhook; secret: string }>> {
  const url = checkUrl(input.url, rules)
  if (!url.ok) return url
  if ((await listWebhooks(unit.db)).length >= WEBHOOKS_MAX)
    return failure('notAllowed', `There are ${WEBHOOKS_MAX} webhooks already, which is as many as there can be.`)
  const [id, secret] = [entropy.uuid(), newSecret(entropy)]
  const row: WebhookRow = {
    id,
    name: input.name,
    url: url.value,
    events: [...new Set(input.events)].join(),
    secret: encryptSecret(key, id, secret, entropy),
    createdBy: userId,
    createdAt: unit.now,
    failedInRow: 0,
    pausedAt: null,
  }
  await insertWebhook(unit.db, row)
  await audit(unit, { action: 'webhook.created', actor, details: detailsOf(row) })
  return success({ webhook: toWebhook(row), secret })
}

/** A path may hold somebody's key: only the host is written down. */
const detailsOf = ({ id, name, url }: WebhookRow) => ({ webhook: id, name, host: new URL(url).host })

export const allWebhooks = async (db: Db): Promise<Result<{ webhooks: Webhook[] }>> =>
  success({ webhooks: (await listWebhooks(db)).map(toWebhook) })

export async function changeWebhook(
  unit: Work,
  { webhookId, ...input }: z.output<typeof webhookChangeSchema> & { webhookId: string },
  { actor }: By,
  { entropy, key, rules }: WebhookTools,
): Promise<Result<{ webhook: Webhook; secret?: string }>> {
  const row = await findWebhook(unit.db, webhookId)
  if (row === null) return unknown()
  const url = input.url === undefined ? success(row.url) : checkUrl(input.url, rules)
  if (!url.ok) return url
  const secret = input.newSecret ? newSecret(entropy) : null
  const changed: WebhookRow = {
    ...row,
    name: input.name ?? row.name,
    url: url.value,
    events: input.events === undefined ? row.events : [...new Set(input.events)].join(),
    ...(secret === null ? {} : { secret: encryptSecret(key, webhookId, secret, entropy) }),
    ...(input.paused === true ? { pausedAt: row.pausedAt ?? unit.now } : {}),
    ...(input.paused === false ? { pausedAt: null, failedInRow: 0 } : {}),
  }
  await updateWebhook(unit.db, webhookId, changed)
  if (input.paused === true) await giveUpPending(unit.db, webhookId, unit.now, 'paused')
  const details = { ...detailsOf(changed), paused: changed.pausedAt !== null, newSecret: secret !== null }
  await audit(unit, { action: 'webhook.changed', actor, details })
  return success({ webhook: toWebhook(changed), ...(secret === null ? {} : { secret }) })
}

export async function removeWebhook(unit: Work, webhookId: string, { actor }: By): Promise<Result<object>> {
  const row = await findWebhook(unit.db, webhookId)
  if (row === null) return unknown()
  await deleteWebhook(unit.db, webhookId)
  await audit(unit, { action: 'webhook.deleted', actor, details: detailsOf(row) })
  return success({})
}

export async function pingWebhook(unit: Work, webhookId: string): Promise<Result<{ deliveryId: string }>> {
  const row = await findWebhook(unit.db, webhookId)
  if (row === null) return unknown()
  if (row.pausedAt !== null)
    return failure('conflict', 'This webhook is paused. Let it go on first.', { field: 'webhookId' })
  const body = bodyOf('webhook.ping', unit.now, { webhook: { id: row.id, name: row.name } })
  // In no order with anything else: it says at once whether the endpoint is there.
  const orderKey = `ping ${unit.now}`
  const deliveryId = await insertDelivery(unit.db, { webhookId, event: 'webhook.ping', orderKey, body, now: unit.now })
  unit.effects.push({ kind: 'webhooks' })
  return success({ deliveryId })
}

export async function deliveriesOf(db: Db, webhookId: string): Promise<Result<{ deliveries: WebhookDelivery[] }>> {
  if ((await findWebhook(db, webhookId)) === null) return unknown()
  return success({ deliveries: await latestDeliveries(db, webhookId, DELIVERIES_SHOWN_MAX) })
}
