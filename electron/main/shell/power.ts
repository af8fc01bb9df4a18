// After sleep, a locked screen or a change of network the old connection lies: connect anew at once, whatever it says of itself, so that
// rings meant for now arrive now. Nothing rings before the sync that follows (shared/client/link.ts).
import { powerMonitor } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Log } from '../log.ts'
import { followNetwork } from './network.ts'

/** Until the returned function is called. */
export function followPower(session: Session, timers: Timers, log: Log): () => void {
  const wakeUp = (why: string) => () => {
    log.info(`woke up: ${why}`)
    session.wakeUp()
  }
  powerMonitor.on('suspend', () => log.info('going to sleep'))
  powerMonitor.on('resume', wakeUp('resume'))
  powerMonitor.on('unlock-screen', wakeUp('unlock'))
  return followNetwork(timers, wakeUp('network'))
}
