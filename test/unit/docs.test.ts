// Documents name tests for what they promise: those tests exist.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const promises = [...read('docs/security.md').matchAll(/`(test\/[\w/]+\.test\.ts)`: "([^"]+)"/g)]

test('docs/security.md names tests for its promises', () => {
  expect(promises.length).toBeGreaterThan(15)
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| (?!promise|what happened|---)/.test(line))
  expect(
    rows.filter((row) => !row.includes('`test/')),
    'promises without a test',
  ).toEqual([])
})

test.each(promises.map(([, file = '', title = '']) => [file, title]))('%s has the test "%s"', (file, title) => {
  expect(read(file)).toContain(title)
})
