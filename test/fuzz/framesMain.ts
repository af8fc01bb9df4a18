// npm run fuzz -- [--n 1000000] [--http N] [--seed S] [--json]: strangers' input against a running server; see frames.ts. Needs the worker.
import { parseArgs } from 'node:util'
import { fuzzFrames } from './frames.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100000' },
    http: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const frames = Number(values.n)
const outcome = await fuzzFrames({
  frames,
  httpRequests: values.http === undefined ? Math.round(frames / 10) : Number(values.http),
  seed: Number(values.seed),
  settleMs: 15_000,
  say: (line) => console.error(line),
})
console.log(JSON.stringify(outcome, null, values.json ? undefined : 2))
process.exitCode = outcome.crashes + outcome.unhandled + outcome.forbiddenChanges === 0 ? 0 : 1
