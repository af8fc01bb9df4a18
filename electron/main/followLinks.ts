// What a link does: it fills in what a person then presses. A ring it names is shown, and not answered. A sign-in it brings back is used
// if this app began it.
import type { Session } from '../../shared/client/session.ts'
import { ringingHere } from '../../shared/client/mirror.ts'
import type { Timers } from '../../shared/time.ts'
import type { Log } from './log.ts'
import type { DesktopOpenId } from './openId.ts'
import type { RingActions } from './ringing/answering.ts'
import { whenSynced } from './ringing/whenSynced.ts'
import type { DeepLink } from './shell/deepLinks.ts'
import type { MainWindow } from './shell/mainWindow.ts'

export function createLinkAction(options: {
  session: Session
  openId: DesktopOpenId
  mainWindow: MainWindow
  actions: RingActions
  timers: Timers
  log: Log
}): (link: DeepLink) => void {
  const { session, openId, mainWindow, actions, timers, log } = options

  function showCall(id: string): void {
    const { mirror } = session.state
    if (ringingHere(mirror, timers.now()).some((ring) => ring.call.id === id)) return actions.look(id)
    mainWindow.command({ name: 'fillInPerson', userId: id })
  }

  return (link) => {
    log.info(`opened by a link: ${link.kind}`)
    if (link.kind === 'join') return mainWindow.command({ name: 'fillInCode', code: link.code })
    mainWindow.show()
    if (link.kind === 'openid') return void openId.receive(link.grant)
    whenSynced(session, () => showCall(link.id))
  }
}
