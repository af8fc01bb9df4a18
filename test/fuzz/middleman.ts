// A server gone bad, as a page meets it: the pages and sign-in are those of a real server, and so is the signaling until
// `turn('hostile')`. From then on the page hears whatever `sends` puts on its wire, and its commands are answered by `onCommand`.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { io, type Socket as Upstream } from 'socket.io-client'
import { SOCKET_PATH } from '../../shared/client/socketWire.ts'
import { commandMessageSchema, type CommandMessage } from '../../shared/protocol/contract.ts'

export type Middleman = {
  url: string
  turn(mode: 'honest' | 'hostile'): void
  /** Every command the page has asked, by name. */
  asked: ReadonlyMap<string, number>
  /** The page's connection, while it has one. */
  connection(): Socket | null
  close(): Promise<void>
}

export type OnCommand = (
  message: CommandMessage,
  forward: () => Promise<unknown>,
) => Promise<{ answer: unknown } | 'silence'>

export async function startMiddleman(target: string, onCommand: OnCommand): Promise<Middleman> {
  const asked = new Map<string, number>()
  const upstreams = new Set<Upstream>()
  let mode: 'honest' | 'hostile' = 'honest'
  let current: Socket | null = null

  const http = createServer((incoming, outgoing) => passOn(target, incoming, outgoing))
  const sockets = new Server(http, { path: SOCKET_PATH, transports: ['websocket'], serveClient: false })
  sockets.on('connection', (page) => {
    const upstream = io(target, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: page.handshake.auth,
    })
    upstreams.add(upstream)
    upstream.on('event', (message: unknown, acknowledge: () => void) => {
      page.emit('event', message)
      acknowledge()
    })
    page.on('command', (raw: unknown, reply: (answer: unknown) => void) => {
      const message = commandMessageSchema.parse(raw)
      asked.set(message.name, (asked.get(message.name) ?? 0) + 1)
      const forward = () => new Promise<unknown>((resolve) => upstream.emit('command', message, resolve))
      if (mode === 'honest') return void forward().then(reply)
      void onCommand(message, forward).then((what) => what !== 'silence' && reply(what.answer))
    })
    page.on('disconnect', () => {
      if (current === page) current = null
      upstream.disconnect()
      upstreams.delete(upstream)
    })
    current = page
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    turn: (next) => (mode = next),
    asked,
    connection: () => (current?.connected ? current : null),
    async close() {
      for (const upstream of upstreams) upstream.disconnect()
      await sockets.close()
    },
  }
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { hostname, port } = new URL(target)
  const asking = request(
    { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    },
  )
  asking.on('error', () => outgoing.destroy())
  incoming.pipe(asking)
}
