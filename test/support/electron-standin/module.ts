// The `electron` module as the main process imports it: by name, as default, or by require().
import { app } from './app.ts'
import { BaseWindow } from './base-window.ts'
import { ipcMain } from './ipc.ts'
import { Menu, MenuItem } from './menu.ts'
import { NativeImage } from './native-image.ts'
import { net } from './net.ts'
import { Notification } from './notification.ts'
import { protocol, session } from './session.ts'
import { strictNamespace } from './strict.ts'
import {
  autoUpdater,
  clipboard,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
  systemPreferences,
} from './system.ts'
import { Tray } from './tray.ts'
import { webContents } from './webContents.ts'
import { BrowserWindow } from './window.ts'

const nativeImage = NativeImage

const electron = strictNamespace('electron', {
  app,
  autoUpdater,
  BaseWindow,
  BrowserWindow,
  clipboard,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  webContents,
})

// Of renderers and utility processes: Electron gives undefined for them here, and libraries tell by it where they run.
for (const name of ['contextBridge', 'ipcRenderer', 'parentPort', 'webFrame', 'webUtils']) {
  Object.defineProperty(electron, name, { value: undefined })
}

export {
  app,
  autoUpdater,
  BaseWindow,
  BrowserWindow,
  clipboard,
  crashReporter,
  desktopCapturer,
  dialog,
  electron as default,
  electron as 'module.exports',
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  webContents,
}
