// Token buckets: bursts are fine (a reconnecting client has much to say), floods are not. They live in memory, so a restart fills
// them; nobody who would want that can cause one.
import { failure, type Failure } from '../../shared/protocol/result.ts'
import type { CountName, Limits, Rate, RateName } from '../limits.ts'

type Bucket = { tokens: number; filledAt: number }
/** One token of the bucket that `key` has under this limit. */
export type Ask = readonly [limit: RateName, key: string]

export interface Limiter {
  /**
   * Takes one token for each, or none at all when one is missing: then it gives how many ms until there is. `now` in ms. Named
   * twice, a bucket gives two.
   */
  take(asks: readonly Ask[], now: number): number
  /** How many there may be of these. */
  max(name: CountName): number
}

export function createLimiter(limits: Limits): Limiter {
  const tables = new Map<RateName, Map<string, Bucket>>()

  /** As it is by now. Whoever is not known has a full one. */
  function bucketOf(limit: RateName, { burst, perMinute }: Rate, key: string, now: number): Bucket {
    const buckets = tables.get(limit) ?? new Map<string, Bucket>()
    tables.set(limit, buckets)
    const known = buckets.get(key)
    const passed = known === undefined ? 0 : Math.max(0, now - known.filledAt)
    const bucket = known ?? { tokens: burst, filledAt: now }
    bucket.tokens = Math.min(burst, bucket.tokens + (passed / 60_000) * perMinute)
    bucket.filledAt = now
    // Oldest first in the map: those that are full again by now are no different from new ones.
    buckets.delete(key)
    const fullAfterMs = (burst / perMinute) * 60_000
    for (const [old, { filledAt }] of buckets) {
      if (filledAt > now - fullAfterMs) break
      buckets.delete(old)
    }
    buckets.set(key, bucket)
    return bucket
  }

  return {
    take(asks, now) {
      const taken: Bucket[] = []
      let waitMs = 0
      for (const [limit, key] of asks) {
        const rate = limits.rates[limit]
        if (rate === null) continue
        const bucket = bucketOf(limit, rate, key, now)
        const missing = 1 - bucket.tokens
        // What a sum of many small steps leaves open is no token.
        if (missing > 1e-9) waitMs = Math.max(waitMs, Math.ceil((missing / rate.perMinute) * 60_000))
        bucket.tokens -= 1
        taken.push(bucket)
      }
      if (waitMs > 0) for (const bucket of taken) bucket.tokens += 1
      return waitMs
    },
    max: (name) => limits.counts[name],
  }
}

export const tooMuch = (retryAfterMs: number, message = 'That was a lot at once. Wait a moment.'): Failure =>
  failure('rateLimited', message, { retryAfterMs })
