// The memory of commands (calls.md, section 4): what each answered, per device, for two minutes.
import { COMMAND_MEMORY_MS } from '../../shared/call/limits.ts'
import type { DeviceKey } from '../effects.ts'
import type { Db } from './store.ts'

export type CommandKey = DeviceKey & { commandId: string }

export async function recallOutcome(
  db: Db,
  key: CommandKey,
  now: number,
): Promise<{ name: string; answer: string } | null> {
  const row = await db
    .selectFrom('commandOutcomes')
    .select(['name', 'answer'])
    .where('userId', '=', key.userId)
    .where('deviceId', '=', key.deviceId)
    .where('commandId', '=', key.commandId)
    .where('at', '>', now - COMMAND_MEMORY_MS)
    .executeTakeFirst()
  return row ?? null
}

export async function rememberOutcome(
  db: Db,
  key: CommandKey,
  name: string,
  answer: string,
  now: number,
): Promise<void> {
  const { userId, deviceId, commandId } = key
  await db
    .insertInto('commandOutcomes')
    .values({ userId, deviceId, commandId, name, answer, at: now })
    .onConflict((conflict) =>
      conflict.columns(['userId', 'deviceId', 'commandId']).doUpdateSet({ name, answer, at: now }),
    )
    .execute()
}

export async function forgetOldOutcomes(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('commandOutcomes')
    .where('at', '<=', now - COMMAND_MEMORY_MS)
    .execute()
}
