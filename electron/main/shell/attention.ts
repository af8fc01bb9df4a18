// The quiet signs beside tray and pop-up: task bar flash, dock bounce, and the number of missed calls on the app's icon.
import { app } from 'electron'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { MainWindow } from './mainWindow.ts'

export function createAttention(mainWindow: MainWindow) {
  let ringing = false
  let bounce: number | null = null
  let badge = 0
  return {
    show(rings: readonly Ring[]): void {
      if (rings.length > 0 === ringing) return
      ringing = rings.length > 0
      mainWindow.window?.flashFrame(ringing)
      if (!app.dock) return
      if (ringing) bounce = app.dock.bounce('critical')
      else if (bounce !== null) app.dock.cancelBounce(bounce)
    },
    setMissed(count: number): void {
      if (count === badge) return
      badge = count
      app.setBadgeCount(count)
    },
  }
}
