// A token bucket for one connection: bursts are fine (a reconnecting client has much to say), floods are not.

export const COMMANDS_PER_SECOND = 50
export const COMMANDS_BURST = 200

/** Takes one token: 0 when there was one, else how many ms until there is. `now` in ms. */
export function createBucket(now: number): (now: number) => number {
  let tokens = COMMANDS_BURST
  let filledAt = now
  return (at) => {
    tokens = Math.min(COMMANDS_BURST, tokens + ((at - filledAt) / 1000) * COMMANDS_PER_SECOND)
    filledAt = at
    if (tokens < 1) return Math.ceil(((1 - tokens) / COMMANDS_PER_SECOND) * 1000)
    tokens -= 1
    return 0
  }
}
