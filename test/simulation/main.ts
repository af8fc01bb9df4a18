// The simulation from the command line:
//   npm run sim -- --histories 1000 --seed 1 --json     many histories; a failure prints its seed and the shortest story
//   npm run sim -- --seed 77 --histories 1              the same history again
//   npm run sim -- --mutants --json                     deliberate bugs, each of which has to be caught
// --workers N shares the work among N threads (as many as there are cores, when it is left out); the results are the same.
// --disk keeps the database in files, and a crash reopens what lay on the disk.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { catchAll, simulate } from './crew.ts'
import { mutants } from './mutants.ts'
import { shrink } from './shrink.ts'
import { retell } from './story.ts'
import type { Failing } from './tasks.ts'

const REPORTS_MAX = 3
const SAY_EVERY = 2_000

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
    disk: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
  },
})
const first = Number(values.seed)
const onDisk = values.disk
const workers = Number(values.workers ?? availableParallelism())
const say = (text: string): void => void process.stderr.write(`${text}\n`)

async function runMany(count: number): Promise<number> {
  const startedAt = performance.now()
  let done = 0
  let failed = 0
  const { histories, failing, commands, crashes, partitions, fingerprint } = await simulate(
    { first, count, onDisk },
    {
      workers,
      async onAnswer(tally) {
        for (const one of tally.failing) if (failed++ < REPORTS_MAX) await report(one)
        const before = done
        done += tally.histories
        if (Math.floor(done / SAY_EVERY) > Math.floor(before / SAY_EVERY))
          say(`${done} histories, ${failed} with violations`)
      },
    },
  )
  const historiesPerSecond = Math.round((histories / (performance.now() - startedAt)) * 10_000) / 10
  const seeds = failing.map(({ seed }) => seed)
  const totals = { commands, crashes, partitions, fingerprint: fingerprint.toString(16) }
  const result = { histories, violations: seeds.length, seeds, historiesPerSecond, workers, ...totals }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else
    say(
      Object.entries(result)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join('\n'),
    )
  return seeds.length === 0 ? 0 : 1
}

async function report({ seed, violations }: Failing): Promise<void> {
  say(`\nSeed ${seed}:\n  ${violations.join('\n  ')}`)
  const story = await shrink({ seed, onDisk })
  say(`The shortest story that still fails (the same seed tells it again):\n${retell(story.actions).join('\n')}`)
  say(`  ${story.violations.join('\n  ')}`)
}

async function runMutants(): Promise<number> {
  const names = mutants.map((create) => create().name).filter((name) => (values.mutant ?? name) === name)
  const caught = await catchAll(names, first, {
    workers,
    onAnswer: ({ name, after, violation }) =>
      say(`${name}: ${after === null ? 'missed' : `caught after ${after} (${violation})`}`),
  })
  const missed = caught.filter(({ after }) => after === null).length
  const list = caught.map(({ name, after }) => ({ name, caughtAfter: after }))
  if (values.json) process.stdout.write(`${JSON.stringify({ mutants: list, missed })}\n`)
  return missed === 0 ? 0 : 1
}

process.exitCode = await (values.mutants ? runMutants() : runMany(Number(values.histories)))
