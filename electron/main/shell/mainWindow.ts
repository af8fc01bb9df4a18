// The main window: remembers its place, and goes to the tray when closed. Its page lives on there, so a meeting goes on too.
import { BrowserWindow, nativeImage, screen, type WebContents } from 'electron'
import type { HostCommand } from '../../../shared/host.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Pushes } from '../../ipc.ts'
import icon from '../../../resources/icon-128.png?inline'
import type { Log } from '../log.ts'
import type { JsonFile } from './jsonFile.ts'
import { APP_ORIGIN } from './protocol.ts'
import { webPreferences } from './webPreferences.ts'
import { MAIN_MINIMUM, usablePlace, type WindowPlace } from './windowPlace.ts'

/** Moving and resizing come in bursts. */
const SAVE_AFTER_MS = 500

export type MainWindow = ReturnType<typeof createMainWindow>

export function createMainWindow(options: {
  place: JsonFile<WindowPlace | null>
  timers: Timers
  quitting(): boolean
  log: Log
}) {
  const { place, timers, log } = options
  let window: BrowserWindow | null = null
  let callOffSaving = () => {}
  let loaded = false
  let commands: HostCommand[] = []
  let inMeeting = false

  function open(): BrowserWindow {
    const workAreas = screen.getAllDisplays().map((display) => display.workArea)
    const opened = new BrowserWindow({
      ...usablePlace(place.value, workAreas),
      minWidth: MAIN_MINIMUM.width,
      minHeight: MAIN_MINIMUM.height,
      title: 'Parley',
      icon: nativeImage.createFromDataURL(icon),
      show: false,
      webPreferences: webPreferences(),
    })
    window = opened
    loaded = false
    opened.on('close', (event) => {
      savePlace()
      if (options.quitting()) return
      event.preventDefault()
      opened.hide()
    })
    opened.on('closed', () => {
      callOffSaving()
      if (window === opened) window = null
    })
    opened.on('resize', saveSoon)
    opened.on('move', saveSoon)
    followPage(opened.webContents)
    if (place.value?.maximized) opened.maximize()
    void opened
      .loadURL(`${APP_ORIGIN}/index.html`)
      .catch((error: unknown) => log.error(`main window: ${String(error)}`))
    return opened
  }

  function followPage(contents: WebContents): void {
    contents.setBackgroundThrottling(!inMeeting)
    contents.on('did-finish-load', () => {
      loaded = true
      for (const command of commands) contents.send('host:command', command)
      commands = []
    })
    contents.on('render-process-gone', (_event, details) => {
      log.error(`main window's page is gone: ${details.reason}`)
      loaded = false
      if (!options.quitting() && details.reason !== 'clean-exit') contents.reload()
    })
  }

  function saveSoon(): void {
    callOffSaving()
    callOffSaving = timers.after(SAVE_AFTER_MS, savePlace)
  }

  function savePlace(): void {
    callOffSaving()
    if (!window || window.isMinimized()) return
    place.save({ ...window.getNormalBounds(), maximized: window.isMaximized() })
  }

  function show(): void {
    if (!window) {
      const opening = open()
      opening.once('ready-to-show', () => opening.show())
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  function push<Name extends keyof Pushes>(channel: Name, payload: Pushes[Name]): void {
    window?.webContents.send(channel, payload)
  }

  return {
    get contents(): WebContents | null {
      return window?.webContents ?? null
    },
    get window(): BrowserWindow | null {
      return window
    },
    /** Opens it where it was, in front, with the keyboard. */
    show,
    push,
    /** Shows the window and tells its page what to do, as soon as it can hear it. */
    command(command: HostCommand): void {
      show()
      if (loaded) push('host:command', command)
      else commands.push(command)
    },
    /** A meeting's page must not be slowed down in the background. */
    setInMeeting(now: boolean): void {
      if (now === inMeeting) return
      inMeeting = now
      window?.webContents.setBackgroundThrottling(!now)
    },
  }
}
