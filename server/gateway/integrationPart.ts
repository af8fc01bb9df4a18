// The part of the command table about other programs: API tokens and webhooks. For administrators alone.
import type { integrationCommands } from '../../shared/protocol/integrations.ts'
import type { CommandName } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { allTokens, createToken, revokeToken } from '../api/tokens.ts'
import { attempt } from '../storage/attempt.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import * as webhooks from '../webhooks/webhookDesk.ts'
import type { Asking, CommandTable, Tools } from './commandTable.ts'
import { keyOf } from './connections.ts'

export type IntegrationPart = Pick<CommandTable, keyof typeof integrationCommands>

const by = (userId: string): webhooks.By => ({ actor: { kind: 'user', id: userId }, userId })

export function integrationPart({ store, recent, entropy, remembered, webhookTools }: Tools): IntegrationPart {
  /** What may be read by administrators. */
  const read = <Value>({ connection }: Asking, query: (db: Db) => Promise<Result<Value>>) =>
    store.read(async (db) => (await refuse(db, connection.user.id)) ?? query(db))
  type Change<Value> = (unit: Work, by: webhooks.By) => Promise<Result<Value>>
  const change = <Value>(asking: Asking, name: CommandName, work: Change<Value>) =>
    remembered<Value>(
      asking,
      name,
      async (unit, { userId }) => (await refuse(unit.db, userId)) ?? work(unit, by(userId)),
    )
  /** As `change`, where the answer shows a secret: such a one is remembered in this process alone, and never stored. */
  const secret = <Value>({ connection, commandId }: Asking, name: CommandName, work: Change<Value>) => {
    const device = keyOf(connection)
    return recent({ ...device, commandId }, name, () =>
      store.write((unit) =>
        attempt<Value>(unit, async () => (await refuse(unit.db, device.userId)) ?? work(unit, by(device.userId))),
      ),
    )
  }
  return {
    'apiToken.create': (asking, input) =>
      secret(asking, 'apiToken.create', (unit, who) => createToken(unit, input, who, entropy)),
    'apiToken.list': (asking) => read(asking, allTokens),
    'apiToken.revoke': (asking, { tokenId }) =>
      change(asking, 'apiToken.revoke', (unit, who) => revokeToken(unit, tokenId, who)),
    'webhook.create': (asking, input) =>
      secret(asking, 'webhook.create', (unit, who) => webhooks.createWebhook(unit, input, who, webhookTools)),
    'webhook.list': (asking) => read(asking, webhooks.allWebhooks),
    'webhook.change': (asking, input) =>
      secret(asking, 'webhook.change', (unit, who) => webhooks.changeWebhook(unit, input, who, webhookTools)),
    'webhook.delete': async (asking, { webhookId }) => {
      const gone = await change(asking, 'webhook.delete', (unit, who) => webhooks.removeWebhook(unit, webhookId, who))
      return gone.ok ? success({}) : gone
    },
    'webhook.ping': (asking, { webhookId }) =>
      change(asking, 'webhook.ping', (unit) => webhooks.pingWebhook(unit, webhookId)),
    'webhook.deliveries': (asking, { webhookId }) => read(asking, (db) => webhooks.deliveriesOf(db, webhookId)),
  }
}

/** Null for administrators, at this very moment. */
async function refuse(db: Db, userId: string) {
  const user = await findUser(db, userId)
  return user?.role === 'administrator' && user.disabledAt === null
    ? null
    : failure('notAllowed', 'Only administrators of this server can do this.')
}
