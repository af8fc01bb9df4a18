// npm run fuzz:alerts -- [--n 1000000] [--seed S] [--json]: hostile people against the limits of alerts; see alerts.ts.
import { parseArgs } from 'node:util'
import { fuzzAlerts, type AlertOutcome } from './alerts.ts'

/** Each part is a server of its own, so that what it stores does not grow without end. */
const PART = 50_000

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const [n, seed] = [Number(values.n), Number(values.seed)]
if (!Number.isInteger(n) || n < 1 || !Number.isInteger(seed)) {
  console.error('Usage: npm run fuzz:alerts -- [--n 1000000] [--seed S] [--json]')
  process.exit(2)
}
const startedAt = performance.now()
const parts: AlertOutcome[] = []
for (let done = 0; done < n; done += PART) {
  const part = await fuzzAlerts({ attempts: Math.min(PART, n - done), seed: seed + parts.length })
  parts.push(part)
  console.error(`${done + part.attempts} attempts, ${part.excessCount} alerts too many, seed ${part.seed}`)
}
const sum = (of: (part: AlertOutcome) => number) => parts.reduce((total, part) => total + of(part), 0)
const alerts: Record<string, number> = {}
for (const part of parts)
  for (const [channel, count] of Object.entries(part.alerts)) alerts[channel] = (alerts[channel] ?? 0) + count
const outcome = {
  attempts: sum((part) => part.attempts),
  seed,
  virtualMinutes: sum((part) => part.virtualMinutes),
  done: sum((part) => part.done),
  rateLimited: sum((part) => part.rateLimited),
  alerts,
  excessCount: sum((part) => part.excessCount),
  excesses: parts.flatMap((part) => part.excesses.map((excess) => ({ seed: part.seed, ...excess }))).slice(0, 20),
  friendRings: sum((part) => part.friendRings),
  friendRefused: sum((part) => part.friendRefused),
  seconds: Math.round((performance.now() - startedAt) / 1000),
}
console.log(JSON.stringify(outcome, null, values.json ? undefined : 2))
process.exitCode = outcome.excessCount + outcome.friendRefused === 0 ? 0 : 1
