// However hostile people go about it, they make nobody's devices alert more often than the limits say, and keep nobody else from
// getting through. With the limits taken away the same attack does.
import { expect, test } from 'vitest'
import { ALERT_LIMITS, fuzzAlerts, fuzzLimits } from '../fuzz/alerts.ts'

test('twenty thousand attempts stay within the limits, and whoever she knows gets through all the while', async () => {
  const outcome = await fuzzAlerts({ attempts: 20_000, seed: 7 })
  expect(outcome.excesses).toEqual([])
  expect(outcome.excessCount).toBe(0)
  // It was an attack: it came through on every channel, and was held up.
  expect(Object.keys(outcome.alerts).sort()).toEqual(ALERT_LIMITS.filter((name) => name !== 'ringsByStrangers').sort())
  expect(outcome.rateLimited).toBeGreaterThan(500)
  expect(outcome.friendRings).toBeGreaterThan(10)
  expect(outcome.friendRefused).toBe(0)
}, 120_000)

test.each([
  ['ringsPerPair', 'rings', 2_000],
  ['requestsPerPair', 'inside', 2_000],
  ['chatPerUser', 'inside', 2_000],
  ['knocksPerUser', 'knocks', 2_000],
  ['guestKnocksPerAddress', 'guests', 1_000],
  ['invitationsPerPair', 'plans', 2_000],
  ['remindersPerPair', 'plans', 5_000],
] as const)(
  'without %s there are too many of these',
  async (name, focus, attempts) => {
    const limits = fuzzLimits([name, 'ringsByStrangers'])
    const outcome = await fuzzAlerts({ attempts, seed: 3, focus, limits })
    expect(new Set(outcome.excesses.map(({ channel }) => channel))).toEqual(new Set([name]))
  },
  60_000,
)
