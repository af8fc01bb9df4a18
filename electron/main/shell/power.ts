// After sleep or a locked screen the old connection lies: connect anew at once, so that rings meant for now arrive now.
import { powerMonitor } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import type { Log } from '../log.ts'

export function followPower(session: Session, log: Log): void {
  const wakeUp = (why: string) => () => {
    log.info(`woke up: ${why}`)
    session.wakeUp()
  }
  powerMonitor.on('resume', wakeUp('resume'))
  powerMonitor.on('unlock-screen', wakeUp('unlock'))
}
