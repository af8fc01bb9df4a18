// The signaling sockets: who is let in, one answer for every command, a warning before a token runs out.
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { MESSAGE_BYTES_MAX } from '../../shared/protocol/contract.ts'
import { failure, type Failure, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import type { Log } from '../log.ts'
import type { Admit } from './admission.ts'
import { keyOf, type Connection, type Connections } from './connections.ts'
import type { Dispatcher } from './dispatcher.ts'
import { isOwnOrigin } from './origin.ts'
import type { Limiter } from './rateLimit.ts'
import type { Reception } from './reception.ts'

export const SOCKET_PATH = '/socket'
/** A connection that answers no ping for this long is dead: at most the two together until it is noticed. */
const PING_INTERVAL_MS = 10_000
const PING_TIMEOUT_MS = 10_000
/** Messages that are no commands are logged and passed over; a connection that sends this many is closed. */
const STRAY_MESSAGES_MAX = 100

export interface Gateway {
  /** Tells every device, and closes every connection. */
  close(retryAfterMs: number): void
}

export type GatewayOptions = {
  http: HttpServer
  log: Log
  connections: Connections
  admit: Admit
  reception: Reception
  allowedOrigins: readonly string[]
  limiter: Limiter
  /** From where a request came, as far as proxies in front are trusted. */
  addressOf(request: IncomingMessage): string
}

export function createGateway(options: GatewayOptions): Gateway {
  const { log, connections, reception, limiter } = options
  let closing = false

  const io = openSockets(options.http, ({ headers }) => {
    return !closing && isOwnOrigin(headers.origin, headers.host, options.allowedOrigins)
  })

  io.use((socket, next) => {
    const address = options.addressOf(socket.request)
    const crowd = refuseCrowd(connections, limiter, address)
    if (crowd !== null) return next(refusal(crowd.error))
    options.admit(socket.handshake.auth).then(
      (admitted) => {
        if (!admitted.ok) return next(refusal(admitted.error))
        socket.data.connection = {
          ...admitted.value,
          socket,
          address,
          bufferedBytes: () => bufferedBytes(socket),
        } satisfies Connection
        next()
      },
      (error: unknown) => {
        log.error({ err: error }, 'handshake failed')
        next(refusal(failure('unavailable', 'The server could not do this just now.').error))
      },
    )
  })

  io.on('connection', (socket) => {
    const connection = socket.data.connection as Connection
    const visit = reception.welcome(connection)
    listen(socket, connection, visit.dispatch)
    socket.on('disconnect', visit.left)
  })

  function listen(socket: Socket, connection: Connection, dispatch: Dispatcher) {
    let strayMessages = 0
    // socket.io lets a stranger name an event by a number as well.
    const passOver = (event: unknown, words: string) => {
      log.warn({ ...keyOf(connection), event: String(event).slice(0, 64) }, words)
      if (++strayMessages >= STRAY_MESSAGES_MAX) socket.disconnect(true)
    }
    socket.on('command', (message: unknown, answer: unknown) => {
      // Whoever asks without taking in the answers is cut like whoever does not take in events.
      if (bufferedBytes(socket) > limiter.max('sendBufferBytes')) return void socket.disconnect(true)
      if (typeof answer === 'function') void dispatch(message).then(answer as (result: Result<unknown>) => void)
      else passOver('command', 'command without acknowledgement passed over')
    })
    socket.onAny((name: unknown) => {
      if (name !== 'command') passOver(name, 'unknown event passed over')
    })
  }

  return {
    close(retryAfterMs) {
      closing = true
      reception.close()
      connections.deliver({ everyone: true }, { name: 'session.serverClosing', payload: { retryAfterMs } })
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

function refuseCrowd(connections: Connections, limiter: Limiter, address: string): Failure | null {
  if (connections.count() >= limiter.max('connections'))
    return failure('unavailable', 'This server has as many connections as it takes. Try again in a while.')
  return connections.count(address) >= limiter.max('connectionsPerAddress')
    ? failure('notAllowed', 'There are too many connections from your network.')
    : null
}

/** What waits in this process for the network to take it: in the transport's own queue, and behind the socket. */
function bufferedBytes(socket: Socket): number {
  const transport = socket.conn.transport as unknown as { socket?: { bufferedAmount?: number } }
  const queued = (socket.conn as unknown as { writeBuffer?: { data?: unknown }[] }).writeBuffer ?? []
  const waiting = queued.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0)
  return (transport.socket?.bufferedAmount ?? 0) + waiting
}

function openSockets(http: HttpServer, isAllowed: (request: IncomingMessage) => boolean): Server {
  return new Server(http, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => decide(null, isAllowed(request)),
  })
}

const refusal = (error: ProtocolError): Error => Object.assign(new Error(error.message), { data: error })
