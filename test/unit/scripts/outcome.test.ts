import { expect, test } from 'vitest'
import { addOutcomes, emptyOutcome, exitCodeOf, outcomeOfRun, summaryLine } from '../../../scripts/lib/outcome.mjs'
import { outcomeOf } from '../../../scripts/lib/testReporter.mjs'
import { selectStages } from '../../../scripts/lib/stages.mjs'

const passed = (count: number) => ({ ...emptyOutcome(), passed: count })
const skip = { name: 'rings in the tray', reason: 'needs a screen' }

test('the last line tells passed and failed, and skipped only when there are some', () => {
  expect(summaryLine(passed(3))).toBe('3 passed, 0 failed')
  expect(summaryLine({ passed: 1, failed: ['a', 'b'], skipped: [skip] })).toBe('1 passed, 2 failed, 1 skipped')
})

test('outcomes add up', () => {
  const total = addOutcomes([passed(2), { passed: 1, failed: ['a'], skipped: [skip] }])
  expect(total).toEqual({ passed: 3, failed: ['a'], skipped: [skip] })
})

test('a failure or nothing run at all is no success', () => {
  expect(exitCodeOf(passed(1))).toBe(0)
  expect(exitCodeOf({ passed: 5, failed: ['a'], skipped: [] })).toBe(1)
  expect(exitCodeOf({ passed: 0, failed: [], skipped: [skip] })).toBe(1)
})

test.each([
  ['at its time limit', { code: 1, timedOut: true, report: JSON.stringify(passed(3)) }, 'time limit'],
  ['without a report', { code: 139, timedOut: false, report: undefined }, 'no report'],
  [
    'with an error that no test shows',
    { code: 1, timedOut: false, report: JSON.stringify(passed(3)) },
    'no test failed',
  ],
  ['without tests', { code: 1, timedOut: false, report: JSON.stringify(emptyOutcome()) }, 'no tests were found'],
])('a run that ends %s counts as one failure', (_how, ended, words) => {
  const { failed } = outcomeOfRun(ended, 'unit')
  expect(failed).toHaveLength(1)
  expect(failed[0]).toContain(words)
})

function fakeModule(
  state: string,
  tests: Array<{ state: string; note?: string; errors?: Array<{ message: string; diff?: string }> }>,
  errors: Array<{ message: string }> = [],
) {
  return {
    relativeModuleId: 'a.test.ts',
    state: () => state,
    errors: () => errors,
    children: { allTests: () => tests.map((result, index) => ({ fullName: `test ${index}`, result: () => result })) },
  }
}

test('the reporter keeps reasons of skips, and counts a test that never ended as failed', () => {
  const tests = [
    { state: 'passed' },
    { state: 'skipped', note: 'needs Electron' },
    { state: 'skipped' },
    { state: 'pending' },
  ]
  expect(outcomeOf([fakeModule('passed', tests)], [])).toEqual({
    passed: 1,
    failed: ['test 3'],
    skipped: [
      { name: 'test 1', reason: 'needs Electron' },
      { name: 'test 2', reason: 'no reason given' },
    ],
  })
})

test('a failed test carries its reason, without colours and cut short', () => {
  const long = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')
  const tests = [
    { state: 'failed', errors: [{ message: '\u001b[31mexpected 0 to be 1\u001b[39m', diff: '- 1\n\n+ 0' }] },
    { state: 'failed', errors: [{ message: long }] },
  ]
  const [first, second] = outcomeOf([fakeModule('failed', tests)], []).failed
  expect(first).toBe('test 0\n    expected 0 to be 1\n    - 1\n    + 0')
  expect(second?.split('\n').length).toBeLessThan(20)
})

test('a file that fails outside its tests and an error nobody caught are failures', () => {
  const broken = fakeModule('failed', [], [{ message: 'cannot import x' }])
  const { failed } = outcomeOf([broken], [new Error('lost promise')])
  expect(failed).toEqual(['a.test.ts: cannot import x', 'unhandled: lost promise'])
})

test('naming a stage runs what it needs before it, in the usual order', () => {
  const names = (wanted: string[]) => selectStages(wanted).map((stage: { name: string }) => stage.name)
  expect(names(['browser', 'unit'])).toEqual(['unit', 'build', 'browser'])
  expect(names([])).toContain('lint')
  expect(() => names(['unti'])).toThrow(/unti/)
})
