// Electron's `webContents`: the surface over one page.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Electron from 'electron'
import { toChromium } from './addresses.ts'
import { IpcMain } from './ipc.ts'
import { NativeImage } from './native-image.ts'
import { note, notesOnly } from './os-state.ts'
import { Page } from './page.ts'
import { sessionFor, type Session } from './session.ts'
import { StandinEmitter, StandinEvent, StandinObject } from './strict.ts'
import { BrowserWindow } from './window.ts'

type OpenHandler = (details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse

/** The engine behind the surface. */
export let pageOf: (contents: WebContents) => Page
export let openHandlerOf: (contents: WebContents) => OpenHandler | null

const NET_ERRORS: Record<string, number> = {
  'net::ERR_ABORTED': -3,
  'net::ERR_FILE_NOT_FOUND': -6,
  'net::ERR_BLOCKED_BY_CLIENT': -20,
  'net::ERR_CONNECTION_REFUSED': -102,
  'net::ERR_NAME_NOT_RESOLVED': -105,
  'net::ERR_INTERNET_DISCONNECTED': -106,
}
const ERR_FAILED = -2

let lastId = 0

export class WebContents extends StandinEmitter {
  readonly id = ++lastId
  readonly ipc = new IpcMain()
  readonly session: Session
  #page: Page
  #openHandler: OpenHandler | null = null
  #audioMuted = false
  #zoomFactor = 1
  #throttled: boolean
  static {
    pageOf = (contents) => contents.#page
    openHandlerOf = (contents) => contents.#openHandler
  }

  constructor(preferences: Electron.WebPreferences) {
    super()
    this.session = sessionFor(preferences)
    this.#page = new Page(this, preferences, this.session)
    this.#throttled = preferences.backgroundThrottling !== false
  }

  /** A destroyed object emits nothing more. */
  override emit(name: string | symbol, ...values: unknown[]): boolean {
    return this.#page.gone && name !== 'destroyed' ? false : super.emit(name, ...values)
  }
  #window() {
    return BrowserWindow.fromWebContents(this)
  }

  get mainFrame() {
    return this.#page.mainFrame
  }
  send(channel: string, ...args: unknown[]) {
    this.#page.sendEvent('', channel, args)
  }
  setWindowOpenHandler(handler: OpenHandler | null) {
    this.#openHandler = handler
  }

  async loadURL(address: string): Promise<void> {
    const page = this.#page
    page.loading = true
    const loaded = new Promise<void>((done, failed) => {
      const settle = (error?: Error) => {
        this.off('did-finish-load', onFinish)
        this.off('did-fail-load', onFail)
        if (error) failed(error)
        else done()
      }
      const onFinish = () => settle()
      const onFail = (_event: unknown, code: number, words: string) =>
        settle(Object.assign(new Error(`${words} (${code}) loading '${address}'`), { errno: code, code: words }))
      this.on('did-finish-load', onFinish)
      this.on('did-fail-load', onFail)
    })
    const navigated = page.queue(async () => {
      page.ownNavigations++
      this.emit('did-start-loading')
      const { errorText } = await page.channel.send('Page.navigate', { url: toChromium(address) }).catch((error) => {
        if (page.gone) return { errorText: undefined } // closed meanwhile: nobody is told
        throw error
      })
      if (errorText) this.#loadFailed(errorText, address)
    })
    await Promise.all([loaded, navigated])
  }
  #loadFailed(errorText: string, address: string) {
    this.#page.ownNavigations = 0
    this.#page.loading = false
    const words = errorText.replace(/^net::/, '')
    this.emit('did-fail-load', new StandinEvent(), NET_ERRORS[errorText] ?? ERR_FAILED, words, address, true)
  }
  loadFile(path: string, options: Electron.LoadFileOptions = {}) {
    const address = pathToFileURL(resolve(path))
    if (options.hash) address.hash = options.hash
    if (options.search) address.search = options.search
    for (const [key, value] of Object.entries(options.query ?? {})) address.searchParams.set(key, value)
    return this.loadURL(String(address))
  }
  reload() {
    const reloading = this.#page.queue(() => {
      this.#page.ownNavigations++
      return this.#page.channel.send('Page.reload')
    })
    reloading.catch(() => {}) // the window was closed meanwhile
  }
  reloadIgnoringCache() {
    this.reload()
  }
  stop() {
    this.#page.queue(() => this.#page.channel.send('Page.stopLoading')).catch(() => {})
  }
  close() {
    this.#window()?.close()
  }
  focus() {
    this.#window()?.focus()
  }

  getURL() {
    return this.#page.address
  }
  getTitle() {
    return this.#window()?.getTitle() ?? ''
  }
  getType() {
    return 'window'
  }
  getOSProcessId() {
    return 0
  }
  getProcessId() {
    return this.id
  }
  isLoading() {
    return this.#page.loading
  }
  isLoadingMainFrame() {
    return this.#page.loading
  }
  isDestroyed() {
    return this.#page.gone
  }
  isCrashed() {
    return false
  }
  isFocused() {
    return this.#window()?.isFocused() ?? false
  }
  isDevToolsOpened() {
    return false
  }

  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    const parameters = { expression: code, awaitPromise: true, returnByValue: true, userGesture }
    const answer = await this.#page.queue(() => this.#page.channel.send('Runtime.evaluate', parameters))
    const { exceptionDetails, result } = answer ?? {}
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result?.value as unknown
  }
  async insertCSS(css: string) {
    const code = `{ const s = document.createElement('style'); s.textContent = ${JSON.stringify(css)}; document.head.append(s) }`
    await this.executeJavaScript(code)
    return String(css.length)
  }
  async capturePage() {
    const shot = await this.#page.queue(() => this.#page.channel.send('Page.captureScreenshot', { format: 'png' }))
    return NativeImage.createFromBuffer(Buffer.from(shot?.data ?? '', 'base64'))
  }

  setAudioMuted(muted: boolean) {
    this.#audioMuted = muted
  }
  isAudioMuted() {
    return this.#audioMuted
  }
  setBackgroundThrottling(throttled: boolean) {
    this.#throttled = throttled
  }
  getBackgroundThrottling() {
    return this.#throttled
  }
  setZoomFactor(factor: number) {
    note('webContents.setZoomFactor', factor)
    this.#zoomFactor = factor
  }
  getZoomFactor() {
    return this.#zoomFactor
  }
  setZoomLevel(level: number) {
    this.setZoomFactor(1.2 ** level)
  }
  getZoomLevel() {
    return Math.log(this.#zoomFactor) / Math.log(1.2)
  }
  getUserAgent() {
    return this.session.getUserAgent()
  }
}
notesOnly(WebContents, 'webContents', [
  'closeDevTools',
  'openDevTools',
  'setIgnoreMenuShortcuts',
  'setUserAgent',
  'setVisualZoomLevelLimits',
  'setWebRTCIPHandlingPolicy',
  'setWebRTCUDPPortRange',
  'toggleDevTools',
])

/** The module's `webContents`: Electron types it as the class's static side. */
class WebContentsModule extends StandinObject {
  getAllWebContents() {
    return BrowserWindow.getAllWindows().map((window) => window.webContents)
  }
  getFocusedWebContents() {
    return BrowserWindow.getFocusedWindow()?.webContents ?? null
  }
  fromId(id: number) {
    return this.getAllWebContents().find((contents) => contents.id === id)
  }
  fromFrame(frame: unknown) {
    return this.getAllWebContents().find((contents) => pageOf(contents).mainFrame === frame)
  }
}
export const webContents = new WebContentsModule()
