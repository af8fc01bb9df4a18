// Electron's `webRequest`: the three hooks that can change something.
import { StandinObject } from './strict.ts'

export interface HookAnswer {
  cancel?: boolean
  redirectURL?: string
  requestHeaders?: Record<string, string | string[]>
  responseHeaders?: Record<string, string | string[]>
  statusLine?: string
}

export type HookName = 'onBeforeRequest' | 'onBeforeSendHeaders' | 'onHeadersReceived'
type Listener = (details: object, answer: (result: HookAnswer) => void) => void
interface Hook {
  matches(address: string): boolean
  listener: Listener
}

/** `*://*.example.com/*` and `<all_urls>`, as in Chromium's match patterns. */
function matcher(patterns: string[]): (address: string) => boolean {
  const tests = patterns.map((pattern) => {
    if (pattern === '<all_urls>') return /^/
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
    return new RegExp(`^${escaped}$`)
  })
  return (address) => tests.some((test) => test.test(address))
}

/** Asks the product's hook, if one is set for that address; `{}` means go on. */
export let runHook: (webRequest: WebRequest, name: HookName, address: string, details: object) => Promise<HookAnswer>
export let hasHook: (webRequest: WebRequest, name: HookName, address: string) => boolean

export class WebRequest extends StandinObject {
  #hooks = new Map<HookName, Hook>()
  static {
    hasHook = (target, name, address) => target.#hooks.get(name)?.matches(address) ?? false
    runHook = async (target, name, address, details) => {
      if (!hasHook(target, name, address)) return {}
      return new Promise((answer) => target.#hooks.get(name)!.listener(details, answer))
    }
  }
  #set(name: HookName, first: { urls: string[] } | Listener | null, second?: Listener | null) {
    const listener = typeof first === 'function' ? first : second
    const patterns = first && typeof first !== 'function' ? first.urls : ['<all_urls>']
    if (listener) this.#hooks.set(name, { matches: matcher(patterns.length ? patterns : ['<all_urls>']), listener })
    else this.#hooks.delete(name)
  }
  onBeforeRequest(first: { urls: string[] } | Listener | null, second?: Listener | null) {
    this.#set('onBeforeRequest', first, second)
  }
  onBeforeSendHeaders(first: { urls: string[] } | Listener | null, second?: Listener | null) {
    this.#set('onBeforeSendHeaders', first, second)
  }
  onHeadersReceived(first: { urls: string[] } | Listener | null, second?: Listener | null) {
    this.#set('onHeadersReceived', first, second)
  }
}
