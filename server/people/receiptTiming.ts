// How long devices take to show a ring, and how much later than meant the server gives the receipts of silenced rings. Those take one of the
// delays of the callee's own devices; what comes on top would tell the two apart, so it is taken off beforehand. In memory: a guess after
// a restart is good until the first ring is shown.

export interface ReceiptTiming {
  /** Somebody's device showed a ring this long after it was made, in ms. */
  noteShown(delayMs: number): void
  /** A silenced ring's receipt was given this much later than meant, in ms. */
  noteLate(lateMs: number): void
  /** After how long a silenced ring is to be called shown. `known`: delays of its callee's devices, ms. `share`: random, in [0, 1). */
  delay(known: readonly number[], share: number): number
}

const KEPT = 50
/** Of a ring that waited for its device to come, the time says nothing about how quick devices are. */
const SHOWN_MAX_MS = 2_000
/** While no device has shown anything: about what one in the same country needs. */
const GUESS_MS = { least: 40, spread: 120 }
/** What timers are late by on a machine with nothing to do. */
const AT_REST_MS = 1

export function createReceiptTiming(): ReceiptTiming {
  const shown: number[] = []
  const late: number[] = []
  const keep = (times: number[], ms: number) => {
    times.push(ms)
    if (times.length > KEPT) times.shift()
  }
  const one = (times: readonly number[], share: number) => times[Math.floor(share * times.length)]
  return {
    noteShown(delayMs) {
      if (delayMs <= SHOWN_MAX_MS) keep(shown, delayMs)
    },
    noteLate: (lateMs) => keep(late, lateMs),
    delay(known, share) {
      const inOrder = late.toSorted((a, b) => a - b)
      const lateMs = one(inOrder, 0.5) ?? AT_REST_MS
      const seen = one(known, share) ?? one(shown, share) ?? GUESS_MS.least + share * GUESS_MS.spread
      return Math.max(0, Math.round(seen - lateMs))
    },
  }
}
