// The memory of commands (calls.md, section 4): what each answered, per device, for two minutes.
import { COMMAND_MEMORY_MS } from '../../shared/call/limits.ts'
import type { DeviceKey } from '../effects.ts'
import { prepared, type Values } from './prepared.ts'
import type { Db } from './store.ts'
import type { Tables } from './tables.ts'

export type CommandKey = DeviceKey & { commandId: string }

const outcomeByCommand = prepared((db, value: Values<CommandKey & { since: number }>) =>
  db
    .selectFrom('commandOutcomes')
    .select(['name', 'answer'])
    .where('userId', '=', value('userId'))
    .where('deviceId', '=', value('deviceId'))
    .where('commandId', '=', value('commandId'))
    .where('at', '>', value('since')),
)

export async function recallOutcome(
  db: Db,
  key: CommandKey,
  now: number,
): Promise<{ name: string; answer: string } | null> {
  return outcomeByCommand.first(db, { ...key, since: now - COMMAND_MEMORY_MS })
}

const outcomeUpsert = prepared((db, value: Values<Tables['commandOutcomes']>) => {
  const news = { name: value('name'), answer: value('answer'), at: value('at') }
  return db
    .insertInto('commandOutcomes')
    .values({ userId: value('userId'), deviceId: value('deviceId'), commandId: value('commandId'), ...news })
    .onConflict((conflict) => conflict.columns(['userId', 'deviceId', 'commandId']).doUpdateSet(news))
})

export async function rememberOutcome(
  db: Db,
  key: CommandKey,
  name: string,
  answer: string,
  now: number,
): Promise<void> {
  const { userId, deviceId, commandId } = key
  await outcomeUpsert.all(db, { userId, deviceId, commandId, name, answer, at: now })
}

const oldOutcomes = prepared((db, value: Values<{ until: number }>) =>
  db.deleteFrom('commandOutcomes').where('at', '<=', value('until')),
)

export async function forgetOldOutcomes(db: Db, now: number): Promise<void> {
  await oldOutcomes.all(db, { until: now - COMMAND_MEMORY_MS })
}
