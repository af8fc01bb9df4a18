// Who is online now: one connection a device. It delivers events, and drops a connection that does not acknowledge them.
import { seenBy } from '../../shared/call/call.ts'
import { forGuest, guestIsTold } from '../../shared/guests.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'
import type { Device, User } from '../../shared/protocol/things.ts'
import type { DeviceKey, Target } from '../effects.ts'
import type { Log } from '../log.ts'
import type { Limiter } from './rateLimit.ts'

/** What a connection needs of its socket: socket.io's has it, and so has the simulation's. */
export type Line = {
  readonly connected: boolean
  disconnect(close: true): unknown
  timeout(ms: number): {
    emit(name: 'event', message: unknown, acknowledged: (error: Error | null) => void): unknown
  }
}

export type Connection = {
  readonly user: User
  /** The room a guest came for; null for everybody with an account. */
  readonly guestOf: string | null
  readonly device: Device
  readonly socket: Line
  /** From where it came; absent when nobody knows. */
  readonly address?: string | undefined
  /** How many bytes wait to be sent to it. */
  bufferedBytes?(): number
  /** When the access token of this connection runs out, ms since the epoch; grows with `session.renew`. */
  accessExpiresAt: number
}

export const keyOf = (connection: Connection): DeviceKey => ({
  userId: connection.user.id,
  deviceId: connection.device.id,
})

export interface Connections {
  /** Takes the place of an earlier connection of the same device, which is closed. */
  add(connection: Connection): void
  /** False when the connection had been replaced before: then nobody went offline. */
  remove(connection: Connection): boolean
  find(key: DeviceKey): Connection | undefined
  devicesOf(userId: string): number
  isOnline(userId: string): boolean
  onlineUsers(): string[]
  deliver(to: Target, event: ServerEvent): void
  /** Sends one last event, and closes the connection. */
  dismiss(key: DeviceKey, event: ServerEvent): void
  all(): Connection[]
  /** How many there are, in all and from one address. */
  count(address?: string): number
}

/**
 * `acknowledgeMs`: how long a device may take to acknowledge an event before its connection counts as dead. One that takes in less
 * than it is told is closed as well: it would cost memory without end, and syncs anew when it comes back.
 */
export function createConnections(log: Log, acknowledgeMs: number, limiter: Pick<Limiter, 'max'>): Connections {
  const byUser = new Map<string, Map<string, Connection>>()
  const byAddress = new Map<string, Set<Connection>>()
  const unacknowledged = new WeakMap<Connection, number>()

  const backlogOf = (connection: Connection) => unacknowledged.get(connection) ?? 0

  function cut(connection: Connection, event: ServerEvent, words: string) {
    log.info({ ...keyOf(connection), event: event.name }, words)
    connection.socket.disconnect(true)
  }

  function send(connection: Connection, event: ServerEvent) {
    if (connection.guestOf !== null && !guestIsTold(event.name)) return
    const message = { name: event.name, payload: payloadFor(event, connection) }
    unacknowledged.set(connection, backlogOf(connection) + 1)
    connection.socket.timeout(acknowledgeMs).emit('event', message, (error: Error | null) => {
      unacknowledged.set(connection, backlogOf(connection) - 1)
      if (error !== null && connection.socket.connected)
        cut(connection, event, 'event not acknowledged, connection closed')
    })
    const slow =
      backlogOf(connection) > limiter.max('eventBacklog') ||
      (connection.bufferedBytes?.() ?? 0) > limiter.max('sendBufferBytes')
    if (slow && connection.socket.connected) cut(connection, event, 'too slow for what it is told, connection closed')
  }

  function* targets(to: Target): Iterable<Connection> {
    const users = to.everyone ? [...byUser.keys()] : (to.users ?? [])
    for (const userId of users) yield* byUser.get(userId)?.values() ?? []
    for (const { userId, deviceId } of to.devices ?? []) {
      const connection = byUser.get(userId)?.get(deviceId)
      if (connection !== undefined) yield connection
    }
  }

  const connections: Connections = {
    add(connection) {
      const { userId, deviceId } = keyOf(connection)
      const devices = byUser.get(userId) ?? new Map<string, Connection>()
      const earlier = devices.get(deviceId)
      devices.set(deviceId, connection)
      byUser.set(userId, devices)
      const { address = '' } = connection
      byAddress.set(address, (byAddress.get(address) ?? new Set<Connection>()).add(connection))
      earlier?.socket.disconnect(true)
    },
    remove(connection) {
      const { address = '' } = connection
      const neighbours = byAddress.get(address)
      neighbours?.delete(connection)
      if (neighbours?.size === 0) byAddress.delete(address)
      const { userId, deviceId } = keyOf(connection)
      const devices = byUser.get(userId)
      if (devices?.get(deviceId) !== connection) return false
      devices.delete(deviceId)
      if (devices.size === 0) byUser.delete(userId)
      return true
    },
    find: ({ userId, deviceId }) => byUser.get(userId)?.get(deviceId),
    devicesOf: (userId) => byUser.get(userId)?.size ?? 0,
    isOnline: (userId) => byUser.has(userId),
    onlineUsers: () => [...byUser.keys()],
    deliver(to, event) {
      for (const connection of new Set(targets(to))) {
        const { userId, deviceId } = keyOf(connection)
        if (to.except?.userId === userId && to.except.deviceId === deviceId) continue
        send(connection, event)
      }
    },
    dismiss(key, event) {
      const connection = connections.find(key)
      if (connection === undefined) return
      send(connection, event)
      connection.socket.disconnect(true)
    },
    count(address) {
      if (address !== undefined) return byAddress.get(address)?.size ?? 0
      return [...byAddress.values()].reduce((sum, { size }) => sum + size, 0)
    },
    all: () => [...byUser.values()].flatMap((devices) => [...devices.values()]),
  }
  return connections
}

/** Calls, and what guests are told, leave the server as the receiver may see them: the one place for all events. */
function payloadFor({ payload }: ServerEvent, { user, guestOf }: Connection): unknown {
  if ('call' in payload) return { ...payload, call: seenBy(payload.call, user.id) }
  return guestOf === null ? payload : forGuest(payload)
}
