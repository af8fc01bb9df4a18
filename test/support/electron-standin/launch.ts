// Starts a built main script on the stand-in, in the shape of Playwright's ElectronApplication.
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type * as Electron from 'electron'
import { chromium, type Browser, type Page } from 'playwright'
import { toProduct } from './addresses.ts'
import type { Standin } from './control.ts'
import { wire } from './wire.ts'

export interface LaunchOptions {
  /** The built main script. */
  main: string
  argv?: string[]
  /** What `process.platform` says. */
  platform?: 'linux' | 'win32' | 'darwin'
  /** Kept after closing; without it a folder is made and removed. */
  userData?: string
  env?: Record<string, string>
  /** False for a second instance, which ends before it is ready. */
  waitUntilReady?: boolean
}

const READY_DEADLINE_MS = 60_000
const CLOSE_DEADLINE_MS = 5_000
const PREFIX = 'parley-standin-'
const OUTPUT_KEPT = 20_000

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

type Evaluated<Argument, Result> = (
  electron: typeof Electron,
  argument: Argument,
  standin: Standin,
) => Result | Promise<Result>

/** Folders of test processes that were killed before they could remove them. */
function sweepAbandoned() {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (!owner) continue
    try {
      process.kill(Number(owner), 0)
    } catch {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    }
  }
}

/** Kills a process group and waits, for a bounded time, until it is gone. */
async function endGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGKILL')
    for (let i = 0; i < 100; i++) {
      await pause(20)
      process.kill(-pid, 0)
    }
  } catch {
    // Gone.
  }
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

export class StandinApplication {
  /** Exit code of the main process; null when it was killed. */
  readonly exited: Promise<number | null>
  /** Process id of the Chromium behind the windows; 0 until ready. */
  chromiumPid = 0
  #child: ChildProcess
  #folder: string
  #output = ''
  #address = ''
  #browser: Promise<Browser> | null = null
  #waiting = new Map<number, Waiting>()
  #asked = 0
  #ready: Promise<void>

  constructor(options: LaunchOptions) {
    sweepAbandoned()
    this.#folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
    this.#child = fork(here('./host.ts'), [options.main, ...(options.argv ?? [])], {
      // As in Electron, a forgotten rejection is a warning and does not end the main process.
      execArgv: ['--unhandled-rejections=warn', '--import', new URL('./register.ts', import.meta.url).href],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        STANDIN_FOLDER: this.#folder,
        STANDIN_PROFILE: join(this.#folder, 'chromium'),
        STANDIN_USERDATA: options.userData ?? join(this.#folder, 'user'),
        ...(options.platform && { STANDIN_PLATFORM: options.platform }),
        ...options.env,
      },
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk) => (this.#output = (this.#output + chunk).slice(-OUTPUT_KEPT)))
    }
    this.exited = new Promise((resolve) => this.#child.once('exit', (code) => resolve(this.#ended(code))))
    this.#ready = new Promise((resolve) => this.#child.on('message', (message) => this.#receive(message, resolve)))
  }

  async #ended(code: number | null) {
    for (const { reject } of this.#waiting.values()) reject(this.#gone(code))
    this.#waiting.clear()
    // A killed process could not end its Chromium, which would go on writing for a moment while it notices.
    if (code === null && this.chromiumPid) await endGroup(this.chromiumPid)
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    return code
  }
  #gone(code: number | null) {
    return new Error(`the main process ended with ${code ?? this.#child.signalCode}\n${this.#output.slice(-4000)}`)
  }
  #receive(message: unknown, becameReady: () => void) {
    const { ready, address, chromiumPid, id, value, error } = message as Record<string, never>
    if (ready) {
      this.#address = address!
      this.chromiumPid = chromiumPid!
      becameReady()
      return
    }
    const waiting = this.#waiting.get(id!)
    this.#waiting.delete(id!)
    if (error === undefined) waiting?.resolve(wire.decode(value!))
    else waiting?.reject(new Error(error))
  }

  async untilReady(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const hint = 'its main script may await app.whenReady() at its top level, which Electron never answers'
        reject(new Error(`the app was not ready after ${READY_DEADLINE_MS} ms: ${hint}\n${this.#output}`))
      }, READY_DEADLINE_MS)
    })
    const ended = this.exited.then((code) => Promise.reject(this.#gone(code)))
    try {
      await Promise.race([this.#ready, ended, late])
    } finally {
      clearTimeout(timer)
    }
  }

  process(): ChildProcess {
    return this.#child
  }
  /** What the main process has written so far, of both streams. */
  output(): string {
    return this.#output
  }

  /** Runs a function in the main process. It is sent as text, so it can use only what it is given. */
  evaluate<Result, Argument = undefined>(fn: Evaluated<Argument, Result>, argument?: Argument): Promise<Result> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#child.exitCode !== null || !this.#child.connected) {
        reject(this.#gone(this.#child.exitCode))
        return
      }
      const id = ++this.#asked
      this.#waiting.set(id, { resolve, reject })
      const message = { evaluate: String(fn), id, argument: wire.encode(argument) }
      this.#child.send(message, (error) => error && reject(error))
    }) as Promise<Result>
  }

  #connected(): Promise<Browser> {
    // Without Playwright's defaults: they would pretend focus and a colour scheme that the product did not choose.
    this.#browser ??= chromium.connectOverCDP(this.#address, { noDefaults: true })
    return this.#browser
  }

  /** The windows' pages. Their `url()` is Chromium's; productUrl() gives the product's. */
  async windows(): Promise<Page[]> {
    const browser = await this.#connected()
    return browser.contexts().flatMap((context) => context.pages())
  }

  /** Ends the process without asking the product; quitting is the product's own business (`app.quit`). */
  async close(): Promise<void> {
    await (await this.#browser?.catch(() => null))?.close().catch(() => {})
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_DEADLINE_MS)
    await this.exited
    clearTimeout(timer)
  }
}

/** Address of a page as the product sees it: `app://…`. */
export const productUrl = (page: Page): string => toProduct(page.url())

export async function launch(options: LaunchOptions): Promise<StandinApplication> {
  const app = new StandinApplication(options)
  if (options.waitUntilReady === false) return app
  try {
    await app.untilReady()
  } catch (error) {
    await app.close()
    throw error
  }
  return app
}
