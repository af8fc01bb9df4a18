// The check of a packed app sees what must not be in it, what is missing, and what is set wrongly.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inspectPackage } from '../../../scripts/lib/package/inspect.mjs'
import { settings } from '../../../scripts/lib/package/pack.mjs'
import { fuseNames, fuseSentinel, readFuses } from '../../../scripts/lib/package/fuses.mjs'
import { makeStubDistribution } from '../../../scripts/lib/package/stub.mjs'

const BUILT = [
  'out/main/index.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/popup.html',
  'out/renderer/mini.html',
  'out/renderer/assets/index-AbCd_-12.js',
]
const ENTRY = `[Desktop Entry]
Name=Parley
Exec=/opt/Parley/parley %U
Type=Application
Icon=parley
StartupWMClass=parley
MimeType=x-scheme-handler/parley;
Categories=Network;InstantMessaging;
`
const SAFE = {
  runAsNode: 0,
  enableNodeOptionsEnvironmentVariable: 0,
  enableNodeCliInspectArguments: 0,
  grantFileProtocolExtraPrivileges: 0,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-inspect-'))
  for (const name of BUILT) write(join('built', name), name)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

type Entry = { size: number; offset: string; integrity?: { hash: string } } | { files: Tree }
type Tree = Record<string, Entry>

/** An archive with these files: the format's four sizes, its list, and no content. */
function archive(names: readonly string[], hashed = true): Buffer {
  const root: Tree = {}
  for (const name of names) {
    const parts = name.split('/')
    const file = parts.pop()!
    let place = root
    for (const part of parts) place = ((place[part] ??= { files: {} }) as { files: Tree }).files
    place[file] = { size: 1, offset: '0', ...(hashed && { integrity: { hash: 'abc' } }) }
  }
  const text = Buffer.from(JSON.stringify({ files: root }))
  const prefix = Buffer.alloc(16)
  ;[4, text.length + 8, text.length + 4, text.length].forEach((size, index) => prefix.writeUInt32LE(size, index * 4))
  return Buffer.concat([prefix, text])
}

function program(fuses: Record<string, number> = SAFE): Buffer {
  const wire = fuseNames.map((name) => fuses[name] ?? 1).join('')
  return Buffer.concat([Buffer.from(`code${fuseSentinel}`), Buffer.from([1, wire.length]), Buffer.from(`${wire}code`)])
}

function inspect({
  names = ['package.json', ...BUILT],
  hashed = true,
  fuses = SAFE as Record<string, number>,
  entry = ENTRY,
} = {}) {
  write('packed/app.asar', archive(names, hashed))
  return inspectPackage(
    {
      resources: join(folder, 'packed'),
      program: write('parley', program(fuses)),
      desktopEntry: write('parley.desktop', entry),
    },
    join(folder, 'built'),
  )
}

test('a package with exactly what was built passes', async () => {
  const report = await inspect()
  expect(report).toMatchObject({ files: 7, unexpected: [], missing: [], problems: [] })
  expect(report.asarBytes).toBeGreaterThan(100)
})

test('sources, tests, maps and packages are unexpected, also when they were built', async () => {
  const strays = [
    'node_modules/fastify/package.json',
    'electron/main/index.ts',
    'out/main/index.js.map',
    'out/main/index.test.js',
  ]
  write('built/out/main/index.test.js', 'built by mistake')
  const report = await inspect({ names: ['package.json', ...BUILT, ...strays] })
  expect(report.unexpected.sort()).toEqual(strays.sort())
})

test('what was built and is not packed is missing', async () => {
  const report = await inspect({ names: ['package.json', ...BUILT.filter((name) => !name.includes('preload'))] })
  expect(report.missing).toEqual(['out/preload/index.cjs'])
})

test.each([
  ['a fuse that is open', { fuses: { ...SAFE, runAsNode: 1 } }, /runAsNode is on/],
  ['a fuse that is not closed', { fuses: { ...SAFE, onlyLoadAppFromAsar: 0 } }, /onlyLoadAppFromAsar is off/],
  ['files without hashes', { hashed: false }, /package\.json has no hash/],
  ['no scheme', { entry: ENTRY.replace(/^MimeType.*\n/m, '') }, /desktop entry has nothing like .*x-scheme-handler/],
  ['links that are not handed over', { entry: ENTRY.replace(' %U', '') }, /desktop entry has nothing like .*%U/],
])('%s is a problem', async (_what, options, problem) => {
  const { problems } = await inspect(options)
  expect(problems.join('\n')).toMatch(problem)
})

test('what lies beside the archive is a problem', async () => {
  write('packed/default_app.asar', '')
  expect((await inspect()).problems).toEqual(['default_app.asar lies beside app.asar'])
})

test('a universal program must have the same fuses twice', async () => {
  const both = Buffer.concat([program(), program({ ...SAFE, runAsNode: 1 })])
  await expect(readFuses(write('universal', both))).rejects.toThrow('fuses that differ')
  await expect(readFuses(write('none', 'nothing'))).rejects.toThrow('no fuses')
})

test('the stub begins with every fuse the wrong way round', async () => {
  await makeStubDistribution(join(folder, 'stub'), '1.2.3')
  expect(await readFuses(join(folder, 'stub', 'electron'))).toMatchObject({
    runAsNode: 'on',
    onlyLoadAppFromAsar: 'off',
  })
})

test('updates need an https address and a key, and without an address there are none', () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  const withEnv = (env: Record<string, string>) => settings({ folder: '/tmp/dist' }, env).join(' ')
  expect(withEnv({ PARLEY_UPDATE_KEY: key })).not.toMatch(/publish\.url|updateKey/)
  expect(withEnv({ PARLEY_UPDATE_URL: 'https://updates.example.org/', PARLEY_UPDATE_KEY: key })).toContain(
    'publish.url=https://',
  )
  expect(() => withEnv({ PARLEY_UPDATE_URL: 'http://updates.example.org/', PARLEY_UPDATE_KEY: key })).toThrow('https')
  expect(() => withEnv({ PARLEY_UPDATE_URL: 'https://updates.example.org/' })).toThrow('PARLEY_UPDATE_KEY')
  expect(() => withEnv({ PARLEY_UPDATE_URL: 'https://updates.example.org/', PARLEY_UPDATE_KEY: 'short' })).toThrow(
    'KEY',
  )
})
