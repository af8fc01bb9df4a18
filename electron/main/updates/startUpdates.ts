// Puts updates together with what they must not disturb.
import { app } from 'electron'
import { ringingHere } from '../../../shared/client/mirror.ts'
import type { Session } from '../../../shared/client/session.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import type { Lifecycle } from '../shell/lifecycle.ts'
import { openUpdater } from './openUpdater.ts'
import { createUpdates, type Updates } from './updates.ts'

export function startUpdates(options: { session: Session; lifecycle: Lifecycle; timers: Timers; log: Log }): Updates {
  const { session, lifecycle, timers, log } = options
  return createUpdates({
    open: () => openUpdater(log),
    busy() {
      const { mirror, answering } = session.state
      return mirror.seat !== null || answering !== null || ringingHere(mirror, timers.now()).length > 0
    },
    subscribe: session.subscribe,
    beforeInstall() {
      lifecycle.beginQuitting()
      // The new version starts while this one still says goodbye, and must not take it for the first instance.
      app.releaseSingleInstanceLock()
    },
    installFailed() {
      lifecycle.goOn()
      app.requestSingleInstanceLock()
    },
    timers,
    log,
  })
}
