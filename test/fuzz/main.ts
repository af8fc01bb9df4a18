// npm run fuzz:consent -- [--n 100000] [--seed S] [--json]: hostile messages for a page that nobody touches; see consent.ts. Needs the
// built client, a Chromium and the worker.
import { parseArgs } from 'node:util'
import { fuzzConsent } from './consent.ts'

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const outcome = await fuzzConsent({
  messages: Number(values.n),
  seed: Number(values.seed),
  say: (line) => console.error(line),
})
console.log(JSON.stringify(outcome, null, values.json ? undefined : 2))
const { captures, tracks, sent, answers, crashes } = outcome
process.exitCode = captures + tracks + sent + answers + crashes === 0 ? 0 : 1
