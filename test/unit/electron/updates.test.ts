// Updates in virtual time: when Parley looks, fetches and installs, and that a meeting or a ring comes before all of it.
import { generateKeyPairSync, sign } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { FIRST_LOOK_MS, createUpdates } from '../../../electron/main/updates/updates.ts'
import { isSigned, signedText } from '../../../electron/main/updates/signature.ts'
import type { Found, Updater } from '../../../electron/main/updates/updater.ts'
import { describeUpdate, signUpdate } from '../../../scripts/release/signUpdates.mjs'
import { createManualTimers, type ManualTimers } from '../../support/manualTimers.ts'

const FOUR_HOURS_MS = 4 * 60 * 60_000
const next: Found = { version: '0.2.0', notes: 'Rings are louder.' }

let timers: ManualTimers
let calls: string[]
let found: Found | null
let busy: boolean
let changed: () => void
let finishDownload: (error?: Error) => void

const updater: Updater = {
  async check() {
    calls.push('check')
    return found
  },
  download: (signal) =>
    new Promise((resolve, reject) => {
      calls.push('download')
      finishDownload = (error) => (error ? reject(error) : resolve())
      signal.addEventListener('abort', () => {
        calls.push('give up')
        reject(new Error('cancelled'))
      })
    }),
  installOnQuit: (allowed) => void calls.push(`on quit: ${allowed}`),
  install: () => void calls.push('install'),
}

function open(how: () => Promise<Updater | null> = async () => updater) {
  return createUpdates({
    open: how,
    busy: () => busy,
    subscribe(listener) {
      changed = listener
      return () => (changed = () => {})
    },
    beforeInstall: () => void calls.push('before'),
    installFailed: () => void calls.push('failed'),
    timers,
    log: { info() {}, warn: (text) => void calls.push(text), error() {} },
  })
}

function become(now: boolean) {
  busy = now
  changed()
}

beforeEach(() => {
  timers = createManualTimers()
  calls = []
  found = next
  busy = false
})

describe('looking for updates', () => {
  test('begins a while after the start, and goes on all day', async () => {
    found = null
    open()
    await timers.advance(FIRST_LOOK_MS - 1)
    expect(calls).toEqual([])
    await timers.advance(1)
    await timers.advance(2 * FOUR_HOURS_MS)
    expect(calls).toEqual(['check', 'check', 'check'])
  })

  test('a build without an address asks nobody, ever', async () => {
    let opened = 0
    const updates = open(async () => {
      opened++
      return null
    })
    await timers.advance(10 * FOUR_HOURS_MS)
    expect([opened, calls, updates.ready, timers.waiting()]).toEqual([1, [], null, 0])
  })

  test('what is found is fetched, and then waits; the same is not fetched twice', async () => {
    const updates = open()
    let told = 0
    updates.subscribe(() => told++)
    await timers.advance(FIRST_LOOK_MS)
    expect(updates.ready).toBeNull()
    finishDownload()
    await timers.advance(FOUR_HOURS_MS)
    expect(updates.ready).toEqual(next)
    expect(calls).toEqual(['check', 'download', 'on quit: true', 'check'])
    expect(told).toBe(1)
  })

  test('a failure is a line in the log and another try later', async () => {
    const updates = open()
    await timers.advance(FIRST_LOOK_MS)
    finishDownload(new Error('disk full'))
    await timers.advance(FOUR_HOURS_MS)
    expect(calls).toEqual(['check', 'download', 'updates: Error: disk full', 'check', 'download'])
    expect(updates.ready).toBeNull()
  })
})

describe('a meeting or a ring', () => {
  test('postpones looking until it is over', async () => {
    busy = true
    open()
    await timers.advance(FOUR_HOURS_MS)
    expect(calls).toEqual([])
    become(false)
    await timers.advance(0)
    expect(calls).toEqual(['check', 'download'])
  })

  test('ends a download, which begins anew afterwards', async () => {
    open()
    await timers.advance(FIRST_LOOK_MS)
    become(true)
    await timers.advance(60_000)
    expect(calls).toEqual(['check', 'download', 'give up'])
    become(false)
    await timers.advance(0)
    expect(calls.slice(3)).toEqual(['check', 'download'])
  })

  test('that ends by time alone, with no news, is noticed within a minute', async () => {
    busy = true
    open()
    await timers.advance(FIRST_LOOK_MS)
    busy = false
    await timers.advance(60_000)
    expect(calls[0]).toBe('check')
  })

  test('forbids installing, by a press and on quitting', async () => {
    const updates = open()
    await timers.advance(FIRST_LOOK_MS)
    finishDownload()
    await timers.advance(0)
    become(true)
    expect(updates.install()).toMatchObject({ ok: false, error: { code: 'notAllowed' } })
    become(false)
    expect(updates.install()).toMatchObject({ ok: true })
    expect(calls.slice(2)).toEqual(['on quit: true', 'on quit: false', 'on quit: true', 'before', 'install'])
  })
})

test('installing what is not there, and what fails, leaves the app as it was', async () => {
  const updates = open(async () => ({
    ...updater,
    install() {
      throw new Error('no space')
    },
  }))
  expect(updates.install()).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  await timers.advance(FIRST_LOOK_MS)
  finishDownload()
  await timers.advance(0)
  expect(updates.install()).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  expect(calls.slice(-2)).toEqual(['before', 'failed'])
})

test('stopped, it leaves nothing behind', async () => {
  const updates = open()
  await timers.advance(FIRST_LOOK_MS)
  updates.stop()
  await timers.advance(0)
  expect(calls).toEqual(['check', 'download', 'give up'])
  expect(timers.waiting()).toBe(0)
})

describe('signatures', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  const files = [
    { url: 'Parley-0.2.0-linux-x64.AppImage', sha512: 'aaa', size: 1 },
    { url: 'Parley-0.2.0-linux-arm64.AppImage', sha512: 'bbb', size: 2 },
  ]
  const signed = {
    version: '0.2.0',
    files,
    parleySignature: sign(null, Buffer.from(signedText({ version: '0.2.0', files })), privateKey).toString('base64'),
  }

  test('a rightly signed update is taken', () => {
    expect(isSigned(signed, key)).toBe(true)
    expect(isSigned({ ...signed, files: files.toReversed() }, key)).toBe(true)
  })

  test.each([
    ['another file', { files: [files[0]!, { ...files[1]!, sha512: 'ccc' }] }],
    ['one more file', { files: [...files, { url: 'x.AppImage', sha512: 'ddd' }] }],
    ['no file', { files: [] }],
    ['another version', { version: '0.3.0' }],
    ['other words about it', { releaseNotes: 'Send your password to us.' }],
    ['no signature', { parleySignature: undefined }],
    ['nonsense for a signature', { parleySignature: 'AAAA' }],
  ])('%s is refused', (_what, change) => {
    expect(isSigned({ ...signed, ...change }, key)).toBe(false)
  })

  test('what was signed as a file cannot be passed off as words, nor words as a file', () => {
    // The files are signed in alphabetical order, and the words after them.
    const [last, first] = files as [(typeof files)[number], (typeof files)[number]]
    const words = `${last.url} ${last.sha512}\n`
    expect(isSigned({ ...signed, files: [first], releaseNotes: words }, key)).toBe(false)
    expect(signedText({ ...signed, files: [first], releaseNotes: words })).not.toBe(signedText(signed))
  })

  test('a broken or a stranger’s key takes nothing', () => {
    const stranger = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    expect(isSigned(signed, stranger.toString('base64'))).toBe(false)
    expect(isSigned(signed, 'AAAA')).toBe(false)
  })

  test('what the release signs is what the app checks', () => {
    const text = [
      'version: 0.2.0',
      'files:',
      '  - url: Parley-0.2.0-linux-x64.AppImage',
      '    sha512: aaa',
      '    size: 1',
      '    blockMapSize: 5',
      '  - url: Parley-0.2.0-linux-arm64.AppImage',
      '    sha512: bbb',
      '    size: 2',
      'path: Parley-0.2.0-linux-x64.AppImage',
      'sha512: aaa',
      "releaseDate: '2026-11-27T00:00:00.000Z'",
      '',
    ].join('\n')
    const notes = '### Added\n- “Rings” are louder: see\tSettings \\ Sound.\n'
    const written = signUpdate(text, privateKey, { percentage: 10, notes })
    expect(written).toMatch(/^stagingPercentage: 10$/m)
    const parleySignature = /^parleySignature: (\S+)$/m.exec(written)![1]
    // As electron-updater reads it: in YAML a JSON string is a string.
    const releaseNotes: unknown = JSON.parse(/^releaseNotes: (.+)$/m.exec(written)![1]!)
    expect(releaseNotes).toBe(notes)
    expect(isSigned({ ...describeUpdate(written), releaseNotes, parleySignature }, key)).toBe(true)
    const again = signUpdate(written, privateKey, { percentage: 100, notes })
    expect(again.match(/parleySignature|stagingPercentage|releaseNotes/g)).toHaveLength(2)
    expect(() => signUpdate('version: 0.2.0\nfiles:\n', privateKey, { percentage: 10, notes })).toThrow('no files')
  })
})
