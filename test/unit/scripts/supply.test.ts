import { expect, test } from 'vitest'
import {
  auditFindings,
  deliveredIn,
  licenceList,
  lockfileFaults,
  mayBeDelivered,
} from '../../../scripts/lib/supply.mjs'

const HASH = `sha512-${'A'.repeat(86)}==`
const lockOf = (packages: object) => ({ packages: { '': {}, ...packages } })

test('everything in the lockfile is pinned by its content and by no address', () => {
  expect(lockfileFaults(lockOf({ 'node_modules/good': { version: '1.0.0', integrity: HASH } }))).toEqual([])
  const bad = {
    'node_modules/bare': { version: '1.0.0' },
    'node_modules/weak': { integrity: 'sha1-abc=' },
    'node_modules/a/node_modules/@x/placed': { integrity: HASH, resolved: 'git+ssh://example/x.git' },
    'node_modules/linked': { link: true },
  }
  expect(lockfileFaults(lockOf(bad))).toEqual([
    'bare has no sha512',
    'weak has no sha512',
    '@x/placed names an address: git+ssh:',
    'linked is a link to a folder',
  ])
})

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND GPL-3.0-only', false],
  ['(MIT AND ISC) OR GPL-2.0', true],
  ['GPL-3.0-only', false],
  ['none given', false],
])('%s may be delivered: %s', (licence, may) => expect(mayBeDelivered(licence)).toBe(may))

test('the list names what is delivered, once each, and not what only builds and tests', () => {
  const lock = lockOf({
    'node_modules/b': { version: '2.0.0', license: 'MIT' },
    'node_modules/a/node_modules/b': { version: '2.0.0', license: 'MIT' },
    'node_modules/@s/a': { version: '1.0.0' },
    'node_modules/vitest': { version: '5.0.0', license: 'MIT', dev: true },
  })
  const list = licenceList(deliveredIn(lock, (place) => (place === 'node_modules/@s/a' ? 'ISC' : undefined)))
  expect(
    list
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1),
  ).toEqual(['| @s/a | 1.0.0 | ISC |', '| b | 2.0.0 | MIT |'])
})

test('an audit is read; a registry that has none to give is no clean audit', () => {
  expect(auditFindings('{"vulnerabilities":{}}')).toEqual([])
  expect(auditFindings('npm warn x\n{"vulnerabilities":{"ws":{"name":"ws","severity":"high"}}}')).toEqual(['ws: high'])
  expect(auditFindings('{"message":"405 Method Not Allowed"}')).toBeNull()
  expect(auditFindings('')).toBeNull()
})
