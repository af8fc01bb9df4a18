// What stands between a caller and a ring before it is made: the server's own rule, and how often rings may be made. What the callee
// has chosen for themselves comes afterwards and is not told (`people/blocks.ts`); so the answers here must not depend on it.
import type { RingRule } from '../../shared/protocol/reach.ts'
import type { Failure } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { Entropy } from '../entropy.ts'
import { tooMuch, type Ask, type Limiter } from '../gateway/rateLimit.ts'
import type { ReceiptTiming } from '../people/receiptTiming.ts'
import { organisationLetsRing, refusedByOrganisation } from '../people/ringPolicy.ts'
import { hasMet } from '../storage/reachRows.ts'
import type { Work } from '../storage/store.ts'

/** What starting a ring needs beside the transaction. */
export type RingTools = {
  entropy: Entropy
  /** Some device of theirs is connected now. */
  isOnline(userId: string): boolean
  limiter: Limiter
  /** Of the receipts of silenced rings. */
  timing: ReceiptTiming
  /** The server's rule while its administrators have set none. */
  ringRule: RingRule
  /** From where the caller asks; absent when nobody knows. */
  address?: string | undefined
}

export type Refusal = { by: 'organisation' } | { by: 'limit'; retryAfterMs: number }

/** `roomId`: absent for a call between two, whose room is its own. */
type Wanted = { caller: Pick<User, 'id' | 'service'>; calleeId: string; roomId?: string }

/** Null when the ring may be made; then it has been counted. Ask last, after everything else that may refuse it. */
export async function refuseRing(unit: Work, wanted: Wanted, tools: RingTools): Promise<Refusal | null> {
  const { caller, calleeId, roomId } = wanted
  const { id: callerId, service = false } = caller
  // Programs were let in by whoever gave them a token; the rule is about people.
  if (!service && !(await organisationLetsRing(unit.db, { callerId, calleeId }, tools.ringRule)))
    return { by: 'organisation' }
  const known = service || (await hasMet(unit.db, { userId: calleeId, otherId: callerId }))
  const asks: Ask[] = [
    ['ringsPerPair', `${callerId} ${calleeId}`],
    ['ringsPerCaller', callerId],
  ]
  if (roomId !== undefined) asks.push(['ringsPerRoom', roomId])
  if (tools.address !== undefined) asks.push(['ringsPerAddress', tools.address])
  // Whom the callee knows is never held up by strangers: so nobody can use up what others need to reach them.
  if (!known) asks.push(['ringsByStrangers', calleeId])
  const retryAfterMs = tools.limiter.take(asks, unit.now)
  return retryAfterMs > 0 ? { by: 'limit', retryAfterMs } : null
}

export const refusedRing = (refusal: Refusal): Failure =>
  refusal.by === 'organisation'
    ? refusedByOrganisation()
    : tooMuch(refusal.retryAfterMs, 'This person was rung a lot just now. Wait a moment.')
