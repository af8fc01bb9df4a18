// What a page may save to disk: a calendar file of its own making, and nothing else.
import { EventEmitter } from 'node:events'
import type { Session } from 'electron'
import { expect, test, vi } from 'vitest'
import { guardDownloads, maySave } from '../../../electron/main/shell/downloads.ts'

const origin = 'app://parley'
const wish = { url: 'blob:app://parley/1c6a', fileName: 'Weekly.ics', bytes: 900, role: 'main' as const }

test('only a small calendar file, made by the main window itself', () => {
  expect(maySave(wish, origin)).toBe(true)
  for (const other of [
    { url: 'app://parley/index.html' },
    { url: 'https://example.org/Weekly.ics' },
    { url: 'blob:https://example.org/1c6a' },
    { url: 'data:text/calendar,x' },
    { fileName: 'Weekly.ics.exe' },
    { fileName: 'Weekly.html' },
    { fileName: '.ics' },
    { fileName: '../Weekly.ics' },
    { bytes: 2 * 1024 * 1024 },
    { role: 'popup' as const },
    { role: null },
  ])
    expect(maySave({ ...wish, ...other }, origin), JSON.stringify(other)).toBe(false)
})

test('what may not be saved is stopped, and said in the log without its name', () => {
  const session = new EventEmitter()
  const log = { warn: vi.fn() }
  guardDownloads({ session: session as unknown as Session, roleOf: () => 'main', origin, log: log as never })
  const downloads = (url: string) => {
    const event = { preventDefault: vi.fn() }
    const item = { getURL: () => url, getFilename: () => 'Weekly.ics', getTotalBytes: () => 900 }
    session.emit('will-download', event, item, {})
    return event.preventDefault.mock.calls.length
  }
  expect([downloads(wish.url), log.warn.mock.calls]).toEqual([0, []])
  expect([downloads('https://example.org/secret.ics'), log.warn.mock.calls]).toEqual([1, [['denied a download']]])
})
