// The signaling sockets: who is let in, one answer for every command, a warning before a token runs out.
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { MESSAGE_BYTES_MAX } from '../../shared/protocol/contract.ts'
import { failure, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import type { DeviceKey } from '../effects.ts'
import type { Log } from '../log.ts'
import type { Admit } from './admission.ts'
import type { CommandTable } from './commandTable.ts'
import { keyOf, type Connection, type Connections } from './connections.ts'
import { createDispatcher } from './dispatcher.ts'
import { isOwnOrigin } from './origin.ts'

export const SOCKET_PATH = '/socket'
/** How long before its access token runs out a device is told to renew it. */
const RENEWAL_NOTICE_MS = 60_000
/** A connection whose token ran out may renew it for this long; then it is closed, so that no token is good for news for ever. */
const EXPIRED_GRACE_MS = 60_000
/** A connection that answers no ping for this long is dead: at most the two together until it is noticed. */
const PING_INTERVAL_MS = 10_000
const PING_TIMEOUT_MS = 10_000
/** Messages that are no commands are logged and passed over; a connection that sends this many is closed. */
const STRAY_MESSAGES_MAX = 100

export interface Gateway {
  /** A connection has a new access token: watch that one. */
  watchToken(connection: Connection): void
  /** Tells every device, and closes every connection. */
  close(retryAfterMs: number): void
}

export type GatewayOptions = {
  http: HttpServer
  timers: Timers
  log: Log
  connections: Connections
  admit: Admit
  allowedOrigins: readonly string[]
  table: () => CommandTable
  cameOnline(device: DeviceKey): void
  wentOffline(device: DeviceKey): void
}

export function createGateway(options: GatewayOptions): Gateway {
  const { timers, log, connections } = options
  const watches = new WeakMap<Connection, () => void>()
  let closing = false

  const io = openSockets(options.http, ({ headers }) => {
    return !closing && isOwnOrigin(headers.origin, headers.host, options.allowedOrigins)
  })

  io.use((socket, next) => {
    options.admit(socket.handshake.auth).then(
      (admitted) => {
        if (!admitted.ok) return next(refusal(admitted.error))
        socket.data.connection = { ...admitted.value, socket } satisfies Connection
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
    connections.add(connection)
    log.info(keyOf(connection), 'device online')
    options.cameOnline(keyOf(connection))
    watchToken(connection)
    listen(socket, connection)
    socket.on('disconnect', (reason) => {
      watches.get(connection)?.()
      if (!connections.remove(connection) || closing) return
      log.info({ ...keyOf(connection), reason }, 'device offline')
      options.wentOffline(keyOf(connection))
    })
  })

  function listen(socket: Socket, connection: Connection) {
    const dispatch = createDispatcher(connection, { now: timers.now, log, table: options.table })
    let strayMessages = 0
    const passOver = (event: string, words: string) => {
      log.warn({ ...keyOf(connection), event: event.slice(0, 64) }, words)
      if (++strayMessages >= STRAY_MESSAGES_MAX) socket.disconnect(true)
    }
    socket.on('command', (message: unknown, answer: unknown) => {
      if (typeof answer === 'function') void dispatch(message).then(answer as (result: Result<unknown>) => void)
      else passOver('command', 'command without acknowledgement passed over')
    })
    socket.onAny((name: string) => {
      if (name !== 'command') passOver(name, 'unknown event passed over')
    })
  }

  function watchToken(connection: Connection) {
    watches.get(connection)?.()
    const { accessExpiresAt } = connection
    const to = { devices: [keyOf(connection)] }
    const at = (time: number, action: () => void) =>
      watches.set(connection, timers.after(Math.max(0, time - timers.now()), action))
    at(accessExpiresAt - RENEWAL_NOTICE_MS, () => {
      connections.deliver(to, { name: 'session.tokenExpiring', payload: { accessExpiresAt } })
      at(accessExpiresAt + EXPIRED_GRACE_MS, () => {
        log.info(keyOf(connection), 'token not renewed, connection closed')
        connection.socket.disconnect(true)
      })
    })
  }

  return {
    watchToken,
    close(retryAfterMs) {
      closing = true
      connections.deliver({ everyone: true }, { name: 'session.serverClosing', payload: { retryAfterMs } })
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
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
