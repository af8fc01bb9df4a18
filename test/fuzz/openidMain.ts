// npm run fuzz:openid -- [--n 100000] [--seed S] [--json]: signing in through a provider under fire; see openid.ts.
import { parseArgs } from 'node:util'
import { fuzzOpenid, type OpenIdFuzzOutcome } from './openid.ts'

/** Each part is a server and a provider of its own, so that what they remember does not grow without end. */
const PART = 10_000

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const [n, seed] = [Number(values.n), Number(values.seed)]
if (!Number.isInteger(n) || n < 1 || !Number.isInteger(seed)) {
  console.error('Usage: npm run fuzz:openid -- [--n 100000] [--seed S] [--json]')
  process.exit(2)
}
const parts: OpenIdFuzzOutcome[] = []
for (let done = 0; done < n; done += PART) {
  const part = await fuzzOpenid({ n: Math.min(PART, n - done), seed: seed + parts.length })
  parts.push(part)
  console.error(`${done + part.n} requests, ${troubleOf(part)} troubles, seed ${part.seed}`)
}
const sum = (of: keyof OpenIdFuzzOutcome) => parts.reduce((total, part) => total + part[of], 0)
const outcome: OpenIdFuzzOutcome = {
  n,
  seed,
  crashes: sum('crashes'),
  unhandledRejections: sum('unhandledRejections'),
  wrongSessions: sum('wrongSessions'),
  strays: sum('strays'),
  rightSessions: sum('rightSessions'),
  refusals: sum('refusals'),
}
console.log(JSON.stringify(outcome, null, values.json ? undefined : 2))
process.exitCode = troubleOf(outcome) === 0 ? 0 : 1

function troubleOf({ crashes, unhandledRejections, wrongSessions, strays }: OpenIdFuzzOutcome): number {
  return crashes + unhandledRejections + wrongSessions + strays
}
