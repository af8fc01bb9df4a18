// What one thread is asked to simulate, and what it answers; nothing of it depends on what the thread has done before.
import { runHistory } from './history.ts'
import { mutants } from './mutants.ts'

const MUTANT_HISTORIES = 20_000

export type SeedsTask = { kind: 'seeds'; first: number; count: number; onDisk: boolean }
export type MutantTask = { kind: 'mutant'; name: string; first: number }
export type Task = SeedsTask | MutantTask

export type Failing = { seed: number; violations: string[] }
export type Tally = {
  histories: number
  commands: number
  crashes: number
  partitions: number
  failing: Failing[]
  /** Of all fingerprints, whatever their order. */
  fingerprint: number
}
/** `after`: how many histories it took; null when the bug went unnoticed. */
export type Catch = { name: string; after: number | null; violation: string }

export const emptyTally = (): Tally => ({
  histories: 0,
  commands: 0,
  crashes: 0,
  partitions: 0,
  failing: [],
  fingerprint: 0,
})

export const together = (one: Tally, other: Tally): Tally => ({
  histories: one.histories + other.histories,
  commands: one.commands + other.commands,
  crashes: one.crashes + other.crashes,
  partitions: one.partitions + other.partitions,
  failing: [...one.failing, ...other.failing],
  fingerprint: (one.fingerprint + other.fingerprint) >>> 0,
})

export async function runSeeds({ first, count, onDisk }: SeedsTask): Promise<Tally> {
  let tally = emptyTally()
  for (let seed = first; seed < first + count; seed++) {
    const { violations, commands, crashes, partitions, fingerprint } = await runHistory({ seed, onDisk })
    const failing = violations.length > 0 ? [{ seed, violations }] : []
    // With its seed, so that two histories cannot change places unnoticed.
    const mixed = Math.imul(Number.parseInt(fingerprint, 16) ^ seed, 0x9e3779b1) >>> 0
    tally = together(tally, { histories: 1, commands, crashes, partitions, failing, fingerprint: mixed })
  }
  return tally
}

export async function catchMutant({ name, first }: MutantTask): Promise<Catch> {
  const create = mutants.find((one) => one().name === name)
  if (create === undefined) throw new Error(`There is no mutant ${name}`)
  for (let after = 1; after <= MUTANT_HISTORIES; after++) {
    const { violations } = await runHistory({ seed: first + after - 1, mutant: create() })
    if (violations[0] !== undefined) return { name, after, violation: violations[0] }
  }
  return { name, after: null, violation: '' }
}
