// A vitest reporter that leaves the run's outcome in the file named by PARLEY_TEST_REPORT, for scripts/test.mjs.
// Unlike vitest's own JSON it keeps the reason of each skipped test: `skip('needs Electron')`. Failures carry theirs too: of a
// long run often the end alone is kept.

import { writeFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** @typedef {{passed: number, failed: string[], skipped: Array<{name: string, reason: string}>}} Outcome */

export default class OutcomeReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.PARLEY_TEST_REPORT
    if (file !== undefined) writeFileSync(file, JSON.stringify(outcomeOf(modules, unhandledErrors)))
  }
}

const REASON_LINES = 12
const REASON_LENGTH = 1_000

/**
 * Counts tests, and as one failure each: a file that fails outside its tests, and an error nobody caught.
 * @returns {Outcome}
 */
export function outcomeOf(modules, unhandledErrors) {
  const outcome = { passed: 0, failed: [], skipped: [] }
  for (const module of modules) {
    const failedBefore = outcome.failed.length
    for (const test of module.children.allTests()) count(test, outcome)
    if (module.state() === 'failed' && outcome.failed.length === failedBefore) {
      const [error] = module.errors()
      outcome.failed.push(`${module.relativeModuleId}: ${error?.message ?? 'fails outside its tests'}`)
    }
  }
  for (const error of unhandledErrors) outcome.failed.push(`unhandled: ${error.message ?? error}`)
  return outcome
}

function count(test, outcome) {
  const result = test.result()
  if (result.state === 'passed') outcome.passed += 1
  else if (result.state === 'skipped')
    outcome.skipped.push({ name: test.fullName, reason: result.note ?? 'no reason given' })
  // Besides "failed" this is "pending": a test that never came to its end has not passed.
  else outcome.failed.push([test.fullName, ...reasonsOf(result)].join('\n'))
}

/** The messages of its errors, in lines indented below its name; without colours. */
function reasonsOf({ errors = [] }) {
  const text = errors.map(({ message, diff }) => [message, diff].filter(Boolean).join('\n')).join('\n')
  const lines = stripVTControlCharacters(text).slice(0, REASON_LENGTH).split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .slice(0, REASON_LINES)
    .map((line) => `    ${line}`)
}
