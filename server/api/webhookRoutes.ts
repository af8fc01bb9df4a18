// `/webhooks`: which other servers are told what.
import { z } from 'zod'
import {
  newWebhookSchema,
  webhookAnswerSchema,
  webhookChangeSchema,
  webhookDeliverySchema,
  webhookSchema,
} from '../../shared/protocol/integrations.ts'
import { success, type Result } from '../../shared/protocol/result.ts'
import { idSchema } from '../../shared/protocol/things.ts'
import {
  allWebhooks,
  changeWebhook,
  createWebhook,
  deliveriesOf,
  pingWebhook,
  removeWebhook,
} from '../webhooks/webhookDesk.ts'
import { route, type ApiAsking, type ApiRoute, type ApiTools } from './route.ts'

const by = ({ actor }: ApiAsking) => ({ actor, userId: null })
const byId = z.strictObject({ id: idSchema })

/** Not repeatable by key where the answer shows a secret: it would have to be kept to be shown again. */
export function webhookRoutes({ store, webhookTools }: ApiTools): ApiRoute[] {
  const common = { scope: 'webhooks:write', errors: ['invalid'] } as const
  return [
    route({
      ...common,
      method: 'GET',
      path: '/webhooks',
      summary: 'All webhooks, oldest first',
      input: z.strictObject({}),
      answer: z.object({ webhooks: z.array(webhookSchema) }),
      carryOut: () => store.read(allWebhooks),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/webhooks',
      summary: 'Have another server told; the secret its deliveries are signed with is in this answer alone',
      input: z.strictObject(newWebhookSchema.shape),
      answer: webhookAnswerSchema,
      status: 201,
      errors: ['invalid', 'notAllowed'],
      carryOut: (asking, input) =>
        asking.change<z.input<typeof webhookAnswerSchema>>((unit) =>
          createWebhook(unit, input, by(asking), webhookTools),
        ),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/webhooks/:id',
      summary: 'Change, pause or resume a webhook, or give it a new secret; what is left out stays',
      input: z.strictObject({ ...webhookChangeSchema.shape, id: idSchema }),
      answer: webhookAnswerSchema,
      carryOut: (asking, { id, ...input }) =>
        asking.change<z.input<typeof webhookAnswerSchema>>((unit) =>
          changeWebhook(unit, { ...input, webhookId: id }, by(asking), webhookTools),
        ),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/webhooks/:id',
      summary: 'Delete a webhook and what waits to be sent to it',
      input: byId,
      answer: z.object({}),
      carryOut: (asking, { id }) =>
        asking.change(async (unit): Promise<Result<Record<string, never>>> => {
          const removed = await removeWebhook(unit, id, by(asking))
          return removed.ok ? success({}) : removed
        }),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/webhooks/:id/ping',
      summary: 'Send webhook.ping, to see whether the other server is there',
      input: byId,
      answer: z.object({ deliveryId: z.string() }),
      errors: ['invalid', 'conflict'],
      carryOut: (asking, { id }) => asking.change<{ deliveryId: string }>((unit) => pingWebhook(unit, id)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/webhooks/:id/deliveries',
      summary: 'What was sent lately, the latest first, and what became of it',
      input: byId,
      answer: z.object({ deliveries: z.array(webhookDeliverySchema) }),
      carryOut: (_asking, { id }) => store.read((db) => deliveriesOf(db, id)),
    }),
  ]
}
