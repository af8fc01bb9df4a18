// Puts one server together. Everything it needs from outside comes in as parts, so that tests run the very same thing.
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Timers } from '../shared/time.ts'
import { createDeadlines } from './calls/deadlines.ts'
import type { ServerConfig } from './config.ts'
import type { Effect } from './effects.ts'
import type { Entropy } from './entropy.ts'
import { createCommandTable, type CommandTable } from './gateway/commandTable.ts'
import { createConnections, type Connections } from './gateway/connections.ts'
import { createGateway, type Gateway } from './gateway/gateway.ts'
import { createOnce } from './gateway/once.ts'
import { createHttp } from './http/http.ts'
import type { Log } from './log.ts'
import type { MediaEngine } from './media/engine.ts'
import { createMediaDesk } from './media/mediaDesk.ts'
import { createAccessTokens } from './people/accessTokens.ts'
import { addDemoAccounts } from './people/accounts.ts'
import { hashPassword } from './people/passwords.ts'
import { createPresenceBoard, type PresenceBoard } from './people/presence.ts'
import { createSessions, type Sessions } from './people/sessions.ts'
import { dropSeat, reconnectSeat } from './rooms/seats.ts'
import { markAllSeatsDropped } from './storage/dueRows.ts'
import { metaOrFresh } from './storage/metaRows.ts'
import { deleteDemoSessions } from './storage/sessionRows.ts'
import { openStore, type Store } from './storage/store.ts'

export type ServerParts = { config: ServerConfig; engine: MediaEngine; timers: Timers; entropy: Entropy; log: Log }

export interface RunningServer {
  /** `http://host:port`, where it listens. */
  address: string
  store: Store
  /** Tells the devices, closes everything, and resolves when all is closed. */
  close(): Promise<void>
}

/** What a client is asked to wait before it comes back after a planned stop. */
const RETRY_AFTER_CLOSE_MS = 1_000

export const databaseFile = (dataDir: string): string => {
  if (dataDir === ':memory:') return dataDir
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return path.join(dataDir, 'parley.sqlite')
}

/** Starts to listen; resolves once everything is ready. Rejects when the database or the port cannot be had. */
export async function createServer(parts: ServerParts): Promise<RunningServer> {
  const { config, engine, timers, entropy, log } = parts
  const startedAt = timers.now()
  const connections = createConnections(log, config.acknowledgeMs)
  let closing = false
  const onError = (error: unknown) => {
    if (!closing) log.error({ err: error }, 'background work failed')
  }

  const deadlines = createDeadlines({ timers, store: () => store, onError })
  const presence = createPresenceBoard({
    store: () => store,
    isOnline: connections.isOnline,
    onlineUsers: connections.onlineUsers,
    onError,
  })
  const perform = createPerformer({ connections, engine, presence, noteDue: deadlines.noteDue })
  const store = await openStore({ file: databaseFile(config.dataDir), now: timers.now, perform })
  const sessions = await prepareAccounts(parts, store)
  const media = createMediaDesk({ engine, store, deliver: connections.deliver, onError })

  const http = await createHttp({
    config,
    log,
    sessions: () => sessions.sessions,
    workers: () => engine.workers(),
    uptimeSeconds: () => Math.round((timers.now() - startedAt) / 1000),
  })
  const gateway: Gateway = createGateway({
    http: http.server,
    store,
    timers,
    log,
    connections,
    ...sessions,
    allowedOrigins: config.allowedOrigins,
    table: () => table,
    cameOnline(device) {
      store.write((unit) => reconnectSeat(unit, device)).catch(onError)
      presence.refresh(device.userId)
    },
    wentOffline(device) {
      store.write((unit) => dropSeat(unit, device)).catch(onError)
      presence.refresh(device.userId)
    },
  })
  const table: CommandTable = createCommandTable({
    store,
    once: createOnce(store),
    entropy,
    sessions: sessions.sessions,
    presence,
    media,
    onRenewed: gateway.watchToken,
  })

  await store.write(({ db, now }) => markAllSeatsDropped(db, now))
  await deadlines.sweep()
  await http.listen({ port: config.port, host: config.host })
  const { port } = http.server.address() as AddressInfo
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  log.info({ address, demo: config.demo, version: config.version }, 'server ready')

  return {
    address,
    store,
    async close() {
      if (closing) return
      closing = true
      deadlines.stop()
      presence.close()
      await gateway.close(RETRY_AFTER_CLOSE_MS)
      await http.close()
      await engine.close()
      await store.close()
      log.info('server closed')
    },
  }
}

/** Accounts and sessions on top of the store; the secret is made at the first start. */
async function prepareAccounts({ config, timers, entropy }: ServerParts, store: Store) {
  const randomSecret = () => Buffer.from(entropy.bytes(32)).toString('base64url')
  const text = config.secret ?? (await store.write(({ db }) => metaOrFresh(db, 'secret', randomSecret)))
  const secret = new TextEncoder().encode(text)
  const accessTokens = createAccessTokens({ secret, lifetimeMs: config.accessTokenMs, now: timers.now })
  const decoyHash = await hashPassword(randomSecret(), config.passwordCost, entropy)
  const { demo, passwordCost } = config
  if (demo) await addDemoAccounts({ store, entropy, passwordCost })
  else await store.write(({ db }) => deleteDemoSessions(db))
  const sessions: Sessions = createSessions({ store, accessTokens, entropy, secret, decoyHash, demo })
  return { accessTokens, sessions }
}

type PerformerParts = {
  connections: Connections
  engine: MediaEngine
  presence: PresenceBoard
  noteDue(at: number): void
}

/** The one place where what a transaction decided reaches the outside. */
function createPerformer({ connections, engine, presence, noteDue }: PerformerParts) {
  const perform = (effect: Effect): void => {
    switch (effect.kind) {
      case 'send':
        return connections.deliver(effect.to, effect.event)
      case 'closeSeatMedia':
        return engine.closeSeat(effect.seat)
      case 'closeRoomMedia':
        return engine.closeRoom(effect.roomId)
      case 'due':
        return noteDue(effect.at)
      case 'presence':
        return presence.refresh(effect.userId)
      case 'signedOut':
        return connections.dismiss(effect.device, { name: 'session.ended', payload: { message: effect.message } })
    }
  }
  return (effects: readonly Effect[]) => effects.forEach(perform)
}
