// The main window: remembers its place, and goes to the tray when closed. Its page lives on there, so a meeting goes on too.
import { BrowserWindow, nativeImage, screen, type WebContents } from 'electron'
import type { HostCommand } from '../../../shared/host.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Pushes } from '../../ipc.ts'
import icon from '../../../resources/icon-128.png?inline'
import type { Log } from '../log.ts'
import type { TrayPresence } from './desktopAbility.ts'
import type { JsonFile } from './jsonFile.ts'
import { APP_ORIGIN } from './protocol.ts'
import { webPreferences } from './webPreferences.ts'
import { MAIN_MINIMUM, usablePlace, type WindowPlace } from './windowPlace.ts'

/** Moving and resizing come in bursts. */
const SAVE_AFTER_MS = 500
const VISIBILITY = ['show', 'hide', 'minimize', 'restore']

export type MainWindow = ReturnType<typeof createMainWindow>

export function createMainWindow(options: {
  place: JsonFile<WindowPlace | null>
  timers: Timers
  quitting(): boolean
  tray: TrayPresence
  /** It was minimised for want of a tray. */
  onNoTray(): void
  log: Log
}) {
  const { place, timers, log, tray } = options
  let window: BrowserWindow | null = null
  let callOffSaving = () => {}
  let loaded = false
  let painted = false
  /** To be shown as soon as it is painted. */
  let wanted = false
  let commands: HostCommand[] = []
  let inMeeting = false
  const visibilityListeners = new Set<() => void>()
  const pageListeners = new Set<() => void>()

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
    painted = false
    opened.once('ready-to-show', () => {
      if (window !== opened) return
      painted = true
      // Asking starts a process, which nothing before the first picture may wait for.
      void tray.look()
      // Maximising shows a window, so it waits for that.
      if (place.value?.maximized) opened.once('show', () => opened.maximize())
      if (wanted) show()
      wanted = false
    })
    opened.on('close', (event) => {
      savePlace()
      if (options.quitting()) return
      event.preventDefault()
      void goAway(opened)
    })
    for (const event of VISIBILITY) opened.on(event as 'show', tellVisibility)
    opened.on('closed', () => {
      callOffSaving()
      if (window !== opened) return
      window = null
      painted = false
      tellVisibility()
    })
    opened.on('resize', saveSoon)
    opened.on('move', saveSoon)
    followPage(opened.webContents)
    void opened
      .loadURL(`${APP_ORIGIN}/index.html`)
      .catch((error: unknown) => log.error(`main window: ${String(error)}`))
    return opened
  }

  /** Into the tray; without one a hidden window could not be found again. As seen last at first, since it takes a moment to look. */
  async function goAway(leaving: BrowserWindow): Promise<void> {
    if (tray.seen) leaving.hide()
    else leaving.minimize()
    if (await tray.look()) return leaving.isDestroyed() || !leaving.isMinimized() ? undefined : leaving.hide()
    if (leaving.isDestroyed() || (leaving.isVisible() && !leaving.isMinimized())) return
    minimiseInSight(leaving)
    options.onNoTray()
  }

  /** A window that was never shown, or is hidden, has no button in the task bar to come back from. */
  function minimiseInSight(leaving: BrowserWindow): void {
    if (!leaving.isVisible()) leaving.showInactive()
    if (!leaving.isMinimized()) leaving.minimize()
  }

  const tellVisibility = () => {
    for (const listener of visibilityListeners) listener()
  }

  function followPage(contents: WebContents): void {
    contents.setBackgroundThrottling(!inMeeting)
    contents.on('did-start-navigation', ({ isSameDocument }) => {
      if (isSameDocument) return
      for (const listener of pageListeners) listener()
    })
    contents.on('did-finish-load', () => {
      loaded = true
      for (const command of commands) contents.send('host:command', command)
      commands = []
    })
    contents.on('render-process-gone', (_event, details) => {
      log.error(`main window's page is gone: ${details.reason}`)
      loaded = false
      for (const listener of pageListeners) listener()
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
    if (!painted) {
      wanted = true
      if (!window) open()
      return
    }
    if (!window) return
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
    /** Loads its page and shows nothing: rings are prepared for there, and answered into it. */
    prepare(): void {
      if (!window) open()
      const opened = window
      void tray.look().then((there) => {
        if (there || !opened || opened.isDestroyed() || opened.isVisible()) return
        if (painted) minimiseInSight(opened)
        else opened.once('ready-to-show', () => opened.isVisible() || minimiseInSight(opened))
      })
    },
    push,
    /** On a screen, as far as the system tells. */
    get seen(): boolean {
      return window !== null && window.isVisible() && !window.isMinimized()
    },
    /** Whenever it was shown, hidden, minimised, restored or closed. */
    onVisibility(listener: () => void): void {
      visibilityListeners.add(listener)
    },
    /** Whenever its page goes for another one. */
    onPageGone(listener: () => void): void {
      pageListeners.add(listener)
    },
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
