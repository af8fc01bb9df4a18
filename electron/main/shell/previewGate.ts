// Looking at one's own camera in the settings: open from the person's press there until the screen is left, and never behind a closed
// window or a page that was loaded anew.
import type { Timers } from '../../../shared/time.ts'
import type { MainWindow } from './mainWindow.ts'

/** Whoever forgets it open has it closed. */
const OPEN_MAX_MS = 10 * 60_000

export function createPreviewGate(mainWindow: MainWindow, timers: Timers) {
  let open = false
  let callOff = () => {}
  function set(now: boolean): void {
    callOff()
    open = now && mainWindow.seen
    if (open) callOff = timers.after(OPEN_MAX_MS, () => set(false))
  }
  mainWindow.onVisibility(() => mainWindow.seen || set(false))
  mainWindow.onPageGone(() => set(false))
  return {
    get open(): boolean {
      return open
    },
    set,
  }
}
