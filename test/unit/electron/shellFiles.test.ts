// Files of a profile, addresses of pages and places of windows.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { redact } from '../../../electron/main/log.ts'
import { readCommandLine } from '../../../electron/main/commandLine.ts'
import { openDeviceIdentity } from '../../../electron/main/shell/deviceIdentity.ts'
import { openSettings } from '../../../electron/main/shell/settingsFile.ts'
import { openTokenStore } from '../../../electron/main/shell/tokenStore.ts'
import { MAIN_SIZE, readPlace, usablePlace } from '../../../electron/main/shell/windowPlace.ts'
import { ben, id } from '../../support/things.ts'

const warnings: string[] = []
const log = { info() {}, warn: (message: string) => void warnings.push(message), error() {} }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-files-'))
  warnings.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('settings file', () => {
  test('a change keeps everything else', () => {
    openSettings(folder, log).change({ ringVolume: 0.1 })
    const again = openSettings(folder, log)
    again.change({ theme: 'dark', language: undefined as never })
    expect(openSettings(folder, log).value).toMatchObject({ ringVolume: 0.1, theme: 'dark', language: 'system' })
  })

  test('a broken write costs the last change, and never the version before', () => {
    const path = join(folder, 'settings.json')
    openSettings(folder, log).change({ ringVolume: 0.1 })
    openSettings(folder, log).change({ ringVolume: 0.2 })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1, ringVolume: 0.2 })
    writeFileSync(path, '{"version":1,"ringVol')
    const again = openSettings(folder, log)
    expect(again.value.ringVolume).toBe(0.1)
    // What is broken never becomes the version before.
    again.change({ theme: 'dark' })
    rmSync(path)
    expect(openSettings(folder, log).value).toMatchObject({ ringVolume: 0.1, theme: 'system' })
  })

  test('a file of a newer version is read as far as it is understood', () => {
    const newer = { version: 99, ringVolume: 0.3, theme: 'sepia', quietHours: { on: true }, unheardOf: { deep: 1 } }
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(newer))
    const { value } = openSettings(folder, log)
    expect(value).toMatchObject({ ringVolume: 0.3, theme: 'system', quietHours: { on: false } })
    expect(value).not.toHaveProperty('unheardOf')
  })

  test('is readable by this user only, and broken JSON costs the settings, not the start', () => {
    openSettings(folder, log).change({ ringVolume: 0.1 })
    const path = join(folder, 'settings.json')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0)
    writeFileSync(path, '{"ringVolume":')
    expect(openSettings(folder, log).value.ringVolume).toBe(0.7)
    expect(warnings).toHaveLength(1)
  })
})

test('the device id is made once and kept, whatever the computer is called', () => {
  const open = (hostname: string, fresh: number) =>
    openDeviceIdentity({ folder, hostname, platform: 'freebsd', createId: () => id(fresh), log })
  expect(open('desk.local', 1)).toEqual({ id: id(1), platform: 'linux', label: 'desk' })
  expect(open('', 2)).toEqual({ id: id(1), platform: 'linux', label: 'This computer' })
})

describe('token store', () => {
  const stored = {
    server: 'http://localhost',
    user: ben,
    tokens: { accessToken: 'secret-a', accessExpiresAt: 5, refreshToken: 'secret-r' },
  }
  const keychain = (available: boolean, backend = 'gnome_libsecret') =>
    ({
      isAsyncEncryptionAvailable: async () => available,
      getSelectedStorageBackend: () => backend,
      encryptStringAsync: async (text: string) => Buffer.from(Buffer.from(text).toString('hex')),
      decryptStringAsync: async (sealed: Buffer) => ({
        result: Buffer.from(String(sealed), 'hex').toString(),
        shouldReEncrypt: false,
      }),
    }) as unknown as SafeStorage
  const open = (safeStorage: SafeStorage) => openTokenStore({ folder, safeStorage, platform: 'linux', log })

  test('keeps the session between runs, sealed, and the last word counts', async () => {
    const store = await open(keychain(true))
    store.save({ ...stored, lastSyncAt: 1 })
    store.save({ ...stored, lastSyncAt: 2 })
    await store.flush()
    expect(readFileSync(join(folder, 'session.bin'), 'utf8')).not.toContain('secret')
    expect((await open(keychain(true))).load()).toEqual({ ...stored, lastSyncAt: 2 })
    store.clear()
    await store.flush()
    expect((await open(keychain(true))).load()).toBeNull()
  })

  test.each([
    ['there is no keychain', keychain(false)],
    ['the keychain is none', keychain(true, 'basic_text')],
  ])('writes nothing when %s', async (_name, safeStorage) => {
    const store = await open(safeStorage)
    store.save(stored)
    await store.flush()
    expect(store.load()).toEqual(stored)
    expect(() => statSync(join(folder, 'session.bin'))).toThrow('ENOENT')
  })

  test('what cannot be read asks to sign in', async () => {
    writeFileSync(join(folder, 'session.bin'), Buffer.from('{}').toString('hex'))
    expect((await open(keychain(true))).load()).toBeNull()
    expect(warnings).toHaveLength(1)
  })
})

describe('place of the main window', () => {
  const screens = [{ x: 0, y: 24, width: 1920, height: 1056 }]
  const place = { x: 100, y: 100, width: 1000, height: 700, maximized: false }
  test.each([
    ['nothing kept', null, MAIN_SIZE],
    ['kept and visible', place, { x: 100, y: 100, width: 1000, height: 700 }],
    ['on a screen that is gone', { ...place, x: 2500 }, { width: 1000, height: 700 }],
    ['with its title bar above the screen', { ...place, y: -40 }, { width: 1000, height: 700 }],
    ['too small', { ...place, width: 10, height: 10 }, { x: 100, y: 100, width: 880, height: 560 }],
  ])('%s', (_name, kept, expected) => {
    expect(usablePlace(kept, screens)).toEqual(expected)
  })
  test('broken entries count as none', () => {
    expect(readPlace({ x: 'left' })).toBeNull()
  })
})

test('the command line takes addresses and names only as such', () => {
  const read = (given: Record<string, string>) =>
    readCommandLine({ getSwitchValue: (name) => given[name] ?? '', hasSwitch: (name) => name in given }).prefill
  expect(read({})).toBeNull()
  expect(read({ server: 'file:///etc' })).toBeNull()
  expect(read({ server: 'Parley.example', 'demo-user': 'ann' })).toEqual({
    server: 'https://parley.example',
    login: 'ann',
  })
})

test('secrets do not get into the log', () => {
  const token = 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl'
  for (const text of [
    `failed with ${token}`,
    'Authorization: Bearer abc.def',
    '{"password":"hunter2"}',
    'refreshToken=hunter2',
  ])
    expect(redact(text)).not.toMatch(/hunter2|abc\.def|eyJ/)
  expect(redact('ring 12 shown')).toBe('ring 12 shown')
})
