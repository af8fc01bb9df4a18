import { expect, test } from 'vitest'
import { failedLately } from '../../../scripts/lib/electron.mjs'
import { formatDuration } from '../../../scripts/lib/log.mjs'
import { isNewEnough, nodePackages } from '../../../scripts/lib/node24.mjs'
import { descendants, isAlive, lineSplitter, run } from '../../../scripts/lib/processes.mjs'
import { browserArguments } from '../../../scripts/lib/windows.mjs'

test('the descendants of a process are its children and theirs, and nobody else', () => {
  const parents: Array<[number, number]> = [
    [2, 1],
    [3, 2],
    [4, 3],
    [9, 1],
  ]
  expect(descendants(2, parents)).toEqual([3, 4])
})

test('a program that outlasts its time limit is ended together with the child it started', async () => {
  const script = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const { timedOut, output } = await run(process.execPath, ['-e', script], { timeLimitMs: 1_500 })
  expect(timedOut).toBe(true)
  expect(Number(output)).toBeGreaterThan(0)
  expect(isAlive(Number(output))).toBe(false)
})

test('a program that is not there ends with 127 and words', async () => {
  const { code, output } = await run('no-such-program-anywhere', [])
  expect(code).toBe(127)
  expect(output).toContain('ENOENT')
})

test('lines come whole, however the chunks are cut', () => {
  const lines: string[] = []
  const take = lineSplitter((line: string) => lines.push(line))
  for (const chunk of ['[1/', '2] a\r\n[2/2] ', 'b\nrest']) take(chunk)
  expect(lines).toEqual(['[1/2] a', '[2/2] b'])
})

test('every pinned Node is new enough, exact and has its hash', () => {
  for (const { version, integrity } of Object.values(nodePackages)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(isNewEnough(version)).toBe(true)
    expect(integrity).toMatch(/^sha512-.{88}$/)
  }
  expect(isNewEnough('20.20.2')).toBe(false)
})

test('a failed fetch of Electron is remembered for a day, for that version', () => {
  const hour = 3_600_000
  const memory = JSON.stringify({ version: '45.4.1', at: 100 * hour })
  expect(failedLately(memory, '45.4.1', 123 * hour)).toBe(true)
  expect(failedLately(memory, '45.4.1', 125 * hour)).toBe(false)
  expect(failedLately(memory, '45.5.0', 101 * hour)).toBe(false)
  expect(failedLately('', '45.4.1', 101 * hour)).toBe(false)
})

test('two demo windows have two profiles and stand side by side', () => {
  const of = (person: string, place: number) =>
    browserArguments({
      url: `http://127.0.0.1:4400/?demo=${person}`,
      profile: `/demo/${person}`,
      place,
      noSandbox: false,
    })
  expect(of('ann', 0)).toEqual(expect.arrayContaining(['--user-data-dir=/demo/ann', '--window-position=0,0']))
  expect(of('ben', 1)).toEqual(expect.arrayContaining(['--user-data-dir=/demo/ben', '--window-position=790,0']))
  expect(of('ann', 0)).not.toContain('--no-sandbox')
})

test.each([
  [850, '0.8 s'],
  [42_000, '42 s'],
  [61_000, '1 min 1 s'],
  [119_700, '2 min 0 s'],
])('%i ms reads as %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words)
})
