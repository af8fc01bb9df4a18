// Electron's `app`.
import { mkdtempSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type * as Electron from 'electron'
import { note, notesOnly, osState } from './os-state.ts'
import { takeLock, type InstanceLock, type SecondInstance } from './single-instance.ts'
import { StandinEmitter, StandinEvent, StandinObject } from './strict.ts'

class CommandLine extends StandinObject {
  #switches = new Map<string, string>()
  appendSwitch(name: string, value = '') {
    note('app.commandLine.appendSwitch', name, value)
    this.#switches.set(name, value)
  }
  appendArgument(value: string) {
    note('app.commandLine.appendArgument', value)
  }
  removeSwitch(name: string) {
    note('app.commandLine.removeSwitch', name)
    this.#switches.delete(name)
  }
  hasSwitch(name: string) {
    return this.#switches.has(name) || process.argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  }
  getSwitchValue(name: string) {
    const given = process.argv.find((arg) => arg.startsWith(`--${name}=`))
    return this.#switches.get(name) ?? given?.slice(name.length + 3) ?? ''
  }
}

class Dock extends StandinObject {
  #badge = ''
  #visible = true
  #menu: Electron.Menu | null = null
  bounce(type = 'informational') {
    note('app.dock.bounce', type)
    return 1
  }
  setBadge(text: string) {
    note('app.dock.setBadge', text)
    this.#badge = text
  }
  getBadge() {
    return this.#badge
  }
  setMenu(menu: Electron.Menu) {
    this.#menu = menu
  }
  getMenu() {
    return this.#menu
  }
  hide() {
    this.#visible = false
  }
  async show() {
    this.#visible = true
  }
  isVisible() {
    return this.#visible
  }
}
notesOnly(Dock, 'app.dock', ['cancelBounce', 'setIcon', 'downloadFinished'])

/** What the lifecycle needs of the rest: set once by runtime.ts, so that this file imports neither windows nor Chromium. */
export interface AppHost {
  /** Closes the windows as quitting does; false when one refused. */
  closeAllWindows(): boolean
  hasWindows(): boolean
  /** Stops Chromium; the process ends after it. */
  shutDown(): void
}
let host: AppHost | null = null
export const setAppHost = (given: AppHost): void => void (host = given)

/** Emits `ready`, then what second instances had to say before it. */
export let becomeReady: () => void
/** To be called after a window is gone. */
export let windowClosed: () => void
/** Ends the process without a word to the product. */
export let leave: () => void

class App extends StandinEmitter {
  isPackaged = Boolean(process.env.STANDIN_PACKAGED)
  accessibilitySupportEnabled = false
  userAgentFallback = ''
  badgeCount = 0
  applicationMenu: Electron.Menu | null = null
  runningUnderARM64Translation = false
  commandLine = new CommandLine()
  dock = process.platform === 'darwin' ? new Dock() : undefined
  name = process.env.STANDIN_NAME ?? this.#manifest().productName ?? this.#manifest().name ?? 'standin'
  #ready = false
  #quitting = false
  #ending = false
  #lock: InstanceLock | null = null
  #early: SecondInstance[] = []
  #protocols = new Set<string>()
  #paths = new Map<string, string>()
  #own = resolve(process.env.STANDIN_USERDATA ?? mkdtempSync(join(tmpdir(), 'parley-standin-user-')))

  static {
    becomeReady = () => {
      app.#ready = true
      app.emit('ready', new StandinEvent(), {})
      for (const second of app.#early.splice(0)) app.#secondInstance(second)
    }
    leave = () => app.#leave(0)
    windowClosed = () => {
      if (host?.hasWindows() || app.#quitting) return
      if (app.listenerCount('window-all-closed')) app.emit('window-all-closed')
      else app.quit()
    }
  }

  #manifest(): { name?: string; productName?: string; version?: string } {
    try {
      return JSON.parse(readFileSync(join(this.getAppPath(), 'package.json'), 'utf8')) as object
    } catch {
      return {}
    }
  }
  #secondInstance(second: SecondInstance) {
    if (!this.#ready) this.#early.push(second)
    else {
      const { argv, workingDirectory, additionalData } = second
      this.emit('second-instance', new StandinEvent(), argv, workingDirectory, additionalData)
    }
  }

  isReady() {
    return this.#ready
  }
  async whenReady() {
    if (!this.#ready) await new Promise<void>((done) => this.once('ready', () => done()))
  }
  quit() {
    if (this.#quitting) return
    const before = new StandinEvent()
    this.emit('before-quit', before)
    if (before.defaultPrevented) return
    this.#quitting = true
    if (host && !host.closeAllWindows()) {
      this.#quitting = false
      return
    }
    const will = new StandinEvent()
    this.emit('will-quit', will)
    if (will.defaultPrevented) {
      this.#quitting = false
      return
    }
    this.exit(0)
  }
  /** Electron ends with its message loop, so the code after this call still runs. */
  exit(code = 0) {
    if (this.#ending) return
    this.#ending = true
    this.emit('quit', new StandinEvent(), code)
    this.#leave(code)
  }
  #leave(code: number) {
    setImmediate(() => {
      this.releaseSingleInstanceLock()
      host?.shutDown()
      process.exit(code)
    })
  }

  getName() {
    return this.name
  }
  setName(name: string) {
    this.name = name
  }
  getVersion() {
    return this.#manifest().version ?? '0.0.0'
  }
  getAppPath() {
    return process.env.STANDIN_APP ?? process.cwd()
  }
  getLocale() {
    return process.env.STANDIN_LOCALE ?? 'en-US'
  }
  getSystemLocale() {
    return this.getLocale()
  }
  getPreferredSystemLanguages() {
    return [this.getLocale()]
  }
  getLocaleCountryCode() {
    return 'US'
  }
  getPath(name: string) {
    const data = this.#paths.get('userData') ?? this.#own
    const places: Record<string, string> = {
      userData: data,
      sessionData: data,
      // The test's own folder, so that nothing a product derives from it leads out of there.
      appData: this.#own,
      logs: join(data, 'logs'),
      crashDumps: join(data, 'Crashpad'),
      home: homedir(),
      temp: tmpdir(),
      exe: process.execPath,
    }
    const folders = ['desktop', 'downloads', 'documents', 'pictures', 'music', 'videos']
    const path = this.#paths.get(name) ?? places[name] ?? (folders.includes(name) ? join(data, name) : undefined)
    if (!path) throw new Error(`Failed to get '${name}' path`)
    return path
  }
  setPath(name: string, path: string) {
    this.#paths.set(name, path)
  }
  setAppLogsPath(path?: string) {
    if (path) this.#paths.set('logs', path)
  }

  requestSingleInstanceLock(additionalData?: unknown) {
    this.#lock ??= takeLock(this.getPath('userData'), additionalData, (second) => this.#secondInstance(second))
    return this.#lock !== null
  }
  hasSingleInstanceLock() {
    return this.#lock !== null
  }
  releaseSingleInstanceLock() {
    this.#lock?.release()
    this.#lock = null
  }
  setAsDefaultProtocolClient(scheme: string, ...rest: unknown[]) {
    note('app.setAsDefaultProtocolClient', scheme, ...rest)
    this.#protocols.add(scheme)
    return true
  }
  isDefaultProtocolClient(scheme: string) {
    return this.#protocols.has(scheme)
  }
  removeAsDefaultProtocolClient(scheme: string) {
    return this.#protocols.delete(scheme)
  }
  setLoginItemSettings(settings: Electron.Settings) {
    note('app.setLoginItemSettings', settings)
    const { openAtLogin = false, args = [], enabled = true } = settings
    osState.login = { ...osState.login, openAtLogin, args, disabled: !enabled }
  }
  /** Windows finds the entry by its arguments; macOS keeps none. */
  getLoginItemSettings({ args = [] }: Electron.LoginItemSettingsOptions = {}) {
    const { openAtLogin, args: kept, disabled, wasOpenedAtLogin } = osState.login
    const same = process.platform !== 'win32' || args.join('\0') === kept.join('\0')
    const mac = process.platform === 'darwin'
    return {
      openAtLogin: openAtLogin && same && !(mac && disabled),
      wasOpenedAtLogin,
      executableWillLaunchAtLogin: openAtLogin && !disabled,
      launchItems: [],
      status: !openAtLogin ? 'not-registered' : disabled ? 'requires-approval' : 'enabled',
    }
  }
  setBadgeCount(count = 0) {
    note('app.setBadgeCount', count)
    this.badgeCount = count
    return true
  }
  getBadgeCount() {
    return this.badgeCount
  }
  getAppMetrics() {
    return []
  }
  isHardwareAccelerationEnabled() {
    return false
  }
  isAccessibilitySupportEnabled() {
    return this.accessibilitySupportEnabled
  }
}
notesOnly(App, 'app', [
  'addRecentDocument',
  'clearRecentDocuments',
  'configureHostResolver',
  'disableHardwareAcceleration',
  'enableSandbox',
  'focus',
  'hide',
  'relaunch',
  'setAboutPanelOptions',
  'setAccessibilitySupportEnabled',
  'setActivationPolicy',
  'setAppUserModelId',
  'setDesktopName',
  'setJumpList',
  'setToastActivatorCLSID',
  'setUserTasks',
  'show',
  'showAboutPanel',
])

export const app = new App()
