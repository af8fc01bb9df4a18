// The incoming-call pop-up: above everything, at the bottom right of the screen the pointer is on, and never taking the keyboard by itself.
import { BrowserWindow, screen, type Rectangle, type WebContents } from 'electron'
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

export type PopupWindow = ReturnType<typeof createPopupWindow>

export function createPopupWindow(options: {
  timers: Timers
  /** The person's setting; a pop-up asked for by a gesture is shown all the same. */
  enabled(): boolean
  /** True when the call was answered or declined on this very device: then there is nothing to explain. */
  handledHere(callId: string): boolean
  log: Log
}) {
  const { timers, log } = options
  let window: BrowserWindow | null = null
  let area: Rectangle = { x: 0, y: 0, width: 0, height: 0 }
  let ringing: string[] = []
  let putAway = new Set<string>()
  let callOffClosing: (() => void) | null = null

  function open(focus: boolean): void {
    area = screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea
    const opened = new BrowserWindow({
      ...place(area, FIRST_HEIGHT),
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
    })
    window = opened
    opened.setAlwaysOnTop(true, 'screen-saver')
    opened.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true })
    opened.once('ready-to-show', () => (focus ? opened.show() : opened.showInactive()))
    opened.webContents.on('render-process-gone', (_event, details) => {
      log.error(`the pop-up's page is gone: ${details.reason}`)
      opened.destroy()
    })
    opened.on('closed', () => {
      if (window !== opened) return
      // Put away by its person: not a decline. Those rings go on in tray and notification; a new one opens it again.
      window = null
      putAway = new Set(ringing)
    })
    void opened.loadURL(`${APP_ORIGIN}/popup.html`).catch((error: unknown) => log.error(`pop-up: ${String(error)}`))
  }

  function close(): void {
    callOffClosing?.()
    callOffClosing = null
    const closing = window
    window = null
    closing?.destroy()
  }

  function closeSoon(ended: readonly string[]): void {
    if (!window || callOffClosing) return
    if (ended.length > 0 && ended.every((callId) => options.handledHere(callId))) return close()
    callOffClosing = timers.after(LINGER_MS, close)
  }

  return {
    get contents(): WebContents | null {
      return window?.webContents ?? null
    },
    /** The rings to show now; the window follows. */
    show(rings: readonly Ring[]): void {
      const before = ringing
      ringing = rings.map((ring) => ring.call.id)
      putAway = new Set([...putAway].filter((id) => ringing.includes(id)))
      if (!ringing.length) return closeSoon(before)
      callOffClosing?.()
      callOffClosing = null
      if (!window && options.enabled() && ringing.some((id) => !putAway.has(id))) open(false)
    },
    /** Brings it to the front with the keyboard, by a gesture elsewhere. False when nothing rings. */
    reveal(): boolean {
      if (!ringing.length) return false
      putAway.clear()
      if (window) {
        window.show()
        window.focus()
      } else {
        open(true)
      }
      return true
    },
    /** @param height of the page's content in CSS pixels */
    setHeight(height: number): void {
      window?.setBounds(place(area, height))
    },
    push<Name extends keyof Pushes>(channel: Name, payload: Pushes[Name]): void {
      window?.webContents.send(channel, payload)
    },
    close,
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
