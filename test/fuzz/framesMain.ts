// npm run fuzz -- [--n 1000000] [--http N] [--seed S] [--json]: strangers' input against a running server; see frames.ts. Needs the worker.
import { parseArgs } from 'node:util'
import { COMMAND_MEMORY_MS } from '../../shared/call/limits.ts'
import { fuzzFrames } from './frames.ts'

const MEMORY_GROWTH_MAX = 1.1

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
  // Answers are remembered for so long.
  settleMs: COMMAND_MEMORY_MS + 10_000,
  say: (line) => console.error(line),
})
console.log(JSON.stringify(outcome, null, values.json ? undefined : 2))
const sound = outcome.crashes + outcome.unhandled + outcome.forbiddenChanges === 0
process.exitCode = sound && outcome.memoryGrowthRatio <= MEMORY_GROWTH_MAX ? 0 : 1
