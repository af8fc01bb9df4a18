// Electron's `BaseWindow`: the state of a window and the calls that change it. What a screen would show of it
// (stacking, frames, task bar) is only kept, for tests to read.
import type * as Electron from 'electron'
import { app } from './app.ts'
import { note, notesOnly } from './os-state.ts'
import { StandinEmitter, StandinEvent } from './strict.ts'
import { startingBounds, startingState, type WindowState } from './window-state.ts'

type Rectangle = Electron.Rectangle
type Options = Electron.BaseWindowConstructorOptions

/** What shows a window; BrowserWindow gives its Chromium page. */
export interface WindowBody {
  place(bounds: Rectangle): void
  setShown(shown: boolean): void
  bringToFront(): void
  remove(): void
}

export let windowState: (window: BaseWindow) => WindowState
/** The window is gone, by whatever way. */
export let windowGone: (window: BaseWindow) => void

const windows = new Map<number, BaseWindow>()
export const livingWindows = (): BaseWindow[] => [...windows.values()]
let focused: BaseWindow | null = null
export const focusedWindow = (): BaseWindow | null => focused
const setFocused = (window: BaseWindow): void => void (focused = window)
let lastId = 0

export class BaseWindow extends StandinEmitter {
  readonly id = ++lastId
  #state: WindowState
  #body: WindowBody | null = null
  static {
    windowState = (window) => window.#state
    windowGone = (window) => window.#gone()
  }

  constructor(options: Options = {}, makeBody?: (window: BaseWindow, state: WindowState) => WindowBody) {
    super()
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
    if (!makeBody) throw new Error('electron stand-in: new BaseWindow() is not implemented, only BrowserWindow is')
    this.#state = startingState(options)
    windows.set(this.id, this)
    this.#body = makeBody(this, this.#state)
  }

  /** A destroyed window emits nothing more. */
  override emit(name: string | symbol, ...values: unknown[]): boolean {
    return this.#state.gone && name !== 'closed' ? false : super.emit(name, ...values)
  }
  /** The state, of a living window only. */
  get #living() {
    if (this.#state.gone) throw new TypeError('Object has been destroyed')
    return this.#state
  }
  #gone() {
    if (this.#state.gone) return
    this.#state.gone = true
    this.#state.visible = false
    windows.delete(this.id)
    if (focused === this) focused = null
    this.emit('closed')
  }

  show() {
    const { visible } = this.#living
    this.#appear()
    if (!visible) this.emit('show')
    this.focus()
  }
  showInactive() {
    const { visible } = this.#living
    this.#appear()
    if (!visible) this.emit('show')
  }
  #appear() {
    this.#state.visible = true
    this.#state.minimized = false
    this.#body?.setShown(true)
  }
  hide() {
    if (!this.#living.visible) return
    this.#state.visible = false
    this.#body?.setShown(false)
    this.blur()
    this.emit('hide')
  }
  focus() {
    const { visible, minimized, focusable } = this.#living
    if (!visible || minimized || !focusable || focused === this) return
    focused?.blur()
    setFocused(this)
    this.#state.flashing = false
    this.#body?.bringToFront()
    this.emit('focus')
    app.emit('browser-window-focus', new StandinEvent(), this)
  }
  blur() {
    if (focused !== this) return
    focused = null
    this.emit('blur')
    app.emit('browser-window-blur', new StandinEvent(), this)
  }
  minimize() {
    this.#living.minimized = true
    this.#body?.setShown(false)
    this.emit('minimize')
    this.blur()
  }
  restore() {
    if (!this.#living.minimized) return
    this.#state.minimized = false
    this.#body?.setShown(this.#state.visible)
    this.emit('restore')
  }
  maximize() {
    this.#living.maximized = true
    this.emit('maximize')
  }
  unmaximize() {
    this.#living.maximized = false
    this.emit('unmaximize')
  }
  setFullScreen(on: boolean) {
    this.#living.fullScreen = on
    this.emit(on ? 'enter-full-screen' : 'leave-full-screen')
  }
  close() {
    if (this.#state.gone) return
    const event = new StandinEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy() {
    if (this.#state.gone) return
    this.#body?.remove()
    this.#gone()
  }

  isVisible() {
    return this.#living.visible
  }
  isMinimized() {
    return this.#living.minimized
  }
  isMaximized() {
    return this.#living.maximized
  }
  isFullScreen() {
    return this.#living.fullScreen
  }
  isNormal() {
    const { minimized, maximized, fullScreen } = this.#living
    return !minimized && !maximized && !fullScreen
  }
  isFocused() {
    return focused === this
  }
  isDestroyed() {
    return this.#state.gone
  }
  isAlwaysOnTop() {
    return this.#living.alwaysOnTop
  }
  isVisibleOnAllWorkspaces() {
    return this.#living.allWorkspaces
  }
  isFocusable() {
    return this.#living.focusable
  }
  isResizable() {
    return this.#living.resizable
  }
  isMovable() {
    return this.#living.movable
  }
  isClosable() {
    return this.#living.closable
  }
  isEnabled() {
    return this.#living.enabled
  }
  isModal() {
    return this.#living.options.modal ?? false
  }
  isKiosk() {
    return this.#living.kiosk
  }
  isContentProtected() {
    return this.#living.contentProtection
  }

  getBounds() {
    return { ...this.#living.bounds }
  }
  getNormalBounds() {
    return this.getBounds()
  }
  getContentBounds() {
    return this.getBounds()
  }
  getSize() {
    return [this.#living.bounds.width, this.#living.bounds.height]
  }
  getContentSize() {
    return this.getSize()
  }
  getPosition() {
    return [this.#living.bounds.x, this.#living.bounds.y]
  }
  getMinimumSize() {
    return [...this.#living.minimumSize]
  }
  getMaximumSize() {
    return [...this.#living.maximumSize]
  }
  setBounds(changed: Partial<Rectangle>) {
    const before = this.#living.bounds
    const after = { ...before, ...changed }
    this.#state.bounds = after
    this.#body?.place(after)
    if (after.x !== before.x || after.y !== before.y) {
      this.emit('move')
      this.emit('moved')
    }
    if (after.width !== before.width || after.height !== before.height) {
      this.emit('resize')
      this.emit('resized')
    }
  }
  setContentBounds(bounds: Rectangle) {
    this.setBounds(bounds)
  }
  setSize(width: number, height: number) {
    this.setBounds({ width, height })
  }
  setContentSize(width: number, height: number) {
    this.setBounds({ width, height })
  }
  setPosition(x: number, y: number) {
    this.setBounds({ x, y })
  }
  setMinimumSize(width: number, height: number) {
    this.#living.minimumSize = [width, height]
  }
  setMaximumSize(width: number, height: number) {
    this.#living.maximumSize = [width, height]
  }
  center() {
    const { width, height } = this.#living.bounds
    const { x, y } = startingBounds({ width, height })
    this.setBounds({ x, y })
  }

  setAlwaysOnTop(on: boolean, level = 'floating', relative = 0) {
    note('BrowserWindow.setAlwaysOnTop', on, level, relative)
    this.#living.alwaysOnTop = on
    this.#state.level = on ? level : 'normal'
    this.emit('always-on-top-changed', new StandinEvent(), on)
  }
  setVisibleOnAllWorkspaces(on: boolean, options?: object) {
    note('BrowserWindow.setVisibleOnAllWorkspaces', on, options)
    this.#living.allWorkspaces = on
  }
  setSkipTaskbar(on: boolean) {
    this.#living.skipTaskbar = on
  }
  setFocusable(on: boolean) {
    this.#living.focusable = on
  }
  setMovable(on: boolean) {
    this.#living.movable = on
  }
  setResizable(on: boolean) {
    this.#living.resizable = on
  }
  setClosable(on: boolean) {
    this.#living.closable = on
  }
  setEnabled(on: boolean) {
    this.#living.enabled = on
  }
  setKiosk(on: boolean) {
    this.#living.kiosk = on
  }
  setTitle(title: string) {
    this.#living.title = title
  }
  getTitle() {
    return this.#living.title
  }
  flashFrame(on: boolean) {
    note('BrowserWindow.flashFrame', on)
    this.#living.flashing = on
  }
  setProgressBar(progress: number) {
    this.#living.progress = progress
  }
  setOverlayIcon(icon: unknown, description: string) {
    note('BrowserWindow.setOverlayIcon', description)
    this.#living.overlay = icon ? description : null
  }
  setOpacity(opacity: number) {
    this.#living.opacity = opacity
  }
  getOpacity() {
    return this.#living.opacity
  }
  setContentProtection(on: boolean) {
    note('BrowserWindow.setContentProtection', on)
    this.#living.contentProtection = on
  }
  setParentWindow(parent: BaseWindow | null) {
    this.#living.parent = parent
  }
  getParentWindow() {
    return this.#living.parent
  }
  getChildWindows() {
    return livingWindows().filter((window) => windowState(window).parent === this)
  }
  getMediaSourceId() {
    return `window:${this.id}:0`
  }
  getNativeWindowHandle() {
    return Buffer.alloc(8)
  }
  setThumbarButtons(buttons: unknown[]) {
    note('BrowserWindow.setThumbarButtons', buttons)
    return true
  }
}
notesOnly(BaseWindow, 'BrowserWindow', [
  'moveTop',
  'removeMenu',
  'setAppDetails',
  'setAspectRatio',
  'setAutoHideMenuBar',
  'setBackgroundColor',
  'setFullScreenable',
  'setHasShadow',
  'setHiddenInMissionControl',
  'setIcon',
  'setIgnoreMouseEvents',
  'setMaximizable',
  'setMenu',
  'setMenuBarVisibility',
  'setMinimizable',
  'setShape',
  'setTitleBarOverlay',
  'setTouchBar',
  'setVibrancy',
  'setWindowButtonVisibility',
])
