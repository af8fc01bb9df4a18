// Electron's `ClientRequest`, which `net.request` gives: over Node's fetch.
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type * as Electron from 'electron'
import { osState } from './os-state.ts'
import { StandinEmitter } from './strict.ts'

type Options = Electron.ClientRequestConstructorOptions

/** Chromium's words for what Node calls otherwise. */
const FAILURES: Record<string, string> = {
  ECONNREFUSED: 'net::ERR_CONNECTION_REFUSED',
  ECONNRESET: 'net::ERR_CONNECTION_RESET',
  ENOTFOUND: 'net::ERR_NAME_NOT_RESOLVED',
}

function addressOf({ url, protocol = 'http:', host, hostname, port, path = '/' }: Options): string {
  const address = new URL(url ?? `${protocol}//${host ?? `${hostname}${port ? `:${port}` : ''}`}${path}`)
  if (!/^https?:$/.test(address.protocol)) throw new Error('ClientRequest only supports http: and https: protocols')
  return address.href
}

/** The part of Electron's `IncomingMessage` that is not a stream. */
function messageOf(response: Response): Readable {
  const body = response.body as ReadableStream | null
  return Object.assign(body ? Readable.fromWeb(body) : Readable.from([]), {
    statusCode: response.status,
    statusMessage: response.statusText,
    headers: Object.fromEntries(response.headers),
    rawHeaders: [...response.headers].flat(),
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
  })
}

export class ClientRequest extends StandinEmitter {
  chunkedEncoding = false
  #options: Options
  #address: string
  #headers = new Headers()
  #body: Buffer[] = []
  #cancel = new AbortController()
  #message: Readable | null = null
  #sent = false
  #closed = false

  constructor(given: Options | string) {
    super()
    this.#options = typeof given === 'string' ? { url: given } : given
    this.#address = addressOf(this.#options)
    for (const [name, value] of Object.entries(this.#options.headers ?? {})) this.setHeader(name, String(value))
  }

  setHeader(name: string, value: string) {
    if (this.#sent) throw new Error("Can't set headers after they are sent")
    this.#headers.set(name, value)
  }
  getHeader(name: string) {
    return this.#headers.get(name) ?? undefined
  }
  removeHeader(name: string) {
    if (this.#sent) throw new Error("Can't remove headers after they are sent")
    this.#headers.delete(name)
  }
  write(chunk: string | Buffer, encoding: BufferEncoding = 'utf8', written?: () => void) {
    this.#body.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    if (written) process.nextTick(written)
  }
  end(chunk?: string | Buffer, encoding?: BufferEncoding, written?: () => void) {
    if (chunk !== undefined) this.write(chunk, encoding, written)
    if (this.#sent) return this
    this.#sent = true
    setImmediate(() => this.emit('finish'))
    void this.#send().catch((error: Error) => this.#fail(error))
    return this
  }
  /** Whoever aborts hears of no error. */
  abort() {
    if (this.#closed || this.#cancel.signal.aborted) return
    process.nextTick(() => this.emit('abort'))
    this.#message?.destroy()
    this.#cancel.abort()
    this.#close()
  }

  async #send() {
    if (!osState.online) throw new Error('net::ERR_INTERNET_DISCONNECTED')
    const { method = 'GET', redirect = 'follow' } = this.#options
    const response = await fetch(this.#address, {
      method,
      redirect,
      headers: this.#headers,
      body: this.#body.length ? Buffer.concat(this.#body) : null,
      signal: this.#cancel.signal,
    })
    const target = response.headers.get('location')
    if (redirect === 'manual' && response.status >= 300 && response.status < 400 && target) {
      const headers = Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]]))
      this.emit('redirect', response.status, method, new URL(target, this.#address).href, headers)
      if (!this.#cancel.signal.aborted) throw new Error('Redirect was cancelled')
      return
    }
    this.#message = messageOf(response)
    this.#message.once('close', () => this.#close())
    this.emit('response', this.#message)
  }

  #fail(error: Error) {
    if (this.#cancel.signal.aborted) return
    const code = (error.cause as NodeJS.ErrnoException | undefined)?.code
    this.emit('error', error.name === 'TypeError' ? new Error(FAILURES[code ?? ''] ?? 'net::ERR_FAILED') : error)
    this.#close()
  }
  #close() {
    if (this.#closed) return
    this.#closed = true
    setImmediate(() => this.emit('close'))
  }
}
