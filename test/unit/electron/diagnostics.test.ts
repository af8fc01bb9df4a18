// What is copied for whoever helps, and what crashes leave behind.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { diagnostics } from '../../../electron/main/diagnostics.ts'
import { openLog, redact } from '../../../electron/main/log.ts'
import { removeOldDumps } from '../../../electron/main/shell/crashDumps.ts'
import type { SessionState } from '../../../shared/client/session.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import { defaultSettings } from '../../../shared/settings.ts'
import { ben } from '../../support/things.ts'

vi.mock('electron', () => ({ app: {}, clipboard: {}, crashReporter: {} }))

const DAY_MS = 24 * 60 * 60_000
const log = { info() {}, warn() {}, error() {} }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-diagnostics-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const state = { status: 'online', user: ben, mirror: emptyMirror, problem: null, server: 'https://calls.example.org' }
const facts = {
  session: { state: state as unknown as SessionState },
  settings: { ...defaultSettings, cameraId: 'id-of-a-camera' },
  version: '1.2.3',
  packaged: true,
  home: '/home/ben',
}

test('diagnostics tell the app and the end of its log, and name nobody', () => {
  writeFileSync(join(folder, 'parley.old.log'), 'the day before\n')
  writeFileSync(join(folder, 'parley.log'), 'could not write /home/ben/.config/x\nBearer abc.def\n')
  const text = diagnostics({ ...facts, logs: folder })
  expect(text).toMatch(/^Parley 1\.2\.3\n/)
  expect(text).toContain('connection online, signed in, in no meeting')
  expect(text).toContain('the day before\ncould not write ~/.config/x\n[secret]')
  for (const secret of [ben.name, 'example.org', 'id-of-a-camera', '/home/ben']) expect(text).not.toContain(secret)
})

test('without a log there are still the facts', () => {
  expect(diagnostics({ ...facts, logs: join(folder, 'none') })).toContain('problem none')
})

test('a log that has grown is put aside, and only one is kept', () => {
  const logs = openLog(folder)
  const line = 'x'.repeat(64 * 1024)
  for (let count = 0; count < 40; count++) logs.info(line)
  expect(readdirSync(folder).sort()).toEqual(['parley.log', 'parley.old.log'])
})

test.each(['Bearer abc', '{"password":"hunter2 "}', 'refreshToken: r4nd0m', 'eyJhbGciOi.eyJzdWIi.c2ln'])(
  'no secret gets into the log: %s',
  (text) => {
    expect(redact(text)).toContain('[secret]')
    expect(redact(text)).not.toMatch(/abc|hunter2|r4nd0m|eyJ/)
  },
)

test('of crash dumps the newest few of the last weeks stay', () => {
  const now = Date.UTC(2026, 10, 27)
  const dump = (name: string, daysAgo: number) => {
    writeFileSync(join(folder, name), '')
    const at = new Date(now - daysAgo * DAY_MS)
    utimesSync(join(folder, name), at, at)
  }
  for (const [name, days] of Object.entries({ a: 1, b: 2, c: 40, d: 3, e: 4 })) dump(`${name}.dmp`, days)
  dump('settings.dat', 90)
  removeOldDumps(now, log, folder)
  expect(readdirSync(folder).sort()).toEqual(['a.dmp', 'b.dmp', 'd.dmp', 'settings.dat'])
  removeOldDumps(now, log, join(folder, 'none'))
})
