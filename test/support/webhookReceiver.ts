// A server that takes webhooks, and checks their signature by the recipe of docs/api.md.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Taken = { headers: IncomingHttpHeaders; body: string; type: string; data: Record<string, never> }

export interface Receiver {
  readonly url: string
  readonly taken: Taken[]
  /** How it answers from now on; 204 at first. */
  answer: (response: ServerResponse) => void
  close(): Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  const taken: Taken[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += String(chunk)))
    request.on('end', () => {
      const { type = '', data = {} } = (body === '' ? {} : JSON.parse(body)) as Partial<Taken>
      taken.push({ headers: request.headers, body, type, data })
      receiver.answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    taken,
    answer: (response) => response.writeHead(204).end(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

/** The recipe of docs/api.md, which that page's own test holds against this. `nowSeconds`: the receiver's clock. */
export function isGenuine(secret: string, headers: IncomingHttpHeaders, body: string, nowSeconds: number): boolean {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']]
  if (!(Math.abs(nowSeconds - Number(timestamp)) <= 5 * 60)) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const wanted = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => {
      const given = Buffer.from(one.replace(/^v1,/, ''), 'base64')
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    })
}
