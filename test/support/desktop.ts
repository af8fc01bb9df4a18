// One way for desktop tests to run the built app: on a real Electron where its binary is present (PARLEY_ELECTRON, or
// node_modules/electron/dist), else on the stand-in. The vocabulary is the same on both.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type * as Electron from 'electron'
import { _electron, type Page } from 'playwright'
import type { DesktopControls, ShownNotification, ShownTray } from './desktop-controls.ts'
import type { Standin } from './electron-standin/control.ts'
import {
  launch as launchStandin,
  productUrl,
  type LaunchOptions,
  type StandinApplication,
} from './electron-standin/launch.ts'

/** The repository, where package.json names the app and its main script. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')
const BUILT_MAIN = join(ROOT, 'out/main/index.js')
const RECORDER = fileURLToPath(new URL('./electron-recorder.cjs', import.meta.url))
const LOOK_AGAIN_MS = 20

export interface DesktopOptions extends Partial<Omit<LaunchOptions, 'waitUntilReady'>> {
  /** Only the stand-in can pretend another platform; a real Electron refuses. */
  platform?: LaunchOptions['platform']
}

/** Part of the address, a pattern for it, or a test of it. Addresses are the product's: `app://…`. */
export type WindowMatch = string | RegExp | ((address: string) => boolean)

export interface DesktopWindow {
  id: number
  title: string
  url: string
  visible: boolean
  focused: boolean
  minimized: boolean
  alwaysOnTop: boolean
  bounds: Electron.Rectangle
}

type MainFunction<Argument, Result> = (
  electron: typeof Electron,
  argument: Argument,
  /** On the stand-in only. */
  standin: Standin,
) => Result | Promise<Result>

/** What both engines give. */
interface Engine {
  kind: 'standin' | 'electron'
  evaluate<Result, Argument>(fn: MainFunction<Argument, Result>, argument: Argument): Promise<Result>
  pages(): Promise<{ page: Page; address: string }[]>
  /** Exit code of the main process. */
  exited: Promise<number | null>
  output(): string
  pid: number
  /** Starts a second process on the same data; gives its exit code. */
  again(argv: string[]): Promise<number | null>
  close(): Promise<void>
}

function matches(match: WindowMatch, address: string): boolean {
  if (typeof match === 'string') return address.includes(match)
  return match instanceof RegExp ? match.test(address) : match(address)
}

export class DesktopApp {
  #engine: Engine
  constructor(engine: Engine) {
    this.#engine = engine
  }

  get kind(): Engine['kind'] {
    return this.#engine.kind
  }
  /** Process id of the main process. */
  get pid(): number {
    return this.#engine.pid
  }
  /** Exit code of the main process, once it ends. */
  get exited(): Promise<number | null> {
    return this.#engine.exited
  }
  output(): string {
    return this.#engine.output()
  }

  /** Runs a function in the main process. It is sent as text and can use only what it is given. */
  evaluate<Result, Argument = undefined>(fn: MainFunction<Argument, Result>, argument?: Argument): Promise<Result> {
    return this.#engine.evaluate(fn, argument as Argument)
  }

  /** Asks until `look` gives something other than null; fails saying what is missing. */
  async until<T>(missing: string, look: () => Promise<T | null | false>, deadlineMs = 10_000): Promise<T> {
    const deadline = performance.now() + deadlineMs
    for (;;) {
      const found = await look()
      if (found !== null && found !== false) return found
      if (performance.now() > deadline) throw new Error(`missing after ${deadlineMs} ms: ${missing}\n${this.output()}`)
      await pause(LOOK_AGAIN_MS)
    }
  }

  /** The page of the first window whose address matches; waits for it, and for the pages of destroyed windows to be gone. */
  async window(match: WindowMatch): Promise<Page> {
    let seen: string[] = []
    const look = async () => {
      const living = (await this.windows()).filter(({ url }) => matches(match, url)).length
      const pages = await this.#engine.pages()
      seen = pages.map(({ address }) => address)
      const found = pages.filter(({ address }) => matches(match, address))
      return found.length === living ? (found[0]?.page ?? null) : null
    }
    return this.until(`a window ${String(match)}`, look).catch((error: Error) => {
      throw new Error(`${error.message}\nwindows: ${seen.join(', ') || 'none'}`)
    })
  }

  /** All windows, oldest first, hidden ones too. */
  async windows(): Promise<DesktopWindow[]> {
    const all = await this.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => ({
        id: window.id,
        title: window.getTitle(),
        url: window.webContents.getURL(),
        visible: window.isVisible(),
        focused: window.isFocused(),
        minimized: window.isMinimized(),
        alwaysOnTop: window.isAlwaysOnTop(),
        bounds: window.getBounds(),
      })),
    )
    return all.sort((a, b) => a.id - b.id)
  }

  /** As the window's own close button does: the product may refuse, or hide the window instead. */
  async closeWindow(match: WindowMatch): Promise<void> {
    const found = (await this.windows()).find(({ url }) => matches(match, url))
    if (!found) throw new Error(`no window ${String(match)} to close`)
    await this.evaluate(({ BrowserWindow }, id) => BrowserWindow.fromId(id)?.close(), found.id)
  }

  #control<Name extends keyof DesktopControls>(name: Name, ...args: Parameters<DesktopControls[Name]>) {
    return this.evaluate(
      (_electron, [key, given]) => {
        const all = Reflect.get(globalThis, Symbol.for('parley.desktop.controls')) as Record<
          string,
          (...a: unknown[]) => unknown
        >
        return all[key]!(...given)
      },
      [name, args] as [string, unknown[]],
    ) as Promise<ReturnType<DesktopControls[Name]>>
  }
  tray(): Promise<ShownTray | null> {
    return this.#control('tray')
  }
  /** Labels of the tray's menu; an entry of a submenu is "Status > Away". */
  trayMenu(): Promise<string[]> {
    return this.#control('trayMenu')
  }
  pressTray(label: string): Promise<void> {
    return this.#control('pressTray', label)
  }
  clickTray(): Promise<void> {
    return this.#control('clickTray')
  }
  notifications(): Promise<ShownNotification[]> {
    return this.#control('notifications')
  }
  notificationAction(label: string, title?: string): Promise<void> {
    return this.#control('notificationAction', label, title)
  }
  clickNotification(title?: string): Promise<void> {
    return this.#control('clickNotification', title)
  }
  replyToNotification(reply: string, title?: string): Promise<void> {
    return this.#control('replyToNotification', reply, title)
  }
  dismissNotification(title?: string): Promise<void> {
    return this.#control('dismissNotification', title)
  }

  /** Starts the app once more on the same data; gives the second process's exit code. */
  secondInstance(argv: string[]): Promise<number | null> {
    return this.#engine.again(argv)
  }
  /** Asks the product to quit; gives its exit code. */
  async quit(): Promise<number | null> {
    await this.evaluate(({ app }) => void setImmediate(() => app.quit()))
    return this.exited
  }
  /** Ends the app whatever it says, and everything it started. */
  close(): Promise<void> {
    return this.#engine.close()
  }
}

/** Path of a real Electron, or null. */
export function realElectron(): string | null {
  if (process.env.PARLEY_ELECTRON) return process.env.PARLEY_ELECTRON
  const folder = join(ROOT, 'node_modules/electron')
  const pathFile = join(folder, 'path.txt')
  const path = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim()) : null
  return path && existsSync(path) ? path : null
}

export async function launchDesktop(options: DesktopOptions = {}): Promise<DesktopApp> {
  const main = options.main ?? BUILT_MAIN
  if (!existsSync(main)) throw new Error(`${main} is missing: build the app first`)
  const electron = realElectron()
  return new DesktopApp(electron ? await onElectron(electron, main, options) : await onStandin({ ...options, main }))
}

async function onStandin(options: LaunchOptions): Promise<Engine> {
  const folder = { STANDIN_APP: appFolder(options.main), ...options.env }
  const app = await launchStandin({ ...options, env: folder })
  return {
    kind: 'standin',
    evaluate: (fn, argument) => app.evaluate(fn, argument),
    pages: async () => (await app.windows()).map((page) => ({ page, address: productUrl(page) })),
    exited: app.exited,
    output: () => app.output(),
    pid: app.process().pid!,
    again: (argv) => secondOnStandin(app, { ...options, argv, env: folder }),
    close: () => app.close(),
  }
}

/** Where the app's package.json is, as Electron finds it: upwards from its main script. */
function appFolder(main: string): string {
  let folder = dirname(main)
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

async function secondOnStandin(app: StandinApplication, options: LaunchOptions) {
  const userData = await app.evaluate(({ app: electronApp }) => electronApp.getPath('userData'))
  const second = await launchStandin({ ...options, userData, waitUntilReady: false })
  try {
    return await second.exited
  } finally {
    await second.close()
  }
}

async function onElectron(executablePath: string, main: string, options: DesktopOptions): Promise<Engine> {
  const { argv = [], env, platform } = options
  if (platform && platform !== process.platform) throw new Error(`a real Electron cannot pretend to be ${platform}`)
  // Never the profile of whoever runs the tests.
  const temporary = options.userData ? null : mkdtempSync(join(tmpdir(), 'parley-electron-'))
  const profile = `--user-data-dir=${options.userData ?? temporary}`
  // Chromium's sandbox needs privileges that root in a container does not have.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  // The folder rather than the script: only so does Electron read the app's name and version from its package.json.
  const started = [...asRoot, profile, '-r', RECORDER, appFolder(main), ...argv]
  const environment = { ...(process.env as Record<string, string>), ...env }
  const app = await _electron.launch({ executablePath, args: started, env: environment })
  const child = app.process()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  return {
    kind: 'electron',
    evaluate: (fn, argument) => app.evaluate(fn as never, argument) as never,
    pages: async () => app.windows().map((page) => ({ page, address: page.url() })),
    exited: new Promise((resolve) => child.once('exit', resolve)),
    output: () => output,
    pid: child.pid!,
    again: (more) =>
      new Promise((resolve, reject) => {
        const again = [...asRoot, profile, appFolder(main), ...more]
        const second = spawn(executablePath, again, { env: environment, stdio: 'ignore' })
        second.once('error', reject).once('exit', resolve)
      }),
    async close() {
      await app.close()
      if (temporary) rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}
