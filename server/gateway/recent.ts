// The memory of commands whose effect is in the SFU rather than in the database: it lasts as long as the SFU's own.
import { COMMAND_MEMORY_MS } from '../../shared/call/limits.ts'
import { ERROR_CODES, failure, type Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import type { CommandKey } from '../storage/outcomeRows.ts'

export interface Recent {
  <Value>(key: CommandKey, name: string, work: () => Promise<Result<Value>>): Promise<Result<Value>>
  stop(): void
}

type Entry = { name: string; at: number; answer: Promise<Result<unknown>> }

/** A command sent again, also over another connection, gets the answer of its first sending, even when that is still to come. */
export function createRecent({ now, after }: Timers): Recent {
  const entries = new Map<string, Entry>()
  let callOff: (() => void) | null = null

  function forgetOld() {
    // Oldest first.
    for (const [id, { at }] of entries) {
      if (at > now() - COMMAND_MEMORY_MS) return
      entries.delete(id)
    }
  }

  /** Also by itself: after an hour in which thousands came and went, nobody may ask anything for a while. */
  function forgetInTime() {
    callOff = null
    forgetOld()
    const [oldest] = entries.values()
    if (oldest !== undefined) callOff = after(oldest.at + COMMAND_MEMORY_MS - now(), forgetInTime)
  }

  async function once<Value>(
    { userId, deviceId, commandId }: CommandKey,
    name: string,
    work: () => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    forgetOld()
    const id = `${userId} ${deviceId} ${commandId}`
    const known = entries.get(id)
    // What is kept under a command's name was made by the same command, so it has its type.
    if (known?.name === name) return known.answer as Promise<Result<Value>>
    if (known !== undefined) return failure('conflict', 'This command id was used for another command.')
    const answer = work()
    entries.set(id, { name, at: now(), answer })
    callOff ??= after(COMMAND_MEMORY_MS, forgetInTime)
    const settled = await answer.catch((error: unknown) => {
      entries.delete(id)
      throw error
    })
    if (!settled.ok && ERROR_CODES[settled.error.code].retryable) entries.delete(id)
    return settled
  }
  return Object.assign(once, { stop: () => callOff?.() })
}
