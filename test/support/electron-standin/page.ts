// The engine behind a WebContents: one Chromium page, its frames, its two worlds and its messages.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type * as Electron from 'electron'
import { mainWorldSource, PRELOAD_WORLD, preloadWorldSource } from './bridge/sources.ts'
import type { Channel } from './cdp.ts'
import { dispatchInvoke, dispatchSend, IpcMainEvent, IpcMainInvokeEvent } from './ipc.ts'
import { followPage } from './page-events.ts'
import { preloadFiles, type Session } from './session.ts'
import { StandinEvent } from './strict.ts'
import { nativeTheme } from './system.ts'
import { WebFrameMain } from './web-frame-main.ts'
import type { WebContents } from './webContents.ts'
import { wire } from './wire.ts'

/** What a preload world sent. */
interface FromPreload {
  kind: 'send' | 'invoke' | 'preload-error'
  id: number
  channel: string
  args: string
  file: string
  message: string
  stack: string
}

/** What Chromium says about a frame. */
export interface Frame {
  id: string
  parentId?: string
  name?: string
  url: string
}

interface World {
  frameId: string
  uniqueId: string
  preload: boolean
}

export class Page {
  readonly contents: WebContents
  readonly preferences: Electron.WebPreferences
  readonly session: Session
  readonly frames = new Map<string, Frame>()
  /** Script worlds by Chromium's execution context number. */
  readonly worlds = new Map<number, World>()
  readonly secret = `s${randomUUID().replaceAll('-', '')}`
  channel!: Channel
  mainFrameId = ''
  /** As the product sees it. */
  address = ''
  loading = false
  gone = false
  visible = true
  /** Navigations that the product started itself, which therefore get no will-navigate. */
  ownNavigations = 0
  #wrappers = new Map<string, WebFrameMain>()
  #tail: Promise<unknown> = Promise.resolve()

  constructor(contents: WebContents, preferences: Electron.WebPreferences, session: Session) {
    this.contents = contents
    this.preferences = preferences
    this.session = session
  }

  /** Runs work in order, after the window has been made; not at all once it is gone. */
  queue<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    const result = this.#tail.then(() => (this.gone ? undefined : work()))
    this.#tail = result.catch(() => {})
    return result
  }

  async attach(channel: Channel): Promise<void> {
    this.channel = channel
    followPage(this)
    const settings = { secret: this.secret, inSubFrames: Boolean(this.preferences.nodeIntegrationInSubFrames) }
    const jobs: Promise<unknown>[] = [
      channel.send('Page.enable'),
      channel.send('Runtime.enable'),
      channel.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      channel.send('Runtime.addBinding', { name: '__standinAsk' }),
      channel.send('Runtime.addBinding', { name: '__standinIpc', executionContextName: PRELOAD_WORLD }),
      channel.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource(settings) }),
      this.applyTheme(),
    ]
    const preloads = [...preloadFiles(this.session), this.preferences.preload].filter((file) => file !== undefined)
    if (preloads.length) {
      const code = preloads.map((file): [string, string] => [file, readFileSync(file, 'utf8')])
      const source = preloadWorldSource(settings, this.#processInfo(), code)
      jobs.push(channel.send('Page.addScriptToEvaluateOnNewDocument', { worldName: PRELOAD_WORLD, source }))
    }
    jobs.push(channel.send('Runtime.runIfWaitingForDebugger'))
    await Promise.all(jobs)
    const { frameTree } = await channel.send('Page.getFrameTree')
    this.mainFrameId = frameTree.frame.id
    if (!this.frames.has(this.mainFrameId)) this.frames.set(this.mainFrameId, frameTree.frame)
  }

  /** `process` in a preload. */
  #processInfo() {
    const { platform, arch, versions, version, execPath, resourcesPath } = process
    return {
      platform,
      arch,
      versions: { ...versions },
      version,
      execPath,
      resourcesPath,
      type: 'renderer',
      sandboxed: this.preferences.sandbox !== false,
      contextIsolated: true,
      argv: [execPath, ...(this.preferences.additionalArguments ?? [])],
      env: {},
    }
  }

  async applyTheme() {
    const value = nativeTheme.shouldUseDarkColors ? 'dark' : 'light'
    await this.channel.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }

  async tellVisibility() {
    const expression = `window[Symbol.for('standin.visible')]?.(${this.visible})`
    await this.channel.send('Runtime.evaluate', { expression }).catch(() => {})
  }

  frame(id: string): WebFrameMain {
    const wrapper = this.#wrappers.get(id) ?? new WebFrameMain(this, id)
    this.#wrappers.set(id, wrapper)
    return wrapper
  }
  get mainFrame() {
    return this.frame(this.mainFrameId)
  }
  forgetFrame(id: string) {
    this.frames.delete(id)
    this.#wrappers.delete(id)
  }

  /** An `ipcRenderer` event to one frame; lost, as in Electron, when no preload is there to hear it. */
  sendEvent(frameId: string, channel: string, args: unknown[]) {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument')
    if (this.gone) throw new TypeError('Object has been destroyed')
    const message = { kind: 'event', channel, args: wire.encode(args) }
    void this.queue(() => {
      const world = [...this.worlds.values()].findLast((w) => w.preload && w.frameId === (frameId || this.mainFrameId))
      if (world) this.#post(world, message)
    })
  }

  #post(world: World, message: object) {
    const parameters = {
      functionDeclaration: 'function (text) { globalThis.__standinReceive?.(text) }',
      uniqueContextId: world.uniqueId,
      arguments: [{ value: JSON.stringify(message) }],
    }
    // A world that went away with its document has nobody to tell.
    this.channel.send('Runtime.callFunctionOn', parameters).catch(() => {})
  }

  async fromPreload(contextId: number, text: string) {
    const message = JSON.parse(text) as FromPreload
    const world = this.worlds.get(contextId)
    const frame = world ? this.frame(world.frameId) : null
    if (message.kind === 'preload-error') {
      const error = Object.assign(new Error(message.message), { stack: message.stack })
      console.error(`Unable to load preload script: ${message.file}\n${message.stack}`)
      this.contents.emit('preload-error', new StandinEvent(), message.file, error)
      return
    }
    const args = wire.decode(message.args) as unknown[]
    if (message.kind === 'send') {
      dispatchSend(new IpcMainEvent(this.contents, frame), message.channel, args)
      return
    }
    const answer = await this.#invoke(new IpcMainInvokeEvent(this.contents, frame), message.channel, args)
    if (world) this.#post(world, { kind: 'reply', id: message.id, ...answer })
  }

  async #invoke(event: IpcMainInvokeEvent, channel: string, args: unknown[]) {
    try {
      return { value: wire.encode(await dispatchInvoke(event, channel, args)) }
    } catch (thrown) {
      console.error(`Error occurred in handler for '${channel}':`, thrown)
      return { error: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) }
    }
  }
}
