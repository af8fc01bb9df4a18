// The signaling sockets: who may connect, and one answer for every command that comes in.
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { DEVICES_MAX } from '../../shared/call/limits.ts'
import {
  MESSAGE_BYTES_MAX,
  commandMessageSchema,
  commands,
  isCommandName,
  type CommandMessage,
  type CommandName,
} from '../../shared/protocol/contract.ts'
import { failure, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import { handshakeSchema } from '../../shared/protocol/session.ts'
import type { Timers } from '../../shared/time.ts'
import type { DeviceKey } from '../effects.ts'
import type { Log } from '../log.ts'
import type { AccessTokens } from '../people/accessTokens.ts'
import type { Sessions } from '../people/sessions.ts'
import type { Store } from '../storage/store.ts'
import { findUser, saveDevice } from '../storage/userRows.ts'
import { checkInput } from './checkInput.ts'
import type { Asking, CommandTable } from './commandTable.ts'
import { keyOf, type Connection, type Connections } from './connections.ts'
import { isOwnOrigin } from './origin.ts'
import { createBucket } from './rateLimit.ts'

export const SOCKET_PATH = '/socket'
/** How long before its access token runs out a device is told to renew it. */
const RENEWAL_NOTICE_MS = 60_000

export interface Gateway {
  /** A connection has a new access token: watch that one. */
  watchToken(connection: Connection): void
  /** Tells every device, and closes every connection. */
  close(retryAfterMs: number): Promise<void>
}

export type GatewayOptions = {
  http: HttpServer
  store: Store
  timers: Timers
  log: Log
  connections: Connections
  accessTokens: AccessTokens
  sessions: Sessions
  allowedOrigins: readonly string[]
  /** Asked at the first command, since the table needs the gateway in its turn. */
  table: () => CommandTable
  cameOnline(device: DeviceKey): void
  wentOffline(device: DeviceKey): void
}

type Answer = (result: Result<unknown>) => void

export function createGateway(options: GatewayOptions): Gateway {
  const { store, timers, log, connections } = options
  const watches = new WeakMap<Connection, () => void>()
  let closing = false

  const io = new Server(options.http, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => {
      const allowed = !closing && isOwnOrigin(request.headers.origin, request.headers.host, options.allowedOrigins)
      decide(null, allowed)
    },
  })

  io.use((socket, next) => {
    admit(socket).then(
      (admitted) => {
        if (!admitted.ok) return next(refusal(admitted.error))
        socket.data.connection = admitted.value
        next()
      },
      (error: unknown) => {
        log.error({ err: error }, 'handshake failed')
        next(refusal(failure('unavailable', 'The server could not do this just now.').error))
      },
    )
  })

  async function admit(socket: Socket): Promise<Result<Connection>> {
    const handshake = checkInput(handshakeSchema, socket.handshake.auth)
    if (!handshake.ok) return handshake
    const { accessToken, device } = handshake.value
    const claims = await options.accessTokens.verify(accessToken)
    if (!claims.ok) return claims
    const { userId, deviceId, expiresAt } = claims.value
    const user = await store.read((db) => findUser(db, userId))
    if (deviceId !== device.id || user === null || !(await options.sessions.isLive(claims.value))) {
      return failure('unauthenticated', 'Please sign in.')
    }
    const known = connections.find({ userId, deviceId }) !== undefined
    if (!known && connections.devicesOf(userId) >= DEVICES_MAX) {
      return failure('notAllowed', `You are online on ${DEVICES_MAX} devices already.`)
    }
    await store.write(({ db }) => saveDevice(db, userId, device))
    return { ok: true, value: { user: { id: user.id, name: user.name }, device, socket, accessExpiresAt: expiresAt } }
  }

  io.on('connection', (socket) => {
    const connection = socket.data.connection as Connection
    connections.add(connection)
    log.info(keyOf(connection), 'device online')
    options.cameOnline(keyOf(connection))
    watchToken(connection)
    const bucket = createBucket(timers.now())
    const underWay = new Map<string, Promise<Result<unknown>>>()
    socket.on('command', (message: unknown, answer: unknown) => {
      if (typeof answer !== 'function') return log.warn(keyOf(connection), 'command without acknowledgement passed over')
      const waitMs = bucket(timers.now())
      if (waitMs > 0) return (answer as Answer)(failure('rateLimited', 'Too many commands at once.', { retryAfterMs: waitMs }))
      void take(connection, message, underWay).then(answer as Answer)
    })
    socket.onAny((name: string) => {
      if (name !== 'command') log.warn({ ...keyOf(connection), event: name.slice(0, 64) }, 'unknown event passed over')
    })
    socket.on('disconnect', (reason) => {
      watches.get(connection)?.()
      if (!connections.remove(connection) || closing) return
      log.info({ ...keyOf(connection), reason }, 'device offline')
      options.wentOffline(keyOf(connection))
    })
  })

  /** A command sent again while its first sending is still being worked on gets the same answer, not another go. */
  function take(connection: Connection, raw: unknown, underWay: Map<string, Promise<Result<unknown>>>): Promise<Result<unknown>> {
    const message = checkInput(commandMessageSchema, raw)
    if (!message.ok) return Promise.resolve(message)
    const { commandId } = message.value
    const known = underWay.get(commandId)
    if (known !== undefined) return known
    const answer = carryOut(connection, message.value).finally(() => underWay.delete(commandId))
    underWay.set(commandId, answer)
    return answer
  }

  async function carryOut(connection: Connection, { commandId, name, input }: CommandMessage): Promise<Result<unknown>> {
    if (!isCommandName(name)) return failure('invalid', `There is no command "${name}".`, { field: 'name' })
    if (name !== 'session.renew' && timers.now() >= connection.accessExpiresAt) {
      return failure('tokenExpired', 'Your session has to be renewed.')
    }
    try {
      const result = await dispatch(name, { connection, commandId }, input)
      if (!result.ok) log.debug({ ...keyOf(connection), command: name, error: result.error }, 'command refused')
      return result
    } catch (error) {
      log.error({ ...keyOf(connection), command: name, err: error }, 'command failed')
      return failure('unavailable', 'The server could not do this just now.')
    }
  }

  async function dispatch(name: CommandName, asking: Asking, input: unknown): Promise<Result<unknown>> {
    const checked = checkInput<unknown>(commands[name].input, input)
    if (!checked.ok) return checked
    // The schema and the handler of one name belong together; the compiler cannot follow that through the index.
    const carry = options.table()[name] as (asking: Asking, input: unknown) => Promise<Result<unknown>>
    return carry(asking, checked.value)
  }

  function watchToken(connection: Connection) {
    watches.get(connection)?.()
    const { accessExpiresAt } = connection
    const notice = () => {
      connections.deliver({ devices: [keyOf(connection)] }, { name: 'session.tokenExpiring', payload: { accessExpiresAt } })
    }
    watches.set(connection, timers.after(Math.max(0, accessExpiresAt - RENEWAL_NOTICE_MS - timers.now()), notice))
  }

  return {
    watchToken,
    async close(retryAfterMs) {
      closing = true
      connections.deliver({ everyone: true }, { name: 'session.serverClosing', payload: { retryAfterMs } })
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

const refusal = (error: ProtocolError): Error => Object.assign(new Error(error.message), { data: error })
