// A short run of the simulation with fixed seeds; `npm run sim` runs as many as one likes.
import { describe, expect, test } from 'vitest'
import { simulate } from './crew.ts'
import { runHistory } from './history.ts'
import { mutants } from './mutants.ts'

describe('any history', () => {
  test('keeps every promise about rings, in memory', async () => {
    for (let seed = 1; seed <= 100; seed++)
      expect({ seed, violations: (await runHistory({ seed })).violations }).toEqual({ seed, violations: [] })
  })

  test('keeps them on a disk that outlives crashes', async () => {
    for (let seed = 5_001; seed <= 5_010; seed++)
      expect({ seed, violations: (await runHistory({ seed, onDisk: true })).violations }).toEqual({
        seed,
        violations: [],
      })
  })

  test('is told again exactly by its seed', async () => {
    for (const seed of [7, 77, 777]) expect(await runHistory({ seed })).toEqual(await runHistory({ seed }))
  })
})

test('a history is the same whatever ran before it, and on whatever thread', async () => {
  const seeds = { first: 41, count: 24, chunk: 5 }
  const alone = await simulate(seeds, { workers: 1 })
  expect(alone).toMatchObject({ histories: 24, failing: [] })
  expect(await simulate(seeds, { workers: 2 })).toEqual(alone)
  const backwards = []
  for (let seed = 46; seed >= 41; seed--) backwards.unshift(await runHistory({ seed }))
  for (let seed = 41; seed <= 46; seed++) expect(await runHistory({ seed })).toEqual(backwards[seed - 41])
})

test('a deliberate bug is noticed', async () => {
  const create = mutants.find((one) => one().name === 'handledByOtherDeviceNotSent')!
  let seed = 0
  while (seed < 500 && (await runHistory({ seed: ++seed, mutant: create() })).violations.length === 0);
  expect(seed).toBeLessThan(500)
})
