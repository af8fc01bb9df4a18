// The tests' side of the stand-in: runs functions that a test sends, and gives them `standin` beside `electron`.
import type * as Electron from 'electron'
import { CONTROLS, type DesktopControls, type ShownNotification } from '../desktop-controls.ts'
import { app } from './app.ts'
import { windowState } from './base-window.ts'
import { dispatchInvoke, IpcMainInvokeEvent } from './ipc.ts'
import type { WindowState } from './window-state.ts'
import type { Menu, MenuItem } from './menu.ts'
import electron from './module.ts'
import { person, type Notification } from './notification.ts'
import { osState } from './os-state.ts'
import { emittedEvents, StandinEvent } from './strict.ts'
import { nativeTheme, powerMonitor, screen } from './system.ts'
import { currentChromium } from './targets.ts'
import { trayFace, type Tray } from './tray.ts'
import { pageOf } from './webContents.ts'
import { BrowserWindow } from './window.ts'
import { wire } from './wire.ts'

interface Entry {
  path: string
  item: MenuItem
}

function entries(menu: Menu, above = ''): Entry[] {
  const shown = menu.items.filter((item) => item.visible && item.type !== 'separator')
  return shown.flatMap((item) => {
    const path = above + item.label
    return item.submenu ? entries(item.submenu, `${path} > `) : [{ path, item }]
  })
}

function lastTray(): Tray | null {
  return ([...osState.trays].at(-1) as Tray | undefined) ?? null
}

function trayEntries(): Entry[] {
  const tray = lastTray()
  const menu = tray && trayFace(tray).menu
  return menu ? entries(menu) : []
}

function newest(title?: string): Notification {
  const shown = osState.notifications as unknown as Notification[]
  const found = shown.findLast((notification) => title === undefined || notification.title === title)
  if (!found) throw new Error(`no notification ${title ?? ''} is shown; shown: ${shown.map((n) => n.title).join(', ')}`)
  return found
}

const controls: DesktopControls = {
  tray() {
    const tray = lastTray()
    if (!tray) return null
    const { toolTip, image } = trayFace(tray)
    return { toolTip, image: typeof image === 'string' ? image : image.toDataURL() }
  },
  trayMenu: () => trayEntries().map(({ path }) => path),
  pressTray(label) {
    const all = trayEntries()
    const found = all.find(({ path, item }) => path === label || item.label === label)
    if (!found) throw new Error(`the tray has no entry ${label}; it has: ${all.map(({ path }) => path).join(', ')}`)
    found.item.click()
  },
  clickTray() {
    lastTray()?.emit('click', new StandinEvent(), { x: 0, y: 0, width: 16, height: 16 }, { x: 0, y: 0 })
  },
  notifications: () => osState.notifications.map(shownNotification),
  notificationAction(label, title) {
    const notification = newest(title)
    const at = notification.actions.findIndex(({ text }) => text === label)
    if (at < 0) throw new Error(`the notification has no action ${label}`)
    person.presses(notification, at)
  },
  clickNotification: (title) => person.clicks(newest(title)),
  replyToNotification: (reply, title) => person.replies(newest(title), reply),
  dismissNotification: (title) => person.dismisses(newest(title)),
}

function shownNotification({ title, body, actions, hasReply }: Electron.Notification): ShownNotification {
  return { title, body, actions: actions.map(({ text }) => text ?? ''), hasReply }
}

export interface WindowReport extends Omit<WindowState, 'options' | 'parent'> {
  id: number
  /** What the product asked for, as it asked: `sandbox`, `contextIsolation` and the rest. */
  webPreferences: Electron.WebPreferences
}

/** Third argument of every function that a test evaluates in the main process. */
export const standin = {
  controls,
  /** The pretended machine: change it freely, then tell the product with the functions below. */
  os: osState,
  emittedEvents,
  /** Process id of the Chromium behind the windows. */
  chromiumPid: () => currentChromium()?.pid ?? 0,
  windowReport(window: Electron.BrowserWindow): WindowReport {
    const own = window as unknown as BrowserWindow
    const { options: _options, parent: _parent, ...state } = windowState(own)
    return { ...state, id: own.id, webPreferences: pageOf(own.webContents).preferences }
  },
  setDarkColors(dark: boolean) {
    osState.darkColors = dark
    nativeTheme.emit('updated', new StandinEvent())
  },
  /** Screens were plugged in, taken away or changed. */
  setDisplays(displays: Electron.Display[]) {
    const before = osState.displays
    osState.displays = displays
    const has = (list: Electron.Display[], one: Electron.Display) => list.some(({ id }) => id === one.id)
    for (const one of before) if (!has(displays, one)) screen.emit('display-removed', new StandinEvent(), one)
    for (const one of displays)
      if (!has(before, one)) screen.emit('display-added', new StandinEvent(), one)
      else screen.emit('display-metrics-changed', new StandinEvent(), one, ['bounds', 'workArea'])
  },
  power(event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' | 'on-ac' | 'on-battery' | 'shutdown') {
    if (event === 'lock-screen' || event === 'unlock-screen') osState.locked = event === 'lock-screen'
    if (event === 'on-ac' || event === 'on-battery') osState.onBattery = event === 'on-battery'
    powerMonitor.emit(event, new StandinEvent())
  },
  pressShortcut(accelerator: string) {
    const pressed = osState.shortcuts.get(accelerator)
    if (!pressed) throw new Error(`no shortcut ${accelerator}; there are: ${[...osState.shortcuts.keys()].join(', ')}`)
    pressed()
  },
  /** What a page whose process was taken over can do: send anything on any channel. Its frame is the browser's own knowledge. */
  invokeFrom(frame: Electron.WebFrameMain, window: Electron.BrowserWindow, channel: string, args: unknown[]) {
    const { webContents } = window as unknown as BrowserWindow
    return dispatchInvoke(new IpcMainInvokeEvent(webContents, frame as never), channel, args)
  },
  /** macOS: a link was opened. */
  openUrl(address: string) {
    app.emit('open-url', new StandinEvent(), address)
  },
  /** macOS: the dock icon was clicked. */
  activate() {
    app.emit(
      'activate',
      new StandinEvent(),
      BrowserWindow.getAllWindows().some((window) => window.isVisible()),
    )
  },
  clickDialog(answer: unknown) {
    osState.dialogAnswers.push(answer)
  },
}
export type Standin = typeof standin

interface Asked {
  evaluate?: string
  id: number
  argument: string
}

/** Listens to the process that started this one. */
export function answerTests(): void {
  Reflect.set(globalThis, Symbol.for(CONTROLS), controls)
  process.on('message', async ({ evaluate, id, argument }: Asked) => {
    if (!evaluate) return
    process.send?.(await answer(evaluate, id, argument))
  })
}

async function answer(source: string, id: number, argument: string) {
  try {
    // Indirect eval: the function is the test's, its scope is this process's global one.
    const fn = (0, eval)(`(${source})`) as (...args: unknown[]) => unknown
    return { id, value: wire.encode(await fn(electron, wire.decode(argument), standin)) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
