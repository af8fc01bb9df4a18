// The server without its sockets, and people on devices that ask and are told in this very process: as fast as it goes.
import { createLog } from '../../server/log.ts'
import type { ServerConfig } from '../../server/config.ts'
import type { Connection, Line } from '../../server/gateway/connections.ts'
import type { Dispatcher } from '../../server/gateway/dispatcher.ts'
import type { Limits } from '../../server/limits.ts'
import { createAccessTokens } from '../../server/people/accessTokens.ts'
import { openSignaling } from '../../server/server.ts'
import { openStore } from '../../server/storage/store.ts'
import { putSession } from '../../server/storage/sessionRows.ts'
import { insertUser, saveDevice } from '../../server/storage/userRows.ts'
import type { CommandInput, CommandName, CommandOutput, ServerEvent } from '../../shared/protocol/contract.ts'
import { failure, type Result } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import { createDice, createIds } from '../simulation/random.ts'
import { createFakeEngine } from '../support/fakeEngine.ts'
import { createManualTimers } from '../support/manualTimers.ts'

const YEAR_MS = 366 * 24 * 60 * 60_000

const configWith = (limits: Limits): ServerConfig => ({
  host: '127.0.0.1',
  port: 0,
  dataDir: ':memory:',
  demo: false,
  logLevel: 'silent',
  secret: 'the secret of nobody in particular',
  accessTokenMs: YEAR_MS,
  passwordCost: 4,
  allowedOrigins: [],
  signInsPerMinute: 1_000,
  guestsPerMinute: 1_000,
  limits,
  acknowledgeMs: 10_000,
  webDir: 'no-web-client',
  version: '0.0.0-test',
  media: { workers: 0, listenIp: '127.0.0.1', announcedAddress: undefined, port: 0 },
})

export type Device = {
  readonly user: User
  readonly id: string
  ask<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    commandId?: string,
  ): Promise<Result<CommandOutput<Name>>>
  /** The connection is lost, and another one made. */
  reconnect(): void
  leave(): void
}

export type Scene = Awaited<ReturnType<typeof openScene>>

/** `told`: everything any device is told, as it happens. */
export async function openScene(options: {
  seed: number
  limits: Limits
  told(device: Device, event: ServerEvent): void
}) {
  // A reminder that is due during a leap of twenty minutes is given then, and not at the end of it.
  const written = async () => {
    // One write may follow from another.
    for (let turn = 0; turn < 3; turn++) await server.store.read(async () => null)
  }
  const timers = createManualTimers(undefined, written)
  const dice = createDice(options.seed)
  const createId = createIds(0xa1)
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => dice.whole(0, 255))
  const parts = {
    config: configWith(options.limits),
    engine: createFakeEngine(),
    timers,
    entropy: { uuid: createId, bytes },
    log: createLog('silent'),
  }
  const hashPassword = async () => 'nobody signs in here'
  const server = await openSignaling(parts, { openStore, createAccessTokens, hashPassword })
  await server.deadlines.sweep()

  function connect(user: User, id: string, address: string, guestOf: string | null): Device {
    let dispatch: Dispatcher = async () => failure('unavailable', 'not connected')
    let hangUp = () => {}
    const device: Device = {
      user,
      id,
      ask: (name, input, commandId = createId()) => dispatch({ commandId, name, input }) as never,
      reconnect() {
        hangUp()
        let connected = true
        const line: Line = {
          get connected() {
            return connected
          },
          disconnect: () => hangUp(),
          timeout: () => ({
            emit(_, message, acknowledged) {
              options.told(device, message as ServerEvent)
              acknowledged(null)
            },
          }),
        }
        const own = { id, platform: 'linux', label: `${user.name}'s` } as const
        const accessExpiresAt = timers.now() + 10 * YEAR_MS
        const connection: Connection = { user, guestOf, device: own, socket: line, address, accessExpiresAt }
        const visit = server.reception.welcome(connection)
        dispatch = visit.dispatch
        hangUp = () => {
          if (!connected) return
          connected = false
          visit.left('gone')
        }
      },
      leave: () => hangUp(),
    }
    device.reconnect()
    return device
  }

  async function person(name: string, devices: number, address: string): Promise<Device[]> {
    const user = { id: createId(), name }
    const ids = Array.from({ length: devices }, createId)
    await server.store.write(async ({ db, now }) => {
      await insertUser(db, { ...user, login: name.toLowerCase(), passwordHash: '', demo: false, createdAt: now })
      for (const id of ids) {
        await saveDevice(db, user.id, { id, platform: 'linux', label: name })
        const previous = { previousHash: null, previousUntil: null }
        const session = { userId: user.id, deviceId: id, id, refreshHash: `hash of ${id}`, ...previous }
        await putSession(db, { ...session, createdAt: now, renewedAt: now, seenAt: null })
      }
    })
    return ids.map((id) => connect(user, id, address, null))
  }

  async function guest(code: string, address: string): Promise<Device | null> {
    const id = createId()
    const input = { code, name: 'Mia', device: { id, platform: 'web' as const, label: 'a browser' } }
    const arrived = await server.guests.arrive(input, address)
    return arrived.ok ? connect(arrived.value.user, id, address, arrived.value.room.id) : null
  }

  return {
    dice,
    createId,
    person,
    guest,
    now: timers.now,
    async advance(ms: number) {
      await timers.advance(ms)
      await written()
    },
    async close() {
      server.deadlines.stop()
      server.presence.close()
      await server.store.read(async () => null)
      await server.store.close()
    },
  }
}
