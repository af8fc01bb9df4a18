// The simulation from the command line:
//   npm run sim -- --histories 1000 --seed 1 --json     many histories; a failure prints its seed and the shortest story
//   npm run sim -- --seed 77 --histories 1              the same history again
//   npm run sim -- --mutants --json                     deliberate bugs, each of which has to be caught
// --disk keeps the database in files, and a crash reopens what lay on the disk.
import { parseArgs } from 'node:util'
import { runHistory } from './history.ts'
import { mutants } from './mutants.ts'
import { retell } from './story.ts'
import { shrink } from './shrink.ts'

const MUTANT_HISTORIES = 20_000

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    disk: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string' },
  },
})
const firstSeed = Number(values.seed)
const say = (text: string) => process.stderr.write(`${text}\n`)

async function runMany(histories: number): Promise<number> {
  const startedAt = performance.now()
  const totals = { commands: 0, crashes: 0, partitions: 0 }
  const seeds: number[] = []
  for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
    const outcome = await runHistory({ seed, onDisk: values.disk })
    totals.commands += outcome.commands
    totals.crashes += outcome.crashes
    totals.partitions += outcome.partitions
    if (outcome.violations.length > 0) {
      seeds.push(seed)
      if (seeds.length <= 3) await report(seed, outcome.violations)
    }
    if ((seed - firstSeed + 1) % 2_000 === 0) say(`${seed - firstSeed + 1} histories, ${seeds.length} with violations`)
  }
  const historiesPerSecond = Math.round((histories / (performance.now() - startedAt)) * 10_000) / 10
  const { commands, crashes, partitions } = totals
  const result = { histories, violations: seeds.length, seeds, historiesPerSecond, commands, crashes, partitions }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else
    say(
      Object.entries(result)
        .map(([name, value]) => `${name}: ${String(value)}`)
        .join('\n'),
    )
  return seeds.length === 0 ? 0 : 1
}

async function report(seed: number, violations: readonly string[]): Promise<void> {
  say(`\nSeed ${seed}:\n  ${violations.join('\n  ')}`)
  const story = await shrink({ seed, onDisk: values.disk })
  say(`The shortest story that still fails (the same seed tells it again):\n${retell(story.actions).join('\n')}`)
  say(`  ${story.violations.join('\n  ')}`)
}

async function runMutants(): Promise<number> {
  const caught: { name: string; caughtAfter: number | null }[] = []
  for (const create of mutants) {
    const { name } = create()
    if (values.mutant !== undefined && values.mutant !== name) continue
    const found = await firstCatch(create)
    caught.push({ name, caughtAfter: found?.after ?? null })
    say(`${name}: ${found ? `caught after ${found.after} (${found.violation})` : 'missed'}`)
  }
  const missed = caught.filter((one) => one.caughtAfter === null).length
  if (values.json) process.stdout.write(`${JSON.stringify({ mutants: caught, missed })}\n`)
  return missed === 0 ? 0 : 1
}

async function firstCatch(create: (typeof mutants)[number]): Promise<{ after: number; violation: string } | null> {
  for (let count = 1; count <= MUTANT_HISTORIES; count++) {
    const { violations } = await runHistory({ seed: firstSeed + count - 1, mutant: create() })
    if (violations[0] !== undefined) return { after: count, violation: violations[0] }
  }
  return null
}

process.exitCode = await (values.mutants ? runMutants() : runMany(Number(values.histories)))
