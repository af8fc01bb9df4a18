// The meeting in small, above other windows, while the main one is minimised or hidden: who speaks, mute, leave, back.
import { BrowserWindow, screen, type WebContents } from 'electron'
import type { Session } from '../../../shared/client/session.ts'
import type { Pushes } from '../../ipc.ts'
import type { Log } from '../log.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { MainWindow } from './mainWindow.ts'
import { APP_ORIGIN } from './protocol.ts'
import type { SettingsFile } from './settingsFile.ts'
import { webPreferences } from './webPreferences.ts'

const SIZE = { width: 264, height: 200 }
const MARGIN = 16

export type MiniWindow = ReturnType<typeof createMiniWindow>

export function createMiniWindow(log: Log) {
  let window: BrowserWindow | null = null
  /** Where its person has put it, for this run. */
  let place: { x: number; y: number } | null = null
  /** Closed by its person: not again for this absence of the main window. */
  let putAway = false

  function open(): void {
    const opened = new BrowserWindow({
      ...SIZE,
      ...whereTo(place),
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      show: false,
      title: 'Parley',
      ...(process.platform === 'darwin' ? { type: 'panel' } : {}),
      webPreferences: webPreferences(),
    })
    window = opened
    opened.setAlwaysOnTop(true, 'floating')
    opened.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true })
    opened.once('ready-to-show', () => window === opened && opened.showInactive())
    opened.on('moved', () => {
      const [x, y] = opened.getPosition()
      place = { x: x!, y: y! }
    })
    opened.on('closed', () => {
      if (window !== opened) return
      window = null
      putAway = true
    })
    opened.webContents.on('render-process-gone', (_event, details) => {
      log.error(`the mini window's page is gone: ${details.reason}`)
      opened.destroy()
    })
    void opened.loadURL(`${APP_ORIGIN}/mini.html`).catch((error: unknown) => log.error(`mini window: ${String(error)}`))
  }

  return {
    get contents(): WebContents | null {
      return window?.webContents ?? null
    },
    /** Idempotent. */
    set(wanted: boolean): void {
      if (wanted) return window || putAway ? undefined : open()
      putAway = false
      const closing = window
      window = null
      closing?.destroy()
    },
    push<Name extends keyof Pushes>(channel: Name, payload: Pushes[Name]): void {
      window?.webContents.send(channel, payload)
    },
  }
}

/** Shows it during a meeting whose main window is away, if its person wants that. */
export function followMeeting(parts: {
  mini: MiniWindow
  session: Session
  settings: SettingsFile
  mainWindow: MainWindow
  lifecycle: Lifecycle
}): void {
  const { mini, session, settings, mainWindow, lifecycle } = parts
  const follow = () => {
    const away = session.state.mirror.seat !== null && !mainWindow.seen && !lifecycle.quitting
    mini.set(settings.value.miniWindow && away)
  }
  session.subscribe(follow)
  settings.subscribe(follow)
  mainWindow.onVisibility(follow)
}

/** Where it was, as far as that is still on a screen; else the top right of the screen with the pointer: the bottom is the pop-up's. */
function whereTo(place: { x: number; y: number } | null): { x: number; y: number } {
  const near = place ?? screen.getCursorScreenPoint()
  const area = screen.getDisplayNearestPoint(near).workArea
  const right = area.x + area.width - SIZE.width - MARGIN
  const bottom = area.y + area.height - SIZE.height - MARGIN
  if (!place) return { x: right, y: area.y + MARGIN }
  return { x: Math.min(Math.max(place.x, area.x), right), y: Math.min(Math.max(place.y, area.y), bottom) }
}
