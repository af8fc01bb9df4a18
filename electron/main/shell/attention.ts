// The quiet signs beside tray and pop-up: task bar flash and overlay (Windows), dock bounce (macOS), and the number of missed calls on
// the app's icon.
import { app } from 'electron'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { MainWindow } from './mainWindow.ts'
import { loadOverlayIcons } from './trayIcons.ts'

export function createAttention(
  mainWindow: MainWindow,
  describe: (sign: 'ringing' | 'missed', count: number) => string,
) {
  const overlays = process.platform === 'win32' ? loadOverlayIcons() : null
  let ringing = 0
  let calls = false
  let bounce: number | null = null
  let missed = 0

  /** Windows forgets it whenever the window has been hidden. */
  function drawOverlay(): void {
    if (!overlays || !mainWindow.window) return
    const sign = ringing ? 'ringing' : missed ? 'missed' : null
    if (sign === null) return mainWindow.window.setOverlayIcon(null, '')
    mainWindow.window.setOverlayIcon(overlays[sign], describe(sign, sign === 'missed' ? missed : ringing))
  }
  mainWindow.onVisibility(drawOverlay)

  /** @param wanted whether it may call for attention: flash and bounce */
  function call(wanted: boolean): void {
    if (wanted === calls) return
    calls = wanted
    mainWindow.window?.flashFrame(wanted)
    if (!app.dock) return
    if (wanted) bounce = app.dock.bounce('critical')
    else if (bounce !== null) app.dock.cancelBounce(bounce)
  }

  return {
    /** @param loud false: the signs that only stand still */
    show(rings: readonly Ring[], loud: boolean): void {
      call(loud && rings.length > 0)
      if (rings.length === ringing) return
      ringing = rings.length
      drawOverlay()
    },
    setMissed(count: number): void {
      if (count === missed) return
      missed = count
      app.setBadgeCount(count)
      drawOverlay()
    },
  }
}
