// Electron's `session` and `protocol`.
import type * as Electron from 'electron'
import { registerScheme } from './addresses.ts'
import { app } from './app.ts'
import { net } from './net.ts'
import { note, notesOnly } from './os-state.ts'
import { StandinEmitter, StandinObject } from './strict.ts'
import { WebRequest } from './web-request.ts'

export type ProtocolHandler = (request: Request) => Response | Promise<Response>

/** What answers a scheme in a session. */
export let protocolHandler: (protocol: Protocol, scheme: string) => ProtocolHandler | undefined

class Protocol extends StandinObject {
  #handlers = new Map<string, ProtocolHandler>()
  static {
    protocolHandler = (protocol, scheme) => protocol.#handlers.get(scheme)
  }
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]) {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    note('protocol.registerSchemesAsPrivileged', schemes)
    for (const { scheme } of schemes) registerScheme(scheme)
  }
  handle(scheme: string, handler: ProtocolHandler) {
    if (this.#handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    registerScheme(scheme)
    this.#handlers.set(scheme, handler)
  }
  unhandle(scheme: string) {
    if (!this.#handlers.delete(scheme)) throw new Error(`Failed to unregister protocol: ${scheme}`)
  }
  isProtocolHandled(scheme: string) {
    return this.#handlers.has(scheme)
  }
}

class Cookies extends StandinEmitter {
  async get() {
    return []
  }
}
notesOnly(Cookies, 'cookies', ['set', 'remove', 'flushStore'])

/** What the product answers to a page that wants to share. */
export interface ChosenStreams {
  video?: { id?: string }
  audio?: string | object
}

interface PermissionHandlers {
  request: ((contents: unknown, permission: string, answer: (yes: boolean) => void, details: object) => void) | null
  check: ((contents: unknown, permission: string, origin: string, details: object) => boolean) | null
  display: ((request: object, answer: (streams: ChosenStreams | null) => void) => unknown) | null
}

export let permissionHandlers: (session: Session) => PermissionHandlers
/** Scripts that run before a window's own preload, in order. */
export let preloadFiles: (session: Session) => string[]

interface PreloadRegistration {
  id?: string
  type: string
  filePath: string
}

export class Session extends StandinEmitter {
  protocol = new Protocol()
  cookies = new Cookies()
  webRequest = new WebRequest()
  #permissions: PermissionHandlers = { request: null, check: null, display: null }
  #preloads: Required<PreloadRegistration>[] = []
  #persistent: boolean
  static {
    permissionHandlers = (session) => session.#permissions
    preloadFiles = (session) => session.#preloads.filter(({ type }) => type === 'frame').map(({ filePath }) => filePath)
  }
  constructor(persistent: boolean) {
    super()
    this.#persistent = persistent
  }
  setPermissionRequestHandler(handler: PermissionHandlers['request']) {
    this.#permissions.request = handler
  }
  setPermissionCheckHandler(handler: PermissionHandlers['check']) {
    this.#permissions.check = handler
  }
  setDisplayMediaRequestHandler(handler: PermissionHandlers['display'], options?: object) {
    note('session.setDisplayMediaRequestHandler', options)
    this.#permissions.display = handler
  }
  registerPreloadScript({ id, type, filePath }: PreloadRegistration) {
    const known = { id: id ?? String(this.#preloads.length + 1), type, filePath }
    this.#preloads.push(known)
    return known.id
  }
  unregisterPreloadScript(id: string) {
    this.#preloads = this.#preloads.filter((preload) => preload.id !== id)
  }
  getPreloadScripts() {
    return this.#preloads.map((preload) => ({ ...preload }))
  }
  setPreloads(paths: string[]) {
    this.#preloads = paths.map((filePath) => ({ id: filePath, type: 'frame', filePath }))
  }
  getPreloads() {
    return preloadFiles(this)
  }
  getUserAgent() {
    return app.userAgentFallback
  }
  fetch(input: string | Request, options?: RequestInit) {
    return net.fetch(input, options)
  }
  isPersistent() {
    return this.#persistent
  }
  async clearStorageData() {}
  async clearCache() {}
  async clearData() {}
  async closeAllConnections() {}
  async setProxy(config: object) {
    note('session.setProxy', config)
  }
  async resolveProxy() {
    return 'DIRECT'
  }
}
notesOnly(Session, 'session', [
  'setDevicePermissionHandler',
  'setUSBProtectedClassesHandler',
  'setBluetoothPairingHandler',
  'setCertificateVerifyProc',
  'setSpellCheckerEnabled',
  'setSpellCheckerLanguages',
  'setSpellCheckerDictionaryDownloadURL',
  'setUserAgent',
  'setDownloadPath',
  'enableNetworkEmulation',
  'disableNetworkEmulation',
  'flushStorageData',
])

const defaultSession = new Session(true)
const partitions = new Map<string, Session>()

function partition(name: string): Session {
  if (name === '') return defaultSession
  const known = partitions.get(name)
  if (known) return known
  const made = new Session(name.startsWith('persist:'))
  partitions.set(name, made)
  app.emit('session-created', made)
  return made
}

/** The module's `session`: Electron types it as the class's static side. */
class SessionModule extends StandinObject {
  get defaultSession() {
    if (!app.isReady()) throw new Error('Session can only be received when app is ready')
    return defaultSession
  }
  fromPartition(name: string) {
    if (!app.isReady()) throw new Error('Session can only be received when app is ready')
    return partition(name)
  }
  fromPath(path: string) {
    return this.fromPartition(`persist:${path}`)
  }
}
export const session = new SessionModule()

export const protocol = defaultSession.protocol

export function announceDefaultSession(): void {
  app.emit('session-created', defaultSession)
}

export function sessionFor(preferences: Electron.WebPreferences): Session {
  return (preferences.session as unknown as Session | undefined) ?? partition(preferences.partition ?? '')
}
