// Electron's `BrowserWindow`: a window whose body is a real Chromium page.
import type * as Electron from 'electron'
import { app, windowClosed } from './app.ts'
import { BaseWindow, focusedWindow, livingWindows, windowGone, type WindowBody } from './base-window.ts'
import type { WindowState } from './window-state.ts'
import { StandinEvent } from './strict.ts'
import { closeTarget, makeTarget } from './targets.ts'
import { pageOf, WebContents } from './webContents.ts'

type Options = Electron.BrowserWindowConstructorOptions
type Rectangle = Electron.Rectangle

const contentsOf = new WeakMap<BaseWindow, WebContents>()

/** The Chromium page that shows a window. */
class PageBody implements WindowBody {
  #contents: WebContents
  #windowId = 0
  #targetId = ''
  constructor(window: BaseWindow, contents: WebContents, bounds: Rectangle) {
    this.#contents = contents
    const made = this.#page.queue(() => this.#make(window as BrowserWindow, bounds))
    made.catch((error: Error) => this.#page.gone || console.error('[stand-in] window could not be made:', error))
  }
  get #page() {
    return pageOf(this.#contents)
  }

  async #make(window: BrowserWindow, bounds: Rectangle) {
    const { id, channel } = await makeTarget(bounds, { targetGone: () => this.#vanished(window) })
    this.#targetId = id
    await this.#page.attach(channel)
    this.#windowId = (await channel.send('Browser.getWindowForTarget')).windowId
    await channel.send('Browser.setContentsSize', {
      windowId: this.#windowId,
      width: bounds.width,
      height: bounds.height,
    })
  }
  #vanished(window: BrowserWindow) {
    if (window.isDestroyed()) return
    this.#leave()
    windowGone(window)
    setImmediate(windowClosed)
  }
  /** The page tells nobody anything any more. */
  #leave() {
    this.#page.gone = true
    this.#contents.emit('destroyed')
  }

  place({ x, y, width, height }: Rectangle) {
    void this.#page
      .queue(async () => {
        const { channel } = this.#page
        const bounds = { left: Math.round(x), top: Math.round(y) }
        await channel.send('Browser.setWindowBounds', { windowId: this.#windowId, bounds })
        await channel.send('Browser.setContentsSize', { windowId: this.#windowId, width, height })
      })
      .catch(() => {}) // a minimised window takes no bounds; the state has them
  }
  setShown(shown: boolean) {
    this.#page.visible = shown
    void this.#page.queue(() => this.#page.tellVisibility())
  }
  bringToFront() {
    void this.#page.queue(() => this.#page.channel.send('Page.bringToFront')).catch(() => {})
  }
  remove() {
    // Behind the making, but not behind the queue: that stops with the page.
    const closing = this.#page.queue(() => {}).then(() => closeTarget(this.#targetId))
    closing.catch(() => {})
    this.#leave()
    setImmediate(windowClosed)
  }
}

function checkPreferences({ contextIsolation, nodeIntegration }: Electron.WebPreferences) {
  if (contextIsolation === false || nodeIntegration) {
    throw new Error('electron stand-in: only isolated windows without node integration are supported')
  }
}

export class BrowserWindow extends BaseWindow {
  readonly webContents: WebContents

  static getAllWindows() {
    return livingWindows() as BrowserWindow[]
  }
  static getFocusedWindow() {
    return focusedWindow() as BrowserWindow | null
  }
  static fromWebContents(contents: unknown) {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }
  static fromId(id: number) {
    return BrowserWindow.getAllWindows().find((window) => window.id === id) ?? null
  }

  constructor(options: Options = {}) {
    const preferences = options.webPreferences ?? {}
    checkPreferences(preferences)
    super(options, (window, state: WindowState) => {
      const contents = new WebContents(preferences)
      contentsOf.set(window, contents)
      return new PageBody(window, contents, state.bounds)
    })
    this.webContents = contentsOf.get(this)!
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', new StandinEvent()))
    app.emit('browser-window-created', new StandinEvent(), this)
    app.emit('web-contents-created', new StandinEvent(), this.webContents)
    if (options.show !== false) this.show()
  }

  loadURL(address: string) {
    return this.webContents.loadURL(address)
  }
  loadFile(path: string, options?: Electron.LoadFileOptions) {
    return this.webContents.loadFile(path, options)
  }
  reload() {
    this.webContents.reload()
  }
  capturePage() {
    return this.webContents.capturePage()
  }
}
