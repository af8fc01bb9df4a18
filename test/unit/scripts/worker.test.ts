import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, test } from 'vitest'
import { workerKey } from '../../../scripts/lib/worker.mjs'
import { dtlsMend, mended, ninjaFile, probeMends, readMesonList } from '../../../scripts/lib/worker/sources.mjs'

const mediasoupMain = createRequire(import.meta.url).resolve('mediasoup')
const workerFolder = path.join(
  mediasoupMain.slice(0, mediasoupMain.lastIndexOf('node_modules')),
  'node_modules',
  'mediasoup',
  'worker',
)
const workerSource = (file: string) => readFileSync(path.join(workerFolder, file), 'utf8')

const meson = `
common_sources = [
  'src/lib.cpp', # the [core]
  'src/Worker.cpp',
]
test_sources = ['test/tests.cpp']
if not get_option('x')
  common_sources += [
    'src/Extra.cpp',
  ]
endif
`

test('a list is read with what is added to it later', () => {
  expect(readMesonList(meson, 'common_sources')).toEqual(['src/lib.cpp', 'src/Worker.cpp', 'src/Extra.cpp'])
  expect(readMesonList(meson, 'test_sources')).toEqual(['test/tests.cpp'])
})

test.each([
  ['is missing', 'a = []', /no list named sources/],
  ['is not closed', "sources = [ 'a.cpp'", /does not close/],
  ['holds more than strings', "sources = [ 'a.cpp', files('b.cpp') ]", /more than quoted strings/],
])('a list that %s is refused', (_what, text, words) => {
  expect(() => readMesonList(text, 'sources')).toThrow(words)
})

test("the installed package's lists hold the files the worker cannot do without", () => {
  const sources = readMesonList(workerSource('meson.build'), 'common_sources')
  expect(sources).toEqual(expect.arrayContaining(['src/lib.cpp', dtlsMend.file, 'src/DepLibWebRTC.cpp']))
  expect(readMesonList(workerSource('deps/libwebrtc/meson.build'), 'libwebrtc_sources').length).toBeGreaterThan(20)
})

test.each([
  [dtlsMend, '(operationType & BIO_CB_RETURN) ?'],
  [probeMends[0]!, 'uint8_t probationPacketBuffer[ProbationPacketMaxLength]'],
  [probeMends[1]!, 'this->probationPacketBuffer, sizeof(this->probationPacketBuffer)'],
])('a mend changes one line of the installed $file, once', (mend, words) => {
  // Where the package's own build was used, its sources have been mended.
  const before = mend.pieces.reduce((text, [broken, whole]) => text.replace(whole, broken), workerSource(mend.file))
  const after = mended(before, mend)
  const known = new Set(before.split('\n'))
  const changed = after.split('\n').filter((line: string) => !known.has(line))
  expect(changed).toHaveLength(1)
  expect(changed[0]).toContain(words)
  expect(mended(after, mend)).toBe(after)
})

test.each([
  ['gone', 'return 1;', /0 times/],
  ['there twice', 'if (operationType == BIO_CB_RETURN) if (operationType == BIO_CB_RETURN)', /2 times/],
])('a mend fails loudly when its line is %s', (_what, source, words) => {
  expect(() => mended(source, dtlsMend)).toThrow(words)
})

test('each source is compiled once, after the precompiled header, and linked', () => {
  const plan = { sources: ['src/a.cpp', 'deps/b.cc', 'src/a.cpp'], compileFlags: '-I/x', linkFlags: '-luv' }
  const lines = ninjaFile({ ...plan, littleEndian: true, compiler: 'g++' }).split('\n')
  expect(lines.filter((line: string) => line.includes(': compile '))).toEqual([
    'build out/objects/src/a.o: compile src/a.cpp | shim/precompiled.hpp.gch',
    'build out/objects/deps/b.o: compile deps/b.cc | shim/precompiled.hpp.gch',
  ])
  expect(lines).toContain('build out/mediasoup-worker: link out/objects/src/a.o out/objects/deps/b.o')
  expect(lines).toContain('links = -luv')
})

test('a worker is kept for one version, way, system and processor', () => {
  const keys = [
    workerKey('3.27.1', 'built', 'linux', 'x64'),
    workerKey('3.27.1', 'prebuilt', 'linux', 'x64'),
    workerKey('3.27.2', 'built', 'linux', 'x64'),
    workerKey('3.27.1', 'built', 'linux', 'arm64'),
  ]
  expect(new Set(keys).size).toBe(4)
})
