import { expect, test } from 'vitest'
import { holdsEverything, lockStamp } from '../../../scripts/lib/dependencies.mjs'
import { toolIn } from '../../../scripts/lib/tools.mjs'

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/vue': { version: '3.5.45' },
    'node_modules/only-on-windows': { version: '1.0.0', optional: true },
  },
}

test('the stamp changes with the lock file and the system, and not with line endings', () => {
  const stamp = lockStamp('{\n}\n', 'linux', 'x64')
  expect(lockStamp('{\r\n}\r\n', 'linux', 'x64')).toBe(stamp)
  expect(lockStamp('{\n "a": 1}\n', 'linux', 'x64')).not.toBe(stamp)
  expect(lockStamp('{\n}\n', 'linux', 'arm64')).not.toBe(stamp)
})

test('what npm has installed by hand is accepted when every needed package has the locked version', () => {
  expect(holdsEverything(lock, { packages: { 'node_modules/vue': { version: '3.5.45' } } })).toBe(true)
})

test.each([
  ['an older version', { 'node_modules/vue': { version: '3.5.44' } }],
  ['a missing package', {}],
])('%s means installing again', (_what, packages) => {
  expect(holdsEverything(lock, { packages })).toBe(false)
})

test('a tool is found by its name, in the package that was asked for and not in one below another', () => {
  const packages = {
    'node_modules/old/node_modules/vitest': { bin: { vitest: 'wrong.mjs' } },
    'node_modules/vitest': { bin: { vitest: './vitest.mjs' } },
    'node_modules/@electron/asar': { bin: { asar: 'bin/asar.mjs' } },
  }
  expect(toolIn(packages, 'vitest')).toBe('node_modules/vitest/vitest.mjs')
  expect(toolIn(packages, 'asar')).toBe('node_modules/@electron/asar/bin/asar.mjs')
  expect(toolIn(packages, 'toString')).toBeUndefined()
})
