// The numbers of a simulated world, by name. A history draws its own from these ranges, from its seed alone.
import { createDice, partSeed } from './random.ts'

export type Options = {
  seed: number
  people: number
  /** Devices of each person; some of them come online only in the course of the history. */
  devicesPerPerson: number[]
  /** How long people act and the network misbehaves, ms. */
  chaosMs: number
  actions: number
  network: { loss: number; duplication: number; delayMs: { least: number; most: number }; slow: number; slowMs: number }
  /** How late the server's timers may be, ms: a machine under load. */
  timerLatenessMs: number
  skewMs: number[]
  serverCrashes: boolean
  /** Kept in a file, so that a crash reopens what a disk would hold; in memory otherwise. */
  onDisk: boolean
}

export const SKEW_MS_MAX = 10 * 60_000

export function optionsFor(seed: number, onDisk = false): Options {
  const dice = createDice(partSeed(seed, 0))
  const people = dice.pick([3, 3, 3, 4, 5]) ?? 3
  const devicesPerPerson = Array.from({ length: people }, () => dice.pick([1, 1, 1, 2, 2, 3]) ?? 1)
  const rough = dice.chance(0.7)
  return {
    seed,
    people,
    devicesPerPerson,
    chaosMs: dice.whole(10_000, 50_000),
    actions: dice.whole(3, 20),
    network: {
      loss: rough ? dice.next() * 0.12 : 0,
      duplication: rough ? dice.next() * 0.1 : 0,
      delayMs: { least: 1, most: dice.whole(5, 300) },
      slow: rough ? 0.03 : 0,
      slowMs: 4_000,
    },
    timerLatenessMs: dice.pick([0, 50, 500]) ?? 0,
    skewMs: Array.from({ length: 15 }, () => (dice.chance(0.5) ? dice.whole(-SKEW_MS_MAX, SKEW_MS_MAX) : 0)),
    serverCrashes: dice.chance(0.6),
    onDisk,
  }
}
