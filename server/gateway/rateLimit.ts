// Token buckets: bursts are fine (a reconnecting client has much to say), floods are not.

export const COMMANDS_PER_SECOND = 50
export const COMMANDS_BURST = 200

export type Rate = { burst: number; perSecond: number }
/** What one connection may ask for. */
const COMMANDS: Rate = { burst: COMMANDS_BURST, perSecond: COMMANDS_PER_SECOND }

/** Takes one token: 0 when there was one, else how many ms until there is. `now` in ms. */
export function createBucket(now: number, { burst, perSecond }: Rate = COMMANDS): (now: number) => number {
  let tokens = burst
  let filledAt = now
  return (at) => {
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond)
    filledAt = at
    if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1000)
    tokens -= 1
    return 0
  }
}

/** One bucket a person, whatever they come over: a new connection brings no new tokens. */
export function createPersonalLimit(rate: Rate): (userId: string, now: number) => number {
  const buckets = new Map<string, { take: (now: number) => number; usedAt: number }>()
  const fullAfterMs = (rate.burst / rate.perSecond) * 1000

  return (userId, now) => {
    const known = buckets.get(userId)
    const take = known?.take ?? createBucket(now, rate)
    // Oldest first in the map: those that are full again by now are no different from new ones.
    buckets.delete(userId)
    for (const [id, { usedAt }] of buckets) {
      if (usedAt > now - fullAfterMs) break
      buckets.delete(id)
    }
    buckets.set(userId, { take, usedAt: now })
    return take(now)
  }
}
