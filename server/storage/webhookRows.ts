// Queries about webhooks and what is sent to them.
import { sql } from 'kysely'
import type { Webhook, WebhookDelivery, WebhookEvent } from '../../shared/protocol/integrations.ts'
import { atMost, literal } from './literal.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type WebhookRow = Tables['webhooks']
type DeliveryRow = Omit<Tables['webhookDeliveries'], 'seq'> & { seq: number }

export const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  name: row.name,
  url: row.url,
  events: row.events.split(',') as WebhookEvent[],
  createdAt: row.createdAt,
  failedInRow: row.failedInRow,
  ...(row.pausedAt === null ? {} : { pausedAt: row.pausedAt }),
})

export async function insertWebhook(db: Db, webhook: WebhookRow): Promise<void> {
  await db.insertInto('webhooks').values(webhook).execute()
}

export async function updateWebhook(db: Db, webhookId: string, fields: Partial<WebhookRow>): Promise<void> {
  await db.updateTable('webhooks').set(fields).where('id', '=', webhookId).execute()
}

export async function deleteWebhook(db: Db, webhookId: string): Promise<void> {
  await db.deleteFrom('webhooks').where('id', '=', webhookId).execute()
}

const webhookById = prepared((db, value: Values<{ webhookId: string }>) =>
  db.selectFrom('webhooks').selectAll().where('id', '=', value('webhookId')),
)

export async function findWebhook(db: Db, webhookId: string): Promise<WebhookRow | null> {
  return webhookById.first(db, { webhookId })
}

/** Oldest first. */
export async function listWebhooks(db: Db): Promise<WebhookRow[]> {
  return db.selectFrom('webhooks').selectAll().orderBy('createdAt').orderBy('id').execute()
}

const open = prepared((db) => db.selectFrom('webhooks').selectAll().where('pausedAt', 'is', null).orderBy('id'))

/** Those that are sent to. */
export async function openWebhooks(db: Db): Promise<WebhookRow[]> {
  return open.all(db, {})
}

export type NewDelivery = Pick<DeliveryRow, 'webhookId' | 'event' | 'orderKey' | 'body'> & { now: number }

/** To be sent at once. Gives its id, which the receiver tells repetitions by. */
export async function insertDelivery(db: Db, { now, ...delivery }: NewDelivery): Promise<string> {
  const fresh = { status: 'pending', attempts: 0, createdAt: now, dueAt: now } as const
  const nothing = { endedAt: null, httpStatus: null, error: null }
  const id = sql<string>`'msg_' || lower(hex(randomblob(16)))`
  const inserted = await db
    .insertInto('webhookDeliveries')
    .values({ ...delivery, id, ...fresh, ...nothing })
    .returning('id')
    .executeTakeFirstOrThrow()
  return inserted.id
}

export async function updateDelivery(db: Db, id: string, fields: Partial<Omit<DeliveryRow, 'seq'>>): Promise<void> {
  await db.updateTable('webhookDeliveries').set(fields).where('id', '=', id).execute()
}

export async function findDelivery(db: Db, id: string): Promise<DeliveryRow | null> {
  const row = await db.selectFrom('webhookDeliveries').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

const heads = prepared((db, value: Values<{ webhookId: string; now: number; limit: number }>) =>
  db
    .selectFrom('webhookDeliveries as delivery')
    .selectAll()
    .where('webhookId', '=', value('webhookId'))
    .where('status', '=', literal('pending'))
    .where('dueAt', '<=', value('now'))
    .where(
      sql<boolean>`not exists (select 1 from webhookDeliveries as earlier where earlier.webhookId = delivery.webhookId
        and earlier.orderKey = delivery.orderKey and earlier.status = 'pending' and earlier.seq < delivery.seq)`,
    )
    .orderBy('seq')
    .limit(atMost(value('limit'))),
)

/** What may be sent now: of each order the first that has not arrived, unless it waits to be tried again. Oldest first. */
export async function deliveriesDue(db: Db, webhookId: string, now: number, limit: number): Promise<DeliveryRow[]> {
  return heads.all(db, { webhookId, now, limit })
}

const nextDue = prepared((db, value: Values<{ now: number }>) =>
  db
    .selectFrom('webhookDeliveries')
    .innerJoin('webhooks', 'webhooks.id', 'webhookDeliveries.webhookId')
    .select(({ fn }) => fn.min('dueAt').as('at'))
    .where('webhookDeliveries.status', '=', literal('pending'))
    .where('webhooks.pausedAt', 'is', null)
    .where('dueAt', '>', value('now')),
)

/** When something is to be tried again; null when nothing is. */
export async function nextDeliveryAt(db: Db, now: number): Promise<number | null> {
  return (await nextDue.first(db, { now }))?.at ?? null
}

export async function giveUpPending(db: Db, webhookId: string, now: number, error: string): Promise<void> {
  await db
    .updateTable('webhookDeliveries')
    .set({ status: 'failed', dueAt: null, endedAt: now, error })
    .where('webhookId', '=', webhookId)
    .where('status', '=', 'pending')
    .execute()
}

export async function forgetDeliveries(db: Db, endedBefore: number): Promise<void> {
  await db.deleteFrom('webhookDeliveries').where('endedAt', '<', endedBefore).execute()
}

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  event: row.event,
  status: row.status,
  attempts: row.attempts,
  createdAt: row.createdAt,
  ...(row.dueAt === null ? {} : { dueAt: row.dueAt }),
  ...(row.endedAt === null ? {} : { endedAt: row.endedAt }),
  ...(row.httpStatus === null ? {} : { httpStatus: row.httpStatus }),
  ...(row.error === null ? {} : { error: row.error }),
})

/** The latest first. */
export async function latestDeliveries(db: Db, webhookId: string, limit: number): Promise<WebhookDelivery[]> {
  const rows = await db
    .selectFrom('webhookDeliveries')
    .selectAll()
    .where('webhookId', '=', webhookId)
    .orderBy('seq', 'desc')
    .limit(atMost(limit))
    .execute()
  return rows.map(toDelivery)
}
