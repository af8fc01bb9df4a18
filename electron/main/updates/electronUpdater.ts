// electron-updater behind the few things Parley needs of an updater. In a file of its own that is loaded at the first look for updates,
// and only in builds that look for any: it is large, and starting must not wait for it.
import electronUpdater from 'electron-updater'
import type { Log } from '../log.ts'
import { isSigned, notesOf, type Described } from './signature.ts'
import type { Updater } from './updater.ts'

const NOTES_MAX = 4_000

/** @param key with which the makers' signatures are checked */
export function openElectronUpdater(key: string, log: Log): Updater {
  const { autoUpdater, CancellationToken } = electronUpdater
  autoUpdater.logger = {
    info() {},
    warn: (text) => log.warn(`updater: ${text}`),
    error: (text) => log.warn(`updater: ${text}`),
  }
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false
  autoUpdater.allowDowngrade = false
  autoUpdater.allowPrerelease = false
  autoUpdater.disableWebInstaller = true
  let problem: Error | null = null
  // Without a listener an error would end the process.
  autoUpdater.on('error', (error) => {
    problem = error
  })
  // On macOS the system itself would install at every quitting, whatever is going on then.
  const canWaitForQuit = process.platform !== 'darwin'

  return {
    async check() {
      const result = await autoUpdater.checkForUpdates()
      if (!result?.isUpdateAvailable) return null
      const { updateInfo } = result
      if (!isSigned(updateInfo as Described, key))
        throw new Error(`version ${updateInfo.version} is not signed by Parley's makers`)
      return { version: updateInfo.version, notes: notesOf(updateInfo).trim().slice(0, NOTES_MAX) }
    },
    async download(signal) {
      const token = new CancellationToken()
      const cancel = () => token.cancel()
      signal.throwIfAborted()
      signal.addEventListener('abort', cancel, { once: true })
      try {
        // The handler for quitting is set up only if this is on when the download ends; what it says at quitting is what counts.
        autoUpdater.autoInstallOnAppQuit = canWaitForQuit
        await autoUpdater.downloadUpdate(token)
        signal.throwIfAborted()
      } finally {
        autoUpdater.autoInstallOnAppQuit = false
        signal.removeEventListener('abort', cancel)
      }
    },
    installOnQuit(allowed) {
      autoUpdater.autoInstallOnAppQuit = allowed && canWaitForQuit
    },
    install() {
      problem = null
      autoUpdater.quitAndInstall(true, true)
      // What goes wrong at once is told by an event during the call.
      if (problem) throw problem
    },
  }
}
