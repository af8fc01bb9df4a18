// A command takes effect once (calls.md, section 4): its answer is stored in the same transaction as its effect, and given again.
import { ERROR_CODES, failure, type Failure, type Result } from '../../shared/protocol/result.ts'
import { recallOutcome, rememberOutcome, type CommandKey } from '../storage/outcomeRows.ts'
import type { Store, Work } from '../storage/store.ts'

/** Takes a transaction back and carries the answer out of it. */
class Refused extends Error {
  readonly answer: Failure

  constructor(answer: Failure) {
    super(answer.error.message)
    this.answer = answer
  }
}

export type Once = <Value>(
  key: CommandKey,
  name: string,
  work: (unit: Work) => Promise<Result<Value>>,
) => Promise<Result<Value>>

export function createOnce(store: Store): Once {
  return async (key, name, work) => {
    try {
      return await store.write(async (unit) => {
        const known = await recallOutcome(unit.db, key, unit.now)
        // What is stored under a command's name was made by the same command, so it has its type.
        if (known?.name === name) return JSON.parse(known.answer)
        if (known !== null) return failure('conflict', 'This command id was used for another command.')
        const answer = await work(unit)
        if (!answer.ok) throw new Refused(answer)
        await rememberOutcome(unit.db, key, name, JSON.stringify(answer), unit.now)
        return answer
      })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { answer } = error
      // A refusal that asking again may cure is not held against the next attempt.
      if (!ERROR_CODES[answer.error.code].retryable) {
        await store.write(({ db, now }) => rememberOutcome(db, key, name, JSON.stringify(answer), now))
      }
      return answer
    }
  }
}
