// The stages of `npm test`, in their order, and how each kind is run.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ensureBuild } from './build.mjs'
import { SetupError } from './log.mjs'
import { emptyOutcome, outcomeOfRun } from './outcome.mjs'
import { packFolder } from './package/pack.mjs'
import { inRepository } from './paths.mjs'
import { runNpm } from './npm.mjs'
import { run } from './processes.mjs'
import { auditFindings, licenceList, lockfileFaults, mayBeDelivered } from './supply.mjs'
import { readDelivered } from './supplyFiles.mjs'
import { toolScript } from './tools.mjs'
import { checkTypes, typeProjects } from './typeProjects.mjs'

const minute = 60_000

const lintChecks = [
  { name: 'eslint', tool: 'eslint', args: ['.'] },
  { name: 'prettier', tool: 'prettier', args: ['--check', '.'] },
  {
    name: 'who may import whom',
    tool: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'shared', 'server', 'electron', 'renderer'],
  },
  { name: 'knip', tool: 'knip', args: [] },
]

/**
 * needs: stages that must have passed. A stage without its needs counts as failed.
 * @type {Array<{name: string, needs?: string[], run: (context: object) => Promise<import('./outcome.mjs').Outcome>}>}
 */
export const stages = [
  { name: 'types', run: typesStage },
  { name: 'lint', run: lintStage },
  { name: 'supply', run: supplyStage },
  { name: 'unit', run: vitestStage('unit', 8 * minute) },
  { name: 'property', run: vitestStage('property', 3 * minute) },
  { name: 'integration', run: vitestStage('integration', 15 * minute) },
  { name: 'simulation', run: vitestStage('simulation', 3 * minute) },
  { name: 'docs', run: docsStage },
  { name: 'build', run: buildStage },
  { name: 'package', needs: ['build'], run: packageStage },
  { name: 'gallery', needs: ['build'], run: vitestStage('gallery', 20 * minute) },
  { name: 'browser', needs: ['build'], run: vitestStage('browser', 40 * minute) },
  { name: 'media', needs: ['build'], run: vitestStage('media', 25 * minute) },
  { name: 'desktop', needs: ['build'], run: vitestStage('desktop', 18 * minute) },
]

/**
 * The stages to run for the names given: all of them for none, and what a named one needs before it.
 * @param {string[]} names
 * @throws {SetupError} on an unknown name
 */
export function selectStages(names) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name))
  if (unknown.length > 0) {
    throw new SetupError(
      `No stage is named ${unknown.join(', ')}. There are: ${stages.map(({ name }) => name).join(', ')}`,
    )
  }
  const wanted = new Set(names)
  for (const { name, needs = [] } of stages) if (wanted.has(name)) needs.forEach((need) => wanted.add(need))
  return names.length === 0 ? stages : stages.filter(({ name }) => wanted.has(name))
}

async function typesStage(context) {
  const checks = typeProjects.map((project) => ({ name: project.name, check: () => checkTypes(project, context) }))
  return runChecks('types', checks, context.log)
}

async function lintStage({ log, node, env }) {
  const checks = lintChecks.map(({ name, tool, args }) => ({
    name,
    check: () => run(node, [toolScript(tool), ...args], { cwd: inRepository(), env, timeLimitMs: 5 * minute }),
  }))
  return runChecks('lint', checks, log)
}

/** Runs checks that are not vitest's, two at a time, and tells of them in their order; each counts as one test. */
async function runChecks(stage, checks, log) {
  const outcome = emptyOutcome()
  const running = []
  for (const { check } of checks) running.push(Promise.resolve(running.at(-2)).then(check, check))
  for (const [place, { name }] of checks.entries()) {
    const step = log.step(name)
    const { code, output, timedOut } = await running[place]
    if (code === 0) {
      outcome.passed += 1
      step.done()
    } else {
      outcome.failed.push(`${stage}: ${name}`)
      step.failed(timedOut ? 'time limit' : '')
      log.line(output.trim())
    }
  }
  return outcome
}

/** What comes from others; each of its checks counts as one test. */
async function supplyStage({ log, env }) {
  const { lock, delivered } = await readDelivered()
  const list = await readFile(inRepository('docs', 'licences.md'), 'utf8').catch(() => '')
  const refused = delivered.filter(({ licence }) => !mayBeDelivered(licence))
  const faults = [
    { name: 'the lockfile', found: lockfileFaults(lock) },
    { name: 'licences', found: refused.map(({ name, licence }) => `${name} may not be delivered: ${licence}`) },
    {
      name: 'the list of licences',
      found: list === licenceList(delivered) ? [] : ['docs/licences.md is not true any more: npm run licences'],
    },
  ]
  const audit = await runNpm(['audit', '--omit=dev', '--json'], { cwd: inRepository(), env, timeLimitMs: minute })
  const holes = auditFindings(audit.output)
  if (holes !== null) faults.push({ name: 'known holes', found: holes })
  const outcome = emptyOutcome()
  if (holes === null) outcome.skipped.push({ name: 'known holes', reason: 'the registry does not answer npm audit' })
  for (const { name, found } of faults) {
    const step = log.step(name)
    if (found.length === 0) {
      outcome.passed += 1
      step.done()
      continue
    }
    outcome.failed.push(`supply: ${name}`)
    step.failed('')
    log.line(found.join('\n'))
  }
  return outcome
}

/** The site of docs/, with a link to a page that is not there as a failure. */
async function docsStage({ log, node, env }) {
  const check = () =>
    run(node, [toolScript('vitepress'), 'build', 'docs'], { cwd: inRepository(), env, timeLimitMs: 4 * minute })
  return runChecks('docs', [{ name: 'the site', check }], log)
}

async function buildStage({ log, node, env }) {
  try {
    await ensureBuild({ log, node, env })
    return { ...emptyOutcome(), passed: 1 }
  } catch (error) {
    log.line(error.message)
    return { ...emptyOutcome(), failed: ['build'] }
  }
}

/** Lays the app out as it is delivered, and checks that nothing is in it that should not be. Its file list counts as one test. */
async function packageStage({ log, node, env }) {
  const { unexpected, missing, problems } = await packFolder({ log, node, env })
  const failed = [
    ...unexpected.map((name) => `${name} is in the package`),
    ...missing.map((name) => `${name} is missing in the package`),
    ...problems,
  ]
  failed.forEach((failure) => log.line(`✗ ${failure}`))
  return {
    ...emptyOutcome(),
    passed: failed.length === 0 ? 1 : 0,
    failed: failed.map((failure) => `package: ${failure}`),
  }
}

function vitestStage(project, timeLimitMs) {
  return async ({ node, env, scratch }) => {
    const reportFile = path.join(scratch, `${project}.json`)
    const reporters = ['--reporter=default', `--reporter=${inRepository('scripts', 'lib', 'testReporter.mjs')}`]
    const { code, timedOut } = await run(node, [toolScript('vitest'), 'run', '--project', project, ...reporters], {
      cwd: inRepository(),
      env: { ...env, PARLEY_TEST_REPORT: reportFile },
      timeLimitMs,
      output: 'inherit',
    })
    const report = await readFile(reportFile, 'utf8').catch(() => undefined)
    return outcomeOfRun({ code, timedOut, report }, project)
  }
}
