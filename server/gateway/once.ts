// A command takes effect once (calls.md, section 4): its answer is stored in the same transaction as its effect, and given again.
import { COMMAND_MEMORY_MS } from '../../shared/call/limits.ts'
import { ERROR_CODES, failure, type Result } from '../../shared/protocol/result.ts'
import { attempt } from '../storage/attempt.ts'
import { recallOutcome, rememberOutcome, type CommandKey } from '../storage/outcomeRows.ts'
import type { Store, Work } from '../storage/store.ts'

export type Once = <Value>(
  key: CommandKey,
  name: string,
  work: (unit: Work) => Promise<Result<Value>>,
  /** How long the answer is remembered. */
  keepMs?: number,
) => Promise<Result<Value>>

export function createOnce(store: Store): Once {
  return (key, name, work, keepMs = COMMAND_MEMORY_MS) =>
    store.write(async (unit) => {
      const known = await recallOutcome(unit.db, key, unit.now)
      // What is stored under a command's name was made by the same command, so it has its type.
      if (known?.name === name) return JSON.parse(known.answer)
      if (known !== null) return failure('conflict', 'This command id was used for another command.')
      // A refusal changes nothing, and is remembered in the same transaction: one command arriving twice cannot end both ways.
      const answer = await attempt(unit, work)
      // A refusal that asking again may cure is not held against the next try.
      const lasting = answer.ok || !ERROR_CODES[answer.error.code].retryable
      // What is kept for longer counts as answered that much later.
      const at = unit.now + keepMs - COMMAND_MEMORY_MS
      if (lasting) await rememberOutcome(unit.db, key, name, JSON.stringify(answer), at)
      return answer
    })
}
