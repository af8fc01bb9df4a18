// Takes the place of electron/main/updates/electronUpdater.ts in the running app (STANDIN_REPLACE): offers one update, and keeps what it
// was asked. Tests reach it in the main process by FAKE_UPDATER on globalThis.
import type { Updater } from '../../electron/main/updates/updater.ts'

export const FAKE_UPDATER = 'parley.test.updater'

export type FakeUpdater = {
  /** What it was asked, in order. */
  calls: string[]
  /** Ends the download that is under way. */
  finish(): void
}

export function openElectronUpdater(key: string): Updater {
  const fake: FakeUpdater = { calls: [`opened with ${key}`], finish: () => {} }
  Reflect.set(globalThis, Symbol.for(FAKE_UPDATER), fake)
  return {
    async check() {
      fake.calls.push('check')
      return { version: '9.9.9', notes: 'Rings are louder.\nMeetings are shorter.' }
    },
    download: (signal) =>
      new Promise((resolve, reject) => {
        fake.calls.push('download')
        fake.finish = resolve
        signal.addEventListener('abort', () => {
          fake.calls.push('give up')
          reject(new Error('given up'))
        })
      }),
    installOnQuit: (allowed) => void fake.calls.push(`on quit: ${allowed}`),
    install: () => void fake.calls.push('install'),
  }
}
