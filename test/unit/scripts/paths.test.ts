import { expect, test } from 'vitest'
import { cacheFolder } from '../../../scripts/lib/paths.mjs'
import { withNodeFirst } from '../../../scripts/lib/prepare.mjs'

test.each([
  ['linux', {}, '/home/ann', '/home/ann/.cache/parley'],
  ['linux', { XDG_CACHE_HOME: '/big/cache' }, '/home/ann', '/big/cache/parley'],
  ['darwin', {}, '/Users/ann', '/Users/ann/Library/Caches/parley'],
  ['win32', { LOCALAPPDATA: 'C:\\Users\\ann\\Local' }, 'C:\\Users\\ann', 'C:\\Users\\ann\\Local\\parley\\Cache'],
  ['win32', {}, 'C:\\Users\\ann', 'C:\\Users\\ann\\AppData\\Local\\parley\\Cache'],
] as const)('the cache is where %s keeps caches, with %j', (platform, env, home, expected) => {
  expect(cacheFolder(env, platform, home)).toBe(expected)
})

test('PARLEY_CACHE wins over everything', () => {
  const env = { PARLEY_CACHE: '/chosen', XDG_CACHE_HOME: '/big/cache' }
  expect(cacheFolder(env, 'linux', '/home/ann')).toBe('/chosen')
})

test('the right Node comes first in PATH, once, also where the variable is called Path', () => {
  expect(withNodeFirst({ PATH: '/usr/bin:/node24/bin:/bin' }, '/node24/bin/node', ':').PATH).toBe(
    '/node24/bin:/usr/bin:/bin',
  )
  expect(withNodeFirst({ Path: '/usr/bin' }, '/node24/bin/node', ':')).toEqual({ Path: '/node24/bin:/usr/bin' })
})
