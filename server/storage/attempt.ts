// Work that may be refused half-way inside a transaction which goes on: a refusal leaves no trace of it.
import { CompiledQuery } from 'kysely'
import type { Result } from '../../shared/protocol/result.ts'
import type { Work } from './store.ts'

const begin = CompiledQuery.raw('savepoint attempt')
const takeBack = CompiledQuery.raw('rollback to attempt')
const finish = CompiledQuery.raw('release attempt')

/** Gives the answer of `work`. When it is a failure, what `work` wrote is taken back and its effects are forgotten. */
export async function attempt<Value>(unit: Work, work: (unit: Work) => Promise<Result<Value>>): Promise<Result<Value>> {
  const effectsBefore = unit.effects.length
  await unit.db.executeQuery(begin)
  const answer = await work(unit)
  if (!answer.ok) {
    await unit.db.executeQuery(takeBack)
    unit.effects.length = effectsBefore
  }
  await unit.db.executeQuery(finish)
  return answer
}
