// Whether this device shows its screen to a meeting: told by the main window's page, and over with that page or the seat.
import type { Session } from '../../../shared/client/session.ts'
import type { MainWindow } from './mainWindow.ts'
import type { SettingsFile } from './settingsFile.ts'

export type SharingState = ReturnType<typeof createSharingState>

export function createSharingState(options: { session: Session; settings: SettingsFile; mainWindow: MainWindow }) {
  const { session, settings, mainWindow } = options
  const listeners = new Set<() => void>()
  let on = false
  function set(now: boolean): void {
    const next = now && session.state.mirror.seat !== null
    if (next === on) return
    on = next
    for (const listener of listeners) listener()
  }
  session.subscribe((state) => state.mirror.seat === null && set(false))
  mainWindow.onPageGone(() => set(false))
  return {
    get on(): boolean {
      return on
    },
    /** What calls now must not say who it is: it would be seen by everybody. */
    get hidesCallers(): boolean {
      return on && settings.value.hideCallerWhileSharing
    },
    set,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
