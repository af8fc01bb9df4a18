// Repeatable randomness: the same seed gives the same numbers, and every part of a history has a stream of its own.

export type Dice = {
  /** In [0, 1). */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value | undefined
}

/** mulberry32: small, fast, and good enough to throw dice with. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)],
  }
}

/** A seed for a part of something that has a seed. */
export const partSeed = (seed: number, part: number): number =>
  (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(part + 1, 0xc2b2ae35)) >>> 0

/** Fresh uuids, the same ones in every run. `space` keeps those of different makers apart. */
export function createIds(space: number): () => string {
  let count = 0
  const prefix = space.toString(16).padStart(8, '0')
  return () => `${prefix}-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`
}
