// Work that may be refused half-way inside a transaction which goes on: a refusal leaves no trace of it.
import { sql } from 'kysely'
import type { Result } from '../../shared/protocol/result.ts'
import type { Work } from './store.ts'

/** Gives the answer of `work`. When it is a failure, what `work` wrote is taken back and its effects are forgotten. */
export async function attempt<Value>(unit: Work, work: (unit: Work) => Promise<Result<Value>>): Promise<Result<Value>> {
  const effectsBefore = unit.effects.length
  await sql`savepoint attempt`.execute(unit.db)
  const answer = await work(unit)
  if (!answer.ok) {
    await sql`rollback to attempt`.execute(unit.db)
    unit.effects.length = effectsBefore
  }
  await sql`release attempt`.execute(unit.db)
  return answer
}
