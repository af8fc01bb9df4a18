// Time and randomness as things that are passed in: real ones at the edges, a simulated clock in tests.
export interface Timers {
  /** Milliseconds since the epoch on this machine's clock. */
  now(): number
  /** Runs `action` once after `ms`; the returned function calls it off. */
  after(ms: number, action: () => void): () => void
}

/** A number in [0, 1). */
export type Random = () => number
