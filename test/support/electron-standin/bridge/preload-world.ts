// What runs in the isolated world: `electron` as a sandboxed preload sees it, then the preload scripts themselves.
// Sent to pages as source.
import type { Wire } from '../wire.ts'
import { openEnd } from './end.ts'
import type { PageSettings } from './main-world.ts'

export type Preload = (
  require: (name: string) => unknown,
  module: { exports: object },
  exports: object,
  process: object,
  global: typeof globalThis,
) => void

type Listener = (...args: unknown[]) => void
type Native = (text: string) => void

/** The part of Node's EventEmitter that a sandboxed preload gets. */
export class PageEmitter {
  #listeners = new Map<string, (Listener & { listener?: Listener })[]>()
  on(name: string, listener: Listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
    return this
  }
  addListener(name: string, listener: Listener) {
    return this.on(name, listener)
  }
  once(name: string, listener: Listener) {
    const once = (...args: unknown[]) => {
      this.off(name, once)
      listener.apply(this, args)
    }
    once.listener = listener
    return this.on(name, once)
  }
  off(name: string, listener: Listener) {
    const list = [...(this.#listeners.get(name) ?? [])]
    const at = list.findLastIndex((known) => known === listener || known.listener === listener)
    if (at >= 0) list.splice(at, 1)
    this.#listeners.set(name, list)
    return this
  }
  removeListener(name: string, listener: Listener) {
    return this.off(name, listener)
  }
  removeAllListeners(name?: string) {
    if (name === undefined) this.#listeners.clear()
    else this.#listeners.delete(name)
    return this
  }
  emit(name: string, ...args: unknown[]) {
    const list = this.#listeners.get(name) ?? []
    for (const listener of list) listener.apply(this, args)
    return list.length > 0
  }
  listenerCount(name: string) {
    return (this.#listeners.get(name) ?? []).length
  }
}

export function makeIpcRenderer(wire: Wire, native: Native) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; channel: string }>()
  let invoked = 0
  class IpcRenderer extends PageEmitter {
    send(channel: string, ...args: unknown[]) {
      native(JSON.stringify({ kind: 'send', channel, args: wire.encode(args) }))
    }
    async invoke(channel: string, ...args: unknown[]) {
      const encoded = wire.encode(args)
      return new Promise((resolve, reject) => {
        const id = ++invoked
        waiting.set(id, { resolve, reject, channel })
        native(JSON.stringify({ kind: 'invoke', id, channel, args: encoded }))
      })
    }
    sendSync(channel: string, ...args: unknown[]) {
      const request = new XMLHttpRequest()
      request.open('POST', `${location.origin}/__standin_sync__`, false)
      request.send(JSON.stringify({ channel, args: wire.encode(args) }))
      return (wire.decode(request.responseText) as unknown[])[0]
    }
  }
  const ipcRenderer = new IpcRenderer()
  /** Called by the host process. */
  const receive = (text: string) => {
    const message = JSON.parse(text) as Record<'kind' | 'channel' | 'args' | 'value', string> & {
      id: number
      error?: string
    }
    if (message.kind === 'event') {
      const event = { sender: ipcRenderer, ports: [], defaultPrevented: false, preventDefault() {} }
      ipcRenderer.emit(message.channel, event, ...(wire.decode(message.args) as unknown[]))
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) asked?.resolve(wire.decode(message.value))
    else asked?.reject(new Error(`Error invoking remote method '${asked.channel}': ${message.error}`))
  }
  return { ipcRenderer, receive }
}

/** Members that the stand-in does not know throw, as in the main process. */
export function strictPart<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key === '__esModule') {
        const found = Reflect.get(target, key, target) as unknown
        return typeof found === 'function' ? found.bind(target) : found
      }
      throw new Error(`electron stand-in: ${name}.${key} is not implemented`)
    },
  })
}

export function preloadModules(ipcRenderer: object, expose: (key: string, api: unknown) => void) {
  const electron = strictPart('electron (preload)', {
    ipcRenderer: strictPart('ipcRenderer', ipcRenderer),
    contextBridge: strictPart('contextBridge', { exposeInMainWorld: expose }),
    webFrame: strictPart('webFrame', { setZoomFactor() {}, getZoomFactor: () => 1 }),
    webUtils: strictPart('webUtils', { getPathForFile: (file: File) => `/standin/${file.name}` }),
  })
  const timers = {
    setTimeout: window.setTimeout.bind(window),
    setInterval: window.setInterval.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
    clearInterval: window.clearInterval.bind(window),
    setImmediate: (work: Listener, ...args: unknown[]) => setTimeout(work, 0, ...args),
  }
  // The modules that Electron lets a sandboxed preload require; nothing else.
  const events = Object.assign(PageEmitter, { EventEmitter: PageEmitter })
  return new Map<string, unknown>([
    ['electron', electron],
    ['electron/renderer', electron],
    ['electron/common', electron],
    ['events', events],
    ['timers', timers],
    ['url', { URL, URLSearchParams }],
  ])
}

export function startPreloadWorld(
  settings: PageSettings,
  info: object,
  wire: Wire,
  preloads: [file: string, code: Preload][],
): void {
  const world = globalThis as unknown as { __standinIpc: Native; __standinReceive: Native }
  const native = world.__standinIpc
  Reflect.deleteProperty(world, '__standinIpc')
  Reflect.deleteProperty(world, '__standinAsk')
  if ((window !== window.top && !settings.inSubFrames) || location.href === 'about:blank') return
  const { ipcRenderer, receive } = makeIpcRenderer(wire, native)
  world.__standinReceive = receive
  const end = openEnd(`${settings.secret}preload`, `${settings.secret}main`, () => {})
  const modules = preloadModules(ipcRenderer, (key, api) => end.expose(key, api))
  const require = (name: string) => {
    const found = modules.get(name.replace(/^node:/, ''))
    if (!found) throw new Error(`module not found: ${name}`)
    return found
  }
  const process = {
    ...info,
    isMainFrame: window === window.top,
    nextTick: (work: Listener, ...args: unknown[]) => queueMicrotask(() => work(...args)),
    on() {},
    once() {},
  }
  for (const [file, preload] of preloads) {
    const module = { exports: {} }
    try {
      preload(require, module, module.exports, process, globalThis)
    } catch (thrown) {
      const { message, stack } = thrown as Error
      native(JSON.stringify({ kind: 'preload-error', file, message, stack }))
    }
  }
}
