// Electron's small modules about the machine: power, screens, theme, shell, dialogs, shortcuts, secrets, capture.
import type * as Electron from 'electron'
import { NativeImage } from './native-image.ts'
import { note, notesOnly, osState } from './os-state.ts'
import { StandinEmitter, StandinEvent, StandinObject } from './strict.ts'

class PowerMonitor extends StandinEmitter {
  getSystemIdleTime() {
    return osState.idleSeconds
  }
  getSystemIdleState(thresholdSeconds: number) {
    if (osState.locked) return 'locked'
    return osState.idleSeconds >= thresholdSeconds ? 'idle' : 'active'
  }
  isOnBatteryPower() {
    return osState.onBattery
  }
  get onBatteryPower() {
    return osState.onBattery
  }
  getCurrentThermalState() {
    return 'nominal'
  }
}
export const powerMonitor = new PowerMonitor()

class PowerSaveBlocker extends StandinObject {
  #last = 0
  start(type: string) {
    osState.powerBlockers.set(++this.#last, type)
    return this.#last
  }
  stop(id: number) {
    return osState.powerBlockers.delete(id)
  }
  isStarted(id: number) {
    return osState.powerBlockers.has(id)
  }
}
export const powerSaveBlocker = new PowerSaveBlocker()

class NativeTheme extends StandinEmitter {
  #source = 'system'
  shouldUseHighContrastColors = false
  shouldUseInvertedColorScheme = false
  shouldDifferentiateWithoutColor = false
  prefersReducedTransparency = false
  inForcedColorsMode = false
  get themeSource() {
    return this.#source
  }
  set themeSource(source: string) {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`unknown theme source ${source}`)
    const before = this.shouldUseDarkColors
    this.#source = source
    if (this.shouldUseDarkColors !== before) this.emit('updated', new StandinEvent())
  }
  get shouldUseDarkColors() {
    return this.#source === 'system' ? osState.darkColors : this.#source === 'dark'
  }
  get shouldUseDarkColorsForSystemIntegratedUI() {
    return osState.darkColors
  }
}
export const nativeTheme = new NativeTheme()

type Point = Electron.Point
const distance = ({ x, y }: Point, { bounds }: Electron.Display) =>
  Math.hypot(
    Math.max(bounds.x - x, 0, x - (bounds.x + bounds.width - 1)),
    Math.max(bounds.y - y, 0, y - (bounds.y + bounds.height - 1)),
  )

class Screen extends StandinEmitter {
  getAllDisplays() {
    return osState.displays
  }
  getPrimaryDisplay() {
    return osState.displays[0]!
  }
  getCursorScreenPoint() {
    return { ...osState.cursor }
  }
  getDisplayNearestPoint(point: Point) {
    return osState.displays.reduce((best, next) => (distance(point, next) < distance(point, best) ? next : best))
  }
  getDisplayMatching({ x, y, width, height }: Electron.Rectangle) {
    return this.getDisplayNearestPoint({ x: x + width / 2, y: y + height / 2 })
  }
}
export const screen = new Screen()

class Shell extends StandinObject {
  async openExternal(address: string, options?: object) {
    note('shell.openExternal', address, ...(options ? [options] : []))
  }
  async openPath(path: string) {
    note('shell.openPath', path)
    return ''
  }
  async trashItem(path: string) {
    note('shell.trashItem', path)
  }
}
notesOnly(Shell, 'shell', ['beep', 'showItemInFolder'])
export const shell = new Shell()

class Dialog extends StandinObject {
  async #ask(api: string, args: unknown[], unanswered: unknown) {
    note(api, args.at(-1))
    return osState.dialogAnswers.shift() ?? unanswered
  }
  showMessageBox(...args: unknown[]) {
    return this.#ask('dialog.showMessageBox', args, { response: 0, checkboxChecked: false })
  }
  showOpenDialog(...args: unknown[]) {
    return this.#ask('dialog.showOpenDialog', args, { canceled: true, filePaths: [] })
  }
  showSaveDialog(...args: unknown[]) {
    return this.#ask('dialog.showSaveDialog', args, { canceled: true, filePath: '' })
  }
  showMessageBoxSync(...args: unknown[]) {
    note('dialog.showMessageBoxSync', args.at(-1))
    return (osState.dialogAnswers.shift() as number | undefined) ?? 0
  }
  showErrorBox(title: string, content: string) {
    note('dialog.showErrorBox', title, content)
    console.error(`[dialog.showErrorBox] ${title}: ${content}`)
  }
}
export const dialog = new Dialog()

class GlobalShortcut extends StandinObject {
  register(accelerator: string, pressed: () => void) {
    if (osState.shortcuts.has(accelerator)) return false
    osState.shortcuts.set(accelerator, pressed)
    return true
  }
  registerAll(accelerators: string[], pressed: () => void) {
    for (const accelerator of accelerators) this.register(accelerator, pressed)
  }
  unregister(accelerator: string) {
    osState.shortcuts.delete(accelerator)
  }
  unregisterAll() {
    osState.shortcuts.clear()
  }
  isRegistered(accelerator: string) {
    return osState.shortcuts.has(accelerator)
  }
}
export const globalShortcut = new GlobalShortcut()

const SEALED = Buffer.from('v10')
const scramble = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))

/** Keeps secrets from nobody: it only makes sure that the product does not store or read plain text by mistake. */
class SafeStorage extends StandinObject {
  isEncryptionAvailable() {
    return osState.encryptionAvailable
  }
  encryptString(plain: string) {
    if (!osState.encryptionAvailable) {
      throw new Error(
        'Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.',
      )
    }
    return Buffer.concat([SEALED, scramble(Buffer.from(plain))])
  }
  decryptString(sealed: Buffer) {
    if (!osState.encryptionAvailable || !sealed.subarray(0, SEALED.length).equals(SEALED)) {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
    }
    return scramble(sealed.subarray(SEALED.length)).toString()
  }
  async isAsyncEncryptionAvailable() {
    return osState.encryptionAvailable
  }
  async encryptStringAsync(plain: string) {
    return this.encryptString(plain)
  }
  async decryptStringAsync(sealed: Buffer) {
    return { result: this.decryptString(sealed), shouldReEncrypt: false }
  }
  getSelectedStorageBackend() {
    return 'gnome_libsecret'
  }
  setUsePlainTextEncryption(on: boolean) {
    note('safeStorage.setUsePlainTextEncryption', on)
  }
}
export const safeStorage = new SafeStorage()

class DesktopCapturer extends StandinObject {
  async getSources(options: Electron.SourcesOptions): Promise<unknown[]> {
    const { types } = options
    note('desktopCapturer.getSources', options)
    if (osState.captureSources) return osState.captureSources
    const thumbnail = new NativeImage()
    const screens = osState.displays.map((display, i) => ({
      id: `screen:${i}:0`,
      name: `Screen ${i + 1}`,
      display_id: String(display.id),
      thumbnail,
      appIcon: null,
    }))
    const editor = { id: 'window:99:0', name: 'Editor', display_id: '', thumbnail, appIcon: thumbnail }
    // The last number says that it is one of this process.
    const own = { id: 'window:100:1', name: 'Parley', display_id: '', thumbnail, appIcon: thumbnail }
    return [...(types.includes('screen') ? screens : []), ...(types.includes('window') ? [own, editor] : [])]
  }
}
export const desktopCapturer = new DesktopCapturer()

class SystemPreferences extends StandinEmitter {
  getMediaAccessStatus(kind: string) {
    return osState.mediaAccess[kind] ?? 'unknown'
  }
  async askForMediaAccess(kind: string) {
    note('systemPreferences.askForMediaAccess', kind)
    return osState.mediaAccess[kind] !== 'denied'
  }
  getAnimationSettings() {
    return { shouldRenderRichAnimation: true, scrollAnimationsEnabledBySystem: true, prefersReducedMotion: false }
  }
  getAccentColor() {
    return '336699ff'
  }
}
export const systemPreferences = new SystemPreferences()

class AutoUpdater extends StandinEmitter {
  getFeedURL() {
    return ''
  }
}
notesOnly(AutoUpdater, 'autoUpdater', ['setFeedURL', 'checkForUpdates', 'quitAndInstall'])
export const autoUpdater = new AutoUpdater()

class CrashReporter extends StandinObject {
  getUploadedReports() {
    return []
  }
  getLastCrashReport() {
    return null
  }
}
notesOnly(CrashReporter, 'crashReporter', ['start', 'addExtraParameter', 'removeExtraParameter'])
export const crashReporter = new CrashReporter()

class Clipboard extends StandinObject {
  async readText() {
    return osState.clipboardText
  }
  async writeText(text: string) {
    osState.clipboardText = text
  }
  clear() {
    osState.clipboardText = ''
  }
}
export const clipboard = new Clipboard()
