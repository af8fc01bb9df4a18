// npm run bench -- answer|silence|blocked|signaling|startup|room [--n N] [--workers N] [--connections N] [--rate N] [--minutes N] [--json]: measures the product as people meet it. Needs the built client, a Chromium and the worker.
import { parseArgs } from 'node:util'
import { benchAnswer } from './answer.ts'
import { benchBlocked } from './blocked.ts'
import { benchRoom } from './room.ts'
import { benchSilence } from './silence.ts'
import { benchSignaling } from './signaling.ts'
import { benchStartup } from './startup.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    n: { type: 'string' },
    workers: { type: 'string', default: '1' },
    kinds: { type: 'string' },
    delays: { type: 'string' },
    connections: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '5' },
  },
})
const say = (line: string) => console.error(line)
const n = values.n === undefined ? undefined : Number(values.n)
const workers = Number(values.workers)

const benches: Record<string, () => Promise<object>> = {
  answer: () =>
    benchAnswer({
      say,
      ...(n ? { n } : {}),
      ...(values.kinds ? { kinds: values.kinds.split(',') } : {}),
      ...(values.delays ? { delays: values.delays.split(',').map(Number) } : {}),
    }),
  blocked: () => benchBlocked({ say, ...(n ? { n } : {}) }),
  silence: () => benchSilence({ say, ...(n ? { calls: n } : {}) }),
  signaling: () =>
    benchSignaling({
      say,
      connections: Number(values.connections),
      ringsPerSecond: Number(values.rate),
      minutes: Number(values.minutes),
    }),
  room: () => benchRoom({ say, workers }),
  startup: () => benchStartup({ say, ...(n ? { n } : {}) }),
}

const bench = benches[positionals[0] ?? '']
if (bench === undefined || Number.isNaN(n) || !(workers >= 1)) {
  say(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--n N] [--workers N] [--json]`)
  process.exitCode = 2
} else {
  const measured = await bench()
  console.log(JSON.stringify(measured, null, values.json ? undefined : 2))
}
