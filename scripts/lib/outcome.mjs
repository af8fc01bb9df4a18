// Adding up what the stages of `npm test` have found. Pure.

/** @typedef {import('./testReporter.mjs').Outcome} Outcome */

/** @returns {Outcome} */
export const emptyOutcome = () => ({ passed: 0, failed: [], skipped: [] })

/** @param {Outcome[]} outcomes */
export function addOutcomes(outcomes) {
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.flatMap(({ failed }) => failed),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
  }
}

/**
 * What a vitest run that has ended means.
 * @param {object} ended
 * @param {number} ended.code
 * @param {boolean} ended.timedOut
 * @param {string | undefined} ended.report content of the reporter's file, undefined when there is none
 * @param {string} stage
 * @returns {Outcome}
 */
export function outcomeOfRun({ code, timedOut, report }, stage) {
  if (timedOut) return { ...emptyOutcome(), failed: [`${stage}: stopped at its time limit`] }
  if (report === undefined)
    return { ...emptyOutcome(), failed: [`${stage}: vitest ended with code ${code} and no report`] }
  const outcome = JSON.parse(report)
  if (outcome.passed + outcome.failed.length + outcome.skipped.length === 0) {
    return { ...outcome, failed: [`${stage}: no tests were found`] }
  }
  if (code !== 0 && outcome.failed.length === 0) {
    return { ...outcome, failed: [`${stage}: vitest ended with code ${code} although no test failed`] }
  }
  return outcome
}

/** The last line of `npm test`. @param {Outcome} outcome */
export function summaryLine({ passed, failed, skipped }) {
  const skips = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  return `${passed} passed, ${failed.length} failed${skips}`
}

/** Nothing run is no success. @param {Outcome} outcome */
export const exitCodeOf = ({ passed, failed }) => (failed.length > 0 || passed === 0 ? 1 : 0)
