// `npm test`: everything that must hold, on a machine that may have nothing yet. `npm test -- unit browser` runs
// those stages alone. Goes on after a failure, and ends with one line: N passed, N failed.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createLog, formatDuration, runMain } from './lib/log.mjs'
import { addOutcomes, emptyOutcome, exitCodeOf, summaryLine } from './lib/outcome.mjs'
import { prepare } from './lib/prepare.mjs'
import { endChildrenOnSignals } from './lib/processes.mjs'
import { selectStages } from './lib/stages.mjs'

await runMain(async () => {
  const log = createLog()
  const stages = selectStages(process.argv.slice(2))
  const scratch = await mkdtemp(path.join(tmpdir(), 'parley-test-'))
  try {
    const total = await runAll(log, stages, scratch)
    printDetails(log, total)
    log.line(summaryLine(total))
    return exitCodeOf(total)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
})

async function runAll(log, stages, scratch) {
  let context
  try {
    log.title('setup')
    context = { log, scratch, ...(await prepare({ log, needs: ['worker', 'browser', 'turn'] })) }
  } catch (error) {
    log.line(error.message)
    return { ...emptyOutcome(), failed: ['setup'] }
  }
  endChildrenOnSignals()
  const outcomes = new Map()
  for (const stage of stages) {
    log.title(stage.name)
    const startedAt = performance.now()
    const outcome = await runStage(stage, outcomes, context)
    outcomes.set(stage.name, outcome)
    log.line(`${stage.name}: ${summaryLine(outcome)} · ${formatDuration(performance.now() - startedAt)}`)
  }
  return addOutcomes([...outcomes.values()])
}

async function runStage({ name, needs = [], run }, outcomes, context) {
  const broken = needs.find((need) => outcomes.get(need).failed.length > 0)
  if (broken !== undefined) return { ...emptyOutcome(), failed: [`${name}: needs "${broken}", which failed`] }
  try {
    return await run(context)
  } catch (error) {
    context.log.line(error.stack)
    return { ...emptyOutcome(), failed: [`${name}: ${error.message}`] }
  }
}

function printDetails(log, { failed, skipped }) {
  if (skipped.length > 0) log.title('skipped')
  skipped.forEach(({ name, reason }) => log.line(`- ${name}: ${reason}`))
  if (failed.length > 0) log.title('failed')
  failed.forEach((name) => log.line(`- ${name}`))
  log.line()
}
