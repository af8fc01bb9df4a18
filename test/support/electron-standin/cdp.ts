// A minimal Chrome DevTools Protocol client with flat sessions, over any duplex of NUL-separated messages. The types of
// commands and events are Playwright's.
import { EventEmitter } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from 'playwright'

export type Channel = Pick<CDPSession, 'send' | 'on' | 'once' | 'off'>

interface Message {
  id?: number
  method: string
  params?: object
  sessionId?: string
  result?: unknown
  error?: { message: string }
}

interface Waiting {
  method: string
  resolve(value: unknown): void
  reject(error: Error): void
}

class Session extends EventEmitter {
  #send: (method: string, params?: object) => Promise<unknown>
  constructor(send: (method: string, params?: object) => Promise<unknown>) {
    super()
    this.#send = send
    this.setMaxListeners(0)
  }
  send(method: string, params?: object) {
    return this.#send(method, params)
  }
}

export class Cdp {
  readonly browser: Channel
  /** Settles when the other side is gone. */
  readonly closed: Promise<void>
  #output: Writable
  #sent = 0
  #waiting = new Map<number, Waiting>()
  #root: Session
  #sessions = new Map<string, Session>()

  constructor(input: Readable, output: Writable) {
    this.#output = output
    this.#root = new Session((method, params) => this.#send(method, params))
    this.browser = this.#root as unknown as Channel
    let buffered = ''
    input.setEncoding('utf8')
    input.on('data', (chunk: string) => {
      const messages = (buffered + chunk).split('\0')
      buffered = messages.pop()!
      for (const text of messages) this.#receive(JSON.parse(text) as Message)
    })
    // A Chromium that dies shows as the end of its output; a failing write says no more than that.
    output.on('error', () => {})
    input.on('error', () => {})
    this.closed = new Promise((resolve) => {
      input.on('close', () => {
        for (const waiting of this.#waiting.values()) waiting.reject(new Error(`${waiting.method}: Chromium is gone`))
        this.#waiting.clear()
        resolve()
      })
    })
  }

  session(id: string): Channel {
    let session = this.#sessions.get(id)
    if (!session) {
      session = new Session((method, params) => this.#send(method, params, id))
      this.#sessions.set(id, session)
    }
    return session as unknown as Channel
  }

  #send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.#sent
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject })
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  #receive(message: Message) {
    if (message.id === undefined) {
      const session = message.sessionId ? this.#sessions.get(message.sessionId) : this.#root
      // Sessions are made by the first who asks; Target.attachedToTarget comes before anything else of a session.
      session?.emit(message.method, message.params)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`))
    else waiting?.resolve(message.result)
  }
}
