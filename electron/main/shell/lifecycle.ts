// Staying and going: the app lives on in the tray without windows, a second instance brings it to the front, and it leaves tidily.
import { app } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import type { Ringing } from '../ringing/startRinging.ts'
import type { MainWindow } from './mainWindow.ts'
import type { TokenStore } from './tokenStore.ts'

/** Quitting waits so long for the server to hear that this device leaves its meeting, and for the disk. */
const FAREWELL_MS = 1_000

type Parts = {
  mainWindow: MainWindow
  session: Session
  ringing: Ringing
  store: TokenStore
  timers: Timers
}

export function createLifecycle(log: Log) {
  let quitting = false
  return {
    /** True once windows may really close. */
    get quitting(): boolean {
      return quitting
    },
    follow(parts: Parts): void {
      app.on('second-instance', parts.mainWindow.show)
      app.on('activate', parts.mainWindow.show)
      // Having a listener is what keeps the app alive.
      app.on('window-all-closed', () => {})
      app.on('before-quit', () => {
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

async function farewell({ session, ringing, store, timers }: Parts): Promise<void> {
  ringing.stop()
  const { seat } = session.state.mirror
  const said = Promise.all([seat ? session.leaveRoom(seat.room.id) : null, store.flush()])
  await Promise.race([said, new Promise<void>((resolve) => timers.after(FAREWELL_MS, resolve))])
  session.stop()
}
