// The menu bar: macOS needs one for copy and paste to work; elsewhere Parley has none. Under development Electron's own one stays.
import { app, Menu } from 'electron'

export function setApplicationMenu(): void {
  if (!app.isPackaged) return
  const mac = process.platform === 'darwin'
  Menu.setApplicationMenu(
    mac ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]) : null,
  )
}
