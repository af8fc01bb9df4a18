// What all commands of `npm run admin` use.
import type { Result } from '../../shared/protocol/result.ts'
import type { Entropy } from '../entropy.ts'
import { leaveErrand } from '../storage/errandRows.ts'
import type { Store, Work } from '../storage/store.ts'

export type AdminTools = { store: Store; entropy: Entropy; passwordCost: number; askPassword(): Promise<string> }

/** What is told: a value for machines, lines for people; `lines` as well with `--json` when the answer is lines of JSON. */
export type Told = { value: unknown; lines: readonly string[]; alwaysLines?: true }

/** One transaction, whose effects a running server performs. */
export function change<Value>(
  { store }: AdminTools,
  work: (unit: Work) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  return store.write(async (unit) => {
    const result = await work(unit)
    if (result.ok) await leaveErrand(unit.db, unit.effects)
    return result
  })
}
