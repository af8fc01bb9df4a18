// Staying and going: the app lives on in the tray without windows, a second instance brings it to the front, and it leaves tidily;
// out of a meeting only after asking.
import { app, powerMonitor } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import { HIDDEN } from '../commandLine.ts'
import type { Ringing } from '../ringing/startRinging.ts'
import type { receiveDeepLinks } from './deepLinks.ts'
import type { Updates } from '../updates/updates.ts'
import type { MainWindow } from './mainWindow.ts'
import type { TokenStore } from './tokenStore.ts'

/** Quitting waits so long for the server to hear that this device leaves its meeting, and for the disk. */
const FAREWELL_MS = 1_000

type Parts = {
  mainWindow: MainWindow
  session: Session
  ringing: Ringing
  updates: Updates
  store: TokenStore
  timers: Timers
  deepLinks: ReturnType<typeof receiveDeepLinks>
  /** Whatever else has to end. */
  stop(): void
}

export type Lifecycle = ReturnType<typeof createLifecycle>

export function createLifecycle(log: Log) {
  let quitting = false
  /** The question is in front of the person. Whoever quits once more while it is means it: a page may hang. */
  let asked = false
  let confirmed = false
  const quitNow = () => {
    confirmed = true
    app.quit()
  }
  return {
    /** True once windows may really close. */
    get quitting(): boolean {
      return quitting
    },
    /** Quits, after asking while in a meeting. */
    quit: () => app.quit(),
    quitNow,
    stay(): void {
      asked = false
    },
    /** For what closes the windows before it quits, as installing an update does on macOS; nothing is asked then. */
    beginQuitting(): void {
      confirmed = true
      quitting = true
    },
    /** It came to nothing: closing hides the window again. */
    goOn(): void {
      confirmed = false
      quitting = false
    },
    follow(parts: Parts): void {
      const { mainWindow, session } = parts
      app.on('second-instance', (_event, argv) => {
        if (parts.deepLinks.fromCommandLine(argv)) return
        // Started at login though it runs already.
        if (!argv.includes(HIDDEN)) mainWindow.show()
      })
      app.on('activate', mainWindow.show)
      // Having a listener is what keeps the app alive.
      app.on('window-all-closed', () => {})
      // The system does not wait for an answer.
      powerMonitor.on('shutdown', quitNow)
      app.on('before-quit', (event) => {
        if (session.state.mirror.seat !== null && !asked && !confirmed) {
          event.preventDefault()
          asked = true
          return mainWindow.command({ name: 'askToQuit' })
        }
        quitting = true
      })
      app.on('will-quit', (event) => {
        event.preventDefault()
        void farewell(parts)
          .catch((error: unknown) => log.error(`while quitting: ${String(error)}`))
          .finally(() => {
            log.info('quit')
            app.exit(0)
          })
      })
    },
  }
}

async function farewell({ session, ringing, updates, store, timers, stop }: Parts): Promise<void> {
  ringing.stop()
  updates.stop()
  stop()
  const { seat } = session.state.mirror
  const said = Promise.all([seat ? session.leaveRoom(seat.room.id) : null, store.flush()])
  await Promise.race([said, new Promise<void>((resolve) => timers.after(FAREWELL_MS, resolve))])
  session.stop()
}
