// The tray icon: shows a face (trayFace.ts), moves while it rings, and hands over what is pressed.
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron'
import type { Timers } from '../../../shared/time.ts'
import type { TrayAction, TrayFace, TrayIcon, TrayItem } from './trayFace.ts'
import type { TrayIcons } from './trayIcons.ts'

const FRAME_MS = 600

export function createTray(options: {
  icons: TrayIcons
  timers: Timers
  onAction(action: TrayAction): void
  onClick(): void
}) {
  const { icons, timers } = options
  const tray = new Tray(icons.signedOut[0]!)
  let icon: TrayIcon = 'signedOut'
  let callOffFrame = () => {}
  let shown = ''
  tray.on('click', options.onClick)

  function play(frame: number): void {
    const frames = icons[icon]
    tray.setImage(frames[frame % frames.length]!)
    if (frames.length > 1) callOffFrame = timers.after(FRAME_MS, () => play(frame + 1))
  }

  function menuItem(item: TrayItem): MenuItemConstructorOptions {
    if (item === 'separator') return { type: 'separator' }
    if ('items' in item) return { label: item.label, submenu: item.items.map(menuItem) }
    const { label, enabled, action } = item
    return { label, enabled, click: () => options.onAction(action) }
  }

  return {
    /** Idempotent: an open menu would close and the picture stutter if the same face were set again. */
    setFace(face: TrayFace): void {
      const text = JSON.stringify(face)
      if (text === shown) return
      shown = text
      tray.setToolTip(face.tooltip)
      tray.setContextMenu(Menu.buildFromTemplate(face.items.map(menuItem)))
      if (face.icon === icon) return
      icon = face.icon
      callOffFrame()
      play(0)
    },
    destroy(): void {
      callOffFrame()
      tray.destroy()
    },
  }
}
