// One POST to somebody else's server: no redirects, little time, and only where the rules let it go.
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Timers } from '../../shared/time.ts'
import { guardedLookup, isPublicAddress, refuseLiteral, type WebhookRules } from './addresses.ts'

export type Posting = { url: string; headers: Record<string, string>; body: string }
/** `error`: why there was no answer, in a sentence. */
export type SendOutcome = { status: number } | { error: string }
/** Never rejects. */
export type Sender = (posting: Posting, signal: AbortSignal) => Promise<SendOutcome>

export type SenderOptions = {
  rules: WebhookRules
  timers: Timers
  userAgent: string
  /** The tests' own. */
  lookup?: LookupFunction
  timeoutMs?: number
}

const TIMEOUT_MS = 10_000
/** Of the answer only its status counts; a little of the rest is read so that the connection ends in good order. */
const ANSWER_BYTES_MAX = 4 * 1024

export function createSender(options: SenderOptions): Sender {
  const { rules, timers, userAgent, timeoutMs = TIMEOUT_MS, lookup = guardedLookup(rules) } = options
  return ({ url: text, headers, body }, signal) =>
    new Promise((resolve) => {
      const url = new URL(text)
      const request = url.protocol === 'https:' ? requestSecure : requestPlain
      const abandon = new AbortController()
      const callOff = timers.after(timeoutMs, () => abandon.abort(new Error(`no answer within ${timeoutMs / 1000} s`)))
      const finish = (outcome: SendOutcome) => {
        callOff()
        resolve(outcome)
      }
      const fail = (error: unknown) => finish({ error: said(abandon.signal.reason ?? error) })
      try {
        refuseLiteral(url.hostname, rules)
        const length = String(Buffer.byteLength(body))
        const asked = request(url, {
          method: 'POST',
          // No connection is kept: the next delivery looks the name up again, and is checked again.
          agent: false,
          lookup,
          signal: AbortSignal.any([signal, abandon.signal]),
          headers: {
            'content-type': 'application/json',
            'content-length': length,
            'user-agent': userAgent,
            ...headers,
          },
        })
        asked.on('error', fail)
        asked.on('socket', (socket) =>
          // Whatever led here: this is the address that is spoken to.
          socket.once('connect', () => {
            const { remoteAddress = '' } = socket
            if (!rules.privateAddresses && !isPublicAddress(remoteAddress))
              abandon.abort(new Error(`${remoteAddress} is not a public address`))
          }),
        )
        asked.on('response', (response) => {
          const { statusCode = 0 } = response
          let bytes = 0
          const done = () => finish({ status: statusCode })
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            if (bytes <= ANSWER_BYTES_MAX) return
            done()
            response.destroy()
          })
          response.on('end', done)
          response.on('error', fail)
        })
        asked.end(body)
      } catch (error) {
        fail(error)
      }
    })
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300)
