// The incoming-call pop-up: above everything, at the bottom right of the screen the pointer is on, and never taking the keyboard by itself.
// While somebody is signed in it waits hidden with its page loaded, so that a ring is seen and heard at once: its page also plays the
// tone, with the pop-up switched off too. Each window serves one burst of rings; then a fresh one takes its place.
import { BrowserWindow, screen, type BrowserWindowConstructorOptions, type Rectangle, type WebContents } from 'electron'
import type { Ring } from '../../../shared/protocol/things.ts'
import type { Timers } from '../../../shared/time.ts'
import type { Pushes } from '../../ipc.ts'
import type { Log } from '../log.ts'
import { APP_ORIGIN } from './protocol.ts'
import { webPreferences } from './webPreferences.ts'

const POPUP_WIDTH = 380
const MARGIN = 16
/** Until the page has told its own height. */
const FIRST_HEIGHT = 260
const HEIGHT_MIN = 80
/** interface.md: it says for so long why the ring ended. */
const LINGER_MS = 2_000
/** The next window is made when the work around a sign-in, a start or an ended ring is done. */
const PREPARE_AFTER_MS = 1_000

export type PopupWindow = ReturnType<typeof createPopupWindow>

export function createPopupWindow(options: {
  timers: Timers
  /** Whether it may come up by itself: setting, quiet hours, and what the system can do; a pop-up asked for by a gesture is shown all the same. */
  enabled(): boolean
  /** False when there is nothing to explain about the end of a ring: answered or declined on this very device, or signed out. */
  explains(callId: string): boolean
  log: Log
}) {
  const { timers, log } = options
  let window: BrowserWindow | null = null
  let painted = false
  /** How it is to come up as soon as it is painted. */
  let wish: 'quietly' | 'withKeyboard' | null = null
  let area: Rectangle = { x: 0, y: 0, width: 0, height: 0 }
  let ringing: readonly string[] = []
  let putAway = new Set<string>()
  /** Brought up by its person, who wants to see it whatever the settings say. */
  let revealed = false
  let keptReady = false
  let crashed = false
  let callOffClosing: (() => void) | null = null
  let callOffPreparing = () => {}

  function open(): void {
    callOffPreparing()
    const opened = new BrowserWindow(windowOptions())
    window = opened
    painted = false
    wish = null
    opened.setAlwaysOnTop(true, 'screen-saver')
    opened.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true })
    opened.once('ready-to-show', () => {
      if (window !== opened) return
      painted = true
      if (wish) appear(wish)
    })
    opened.webContents.on('render-process-gone', (_event, details) => lose(opened, details.reason))
    opened.on('closed', () => {
      if (window !== opened) return
      // Put away by its person: not a decline. Those rings go on in tray and notification; a new one opens it again.
      window = null
      putAway = new Set(ringing)
    })
    void opened.loadURL(`${APP_ORIGIN}/popup.html`).catch((error: unknown) => log.error(`pop-up: ${String(error)}`))
  }

  /** A screen was added, taken away or changed, or its task bar was: it stays where it is seen. */
  function replace(): void {
    if (!window?.isVisible()) return
    const bounds = window.getBounds()
    area = screen.getDisplayMatching(bounds).workArea
    window.setBounds(place(area, bounds.height))
  }
  screen.on('display-added', replace)
  screen.on('display-removed', replace)
  screen.on('display-metrics-changed', replace)

  function appear(how: 'quietly' | 'withKeyboard'): void {
    if (!window) open()
    const shown = window!
    if (!painted) {
      wish = how === 'withKeyboard' ? how : (wish ?? how)
      return
    }
    if (!shown.isVisible()) {
      area = screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea
      shown.setBounds(place(area, FIRST_HEIGHT))
    }
    if (how === 'quietly') return shown.showInactive()
    shown.show()
    shown.focus()
  }

  /** Its page has crashed: a ring comes back once, so that a page that crashes always does not do so forever. */
  function lose(lost: BrowserWindow, reason: string): void {
    log.error(`the pop-up's page is gone: ${reason}`)
    if (window === lost) window = null
    lost.destroy()
    if (!ringing.length || crashed) return
    crashed = true
    follow()
  }

  function follow(): void {
    if (ringing.every((id) => putAway.has(id))) return
    if (!window) open()
    if (options.enabled()) return window!.isVisible() ? undefined : appear('quietly')
    // Switched off, or quiet hours have begun, in the middle of it.
    wish = null
    if (window!.isVisible() && !revealed) window!.hide()
  }

  function close(): void {
    callOffClosing?.()
    callOffClosing = null
    const closing = window
    window = null
    closing?.destroy()
    prepareSoon()
  }

  function closeSoon(ended: readonly string[]): void {
    if (callOffClosing || !ended.length) return
    if (!window?.isVisible() || !ended.some((callId) => options.explains(callId))) return close()
    callOffClosing = timers.after(LINGER_MS, close)
  }

  function prepareSoon(): void {
    callOffPreparing()
    if (!keptReady || window || ringing.length) return
    callOffPreparing = timers.after(PREPARE_AFTER_MS, () => {
      if (!window) open()
    })
  }

  return {
    get contents(): WebContents | null {
      return window?.webContents ?? null
    },
    /** Whether a window is to wait for the next ring. Off before quitting, or it would come back. */
    keepReady(now: boolean): void {
      if (now === keptReady) return
      keptReady = now
      if (now) return prepareSoon()
      callOffPreparing()
      if (!ringing.length) close()
    },
    /** The rings to show now; the window follows. */
    show(rings: readonly Ring[]): void {
      const before = ringing
      ringing = rings.map((ring) => ring.call.id)
      putAway = new Set([...putAway].filter((id) => ringing.includes(id)))
      if (!ringing.length) {
        crashed = false
        revealed = false
        return closeSoon(before)
      }
      callOffClosing?.()
      callOffClosing = null
      follow()
    },
    /** Brings it to the front with the keyboard, by a gesture elsewhere. False when nothing rings. */
    reveal(): boolean {
      if (!ringing.length) return false
      putAway.clear()
      revealed = true
      appear('withKeyboard')
      return true
    },
    /** @param height of the page's content in CSS pixels */
    setHeight(height: number): void {
      if (window?.isVisible()) window.setBounds(place(area, height))
    },
    push<Name extends keyof Pushes>(channel: Name, payload: Pushes[Name]): void {
      window?.webContents.send(channel, payload)
    },
    close,
  }
}

function windowOptions(): BrowserWindowConstructorOptions {
  return {
    width: POPUP_WIDTH,
    height: FIRST_HEIGHT,
    frame: false,
    transparent: true,
    hasShadow: false,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    show: false,
    title: 'Parley',
    // A panel floats over another app's full screen without activating ours.
    ...(process.platform === 'darwin' ? { type: 'panel' } : {}),
    webPreferences: webPreferences(),
  }
}

/** Bottom right of a work area, which already leaves out the task bar. */
function place(area: Rectangle, contentHeight: number): Rectangle {
  const height = Math.round(Math.min(Math.max(contentHeight, HEIGHT_MIN), area.height - 2 * MARGIN))
  return {
    x: area.x + area.width - POPUP_WIDTH - MARGIN,
    y: area.y + area.height - height - MARGIN,
    width: POPUP_WIDTH,
    height,
  }
}
