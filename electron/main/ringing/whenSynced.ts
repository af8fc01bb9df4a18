// At a cold start only the first sync tells what rings.
import type { Session } from '../../../shared/client/session.ts'

/** At once when this device knows what rings, or when nobody is signed in; else after the first sync. */
export function whenSynced(session: Session, action: () => void): void {
  const ready = () => session.state.user === null || session.state.mirror.me !== null
  if (ready()) return action()
  const off = session.subscribe(() => {
    if (!ready()) return
    off()
    action()
  })
}
