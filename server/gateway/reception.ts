// What happens to a connection from its admission to its end, whatever carries it: sockets here, a simulated network in tests.
import type { Timers } from '../../shared/time.ts'
import type { DeviceKey } from '../effects.ts'
import type { Log } from '../log.ts'
import type { CommandTable } from './commandTable.ts'
import { keyOf, type Connection, type Connections } from './connections.ts'
import { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts'
import type { Limiter } from './rateLimit.ts'

/** How long before its access token runs out a device is told to renew it. */
const RENEWAL_NOTICE_MS = 60_000
/** A connection whose token ran out may renew it for this long; then it is closed, so that no token is good for news for ever. */
const EXPIRED_GRACE_MS = 60_000

export type Visit = {
  /** Answers the connection's messages. */
  dispatch: Dispatcher
  /** The connection has ended, and why. */
  left(reason: string): void
}

export interface Reception {
  welcome(connection: Connection): Visit
  /** A connection has a new access token: watch that one. */
  watchToken(connection: Connection): void
  /** From now on nobody counts as having gone offline: the server itself goes. */
  close(): void
}

export type ReceptionOptions = {
  timers: Timers
  log: Log
  limiter: Limiter
  connections: Connections
  table: () => CommandTable
  observe?: DispatcherOptions['observe']
  cameOnline(device: DeviceKey): void
  wentOffline(device: DeviceKey): void
}

export function createReception(options: ReceptionOptions): Reception {
  const { timers, log, limiter, connections } = options
  const watches = new WeakMap<Connection, () => void>()
  const observed = options.observe === undefined ? {} : { observe: options.observe }
  let closing = false

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
    welcome(connection) {
      connections.add(connection)
      log.info(keyOf(connection), 'device online')
      options.cameOnline(keyOf(connection))
      watchToken(connection)
      return {
        dispatch: createDispatcher(connection, { now: timers.now, log, limiter, table: options.table, ...observed }),
        left(reason) {
          watches.get(connection)?.()
          if (!connections.remove(connection) || closing) return
          log.info({ ...keyOf(connection), reason }, 'device offline')
          options.wentOffline(keyOf(connection))
        },
      }
    },
    watchToken,
    close() {
      closing = true
    },
  }
}
