// Puts one server together. Everything it needs from outside comes in as parts, so that tests run the very same thing.
import { mkdirSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Timers } from '../shared/time.ts'
import { createDeadlines } from './calls/deadlines.ts'
import { createTimelineDesk } from './calls/timelineDesk.ts'
import type { ServerConfig } from './config.ts'
import type { DeviceKey } from './effects.ts'
import type { Entropy } from './entropy.ts'
import { createAdmission } from './gateway/admission.ts'
import { createCommandTable, type CommandTable } from './gateway/commandTable.ts'
import { createConnections } from './gateway/connections.ts'
import { createGateway } from './gateway/gateway.ts'
import { createOnce } from './gateway/once.ts'
import { createLimiter } from './gateway/rateLimit.ts'
import { createReception } from './gateway/reception.ts'
import { createRecent } from './gateway/recent.ts'
import { limitAttempts } from './http/attempts.ts'
import { addressReader } from './http/address.ts'
import { followCertificate, readCertificate } from './http/certificate.ts'
import { createHttp } from './http/http.ts'
import { defaultLimits } from './limits.ts'
import type { Log } from './log.ts'
import { createMeters } from './meters.ts'
import type { MediaEngine } from './media/engine.ts'
import { createMediaDesk } from './media/mediaDesk.ts'
import { createWarmDesk } from './media/warmDesk.ts'
import { createOpenId } from './openid/desk.ts'
import { createAccessTokens } from './people/accessTokens.ts'
import { addDemoAccounts } from './people/accounts.ts'
import type { RingTools } from './calls/reach.ts'
import { createGuests } from './people/guests.ts'
import { createInvitations, openSetup } from './people/invitations.ts'
import { createLockout } from './people/lockout.ts'
import { createOwnPassword } from './people/ownDevices.ts'
import { checkPassword, hashPassword } from './people/passwords.ts'
import { createPresenceBoard } from './people/presence.ts'
import { createReceiptTiming } from './people/receiptTiming.ts'
import { createSessions } from './people/sessions.ts'
import { createPerformer } from './performer.ts'
import { dropWait, resumeWait } from './rooms/lobby.ts'
import { createRoomPasswords } from './rooms/roomPasswords.ts'
import { dropSeat, reconnectSeat } from './rooms/seats.ts'
import { markAllSeatsDropped } from './storage/dueRows.ts'
import { metaOrFresh } from './storage/metaRows.ts'
import { hasErrands, takeErrands } from './storage/errandRows.ts'
import { deleteDemoSessions, isSignedIn, noteSeen } from './storage/sessionRows.ts'
import { openStore, type Store, type Work } from './storage/store.ts'
import { setLastSeen } from './storage/userRows.ts'
import { markAllWaitingDropped } from './storage/waitingRows.ts'
import type { WebhookRules } from './webhooks/addresses.ts'
import { webhookKey } from './webhooks/secrets.ts'
import { createSender, type Sender } from './webhooks/sender.ts'
import type { WebhookTools } from './webhooks/webhookDesk.ts'
import { createWebhookWorker } from './webhooks/worker.ts'

export type ServerParts = {
  config: ServerConfig
  engine: MediaEngine
  timers: Timers
  entropy: Entropy
  log: Log
  /** How webhooks are sent, when not over the network. */
  sendWebhook?: Sender
}

/** What the simulation puts in place of: a store whose process may die at any moment, tokens and passwords without cryptography. */
export type Foundations = {
  openStore: typeof openStore
  createAccessTokens: typeof createAccessTokens
  hashPassword: typeof hashPassword
}
const ownFoundations: Foundations = { openStore, createAccessTokens, hashPassword }

export interface RunningServer {
  /** `http://host:port` (or `https:`), where it listens. */
  address: string
  store: Store
  /** With which the first administrator is made, once; null when there is somebody. A secret: never for the log. */
  setupLink: string | null
  /** Carries out what another process (`npm run admin`) did to accounts and rooms since: its devices are told, connections close. */
  runErrands(): Promise<void>
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
  const { config, engine, log } = parts
  const signaling = await openSignaling(parts)
  const { store, connections, deadlines, presence, recent, webhooks } = signaling
  const { http, gateway, endFollowing } = await openDoors(parts, signaling)
  await deadlines.sweep()
  webhooks.wake()
  await http.listen({ port: config.port, host: config.host })
  const { port } = http.server.address() as AddressInfo
  const scheme = config.tls === undefined ? 'http' : 'https'
  const address = `${scheme}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  log.info({ address, demo: config.demo, version: config.version }, 'server ready')

  async function close() {
    deadlines.stop()
    presence.close()
    recent.stop()
    await webhooks.stop()
    await store.write(({ db, now }) => setLastSeen(db, connections.onlineUsers(), now))
    endFollowing()
    gateway.close(RETRY_AFTER_CLOSE_MS)
    await http.close()
    await engine.close()
    await store.close()
    log.info('server closed')
  }
  let closed: Promise<void> | null = null
  // What is left from before concerned connections that are gone.
  await store.write(({ db }) => takeErrands(db))
  const code = config.demo ? null : await openSetup(store, parts.entropy)
  const setupLink = code === null ? null : `${address}/setup/${code}`
  return { address, store, setupLink, runErrands: () => runErrands(store), close: () => (closed ??= close()) }
}

async function runErrands(store: Store): Promise<void> {
  if (!(await store.read(hasErrands))) return
  await store.write(async ({ db, effects }) => void effects.push(...(await takeErrands(db))))
}

export type Signaling = Awaited<ReturnType<typeof openSignaling>>

/** Everything but the network: who is let in, what is answered, what happens after a commit. Deadlines start with their first sweep. */
export async function openSignaling(parts: ServerParts, foundations: Foundations = ownFoundations) {
  const core = await openCore(parts, foundations, () => webhooks.wake())
  const { timers, entropy, log } = parts
  const { store, connections, presence, media, warm, meters, limiter, ringTools, onError } = core
  const { sessions, accessTokens, secret, lockout, hash } = await prepareAccounts(parts, store, foundations)
  const { webhooks, webhookTools } = openWebhooks(parts, store, secret, onError)
  const guests = createGuests({ store, sessions, entropy })
  const invitations = createInvitations({ store, sessions, entropy, lockout, hash })
  const ownPassword = createOwnPassword({ store, lockout, hash })
  const comeBack = await createReturn(store)
  const reception = createReception({
    timers,
    log,
    limiter,
    connections,
    table: () => table,
    observe: meters.command,
    cameOnline(device) {
      store.write((unit) => comeBack(unit, device)).catch(onError)
      presence.refresh(device.userId)
    },
    wentOffline(device) {
      warm.deviceGone(device)
      store
        .write(async (unit) => {
          await dropSeat(unit, device)
          await dropWait(unit, device)
          await noteSeen(unit.db, device, unit.now)
        })
        .catch(onError)
      presence.refresh(device.userId)
    },
  })
  const onRenewed = reception.watchToken
  const once = createOnce(store)
  const recent = createRecent(timers)
  const timelines = createTimelineDesk({ store: () => store, now: timers.now, registry: meters.registry })
  const passwords = createRoomPasswords({
    store,
    now: timers.now,
    hash,
    check: checkPassword,
  })
  const isDeviceOnline = (device: DeviceKey) => connections.find(device) !== undefined
  const desks = {
    store,
    sessions,
    presence,
    media,
    warm,
    timelines,
    passwords,
    ownPassword,
    isDeviceOnline,
    log,
    webhookTools,
  }
  const more = { once, recent, entropy, onRenewed, limiter, ringTools }
  const table: CommandTable = createCommandTable({ ...desks, ...more })
  return {
    ...core,
    sessions,
    guests,
    invitations,
    reception,
    once,
    recent,
    webhooks,
    webhookTools,
    admit: createAdmission({ store, connections, accessTokens, sessions, limiter }),
  }
}

/** What works without anybody: the store, and what happens after a commit or when time has passed. */
async function openCore(
  { config, engine, timers, entropy, log }: ServerParts,
  foundations: Foundations,
  wakeWebhooks: () => void,
) {
  const onError = (error: unknown) => log.error({ err: error }, 'background work failed')
  const limiter = createLimiter(config.limits ?? defaultLimits)
  const connections = createConnections(log, config.acknowledgeMs, limiter)
  const { ringRule = 'everyone', auditDays } = config
  const ringTools: RingTools = {
    entropy,
    isOnline: connections.isOnline,
    limiter,
    ringRule,
    timing: createReceiptTiming(),
  }
  const deadlines = createDeadlines({ timers, store: () => store, ringTools, auditDays, onError })
  const presence = createPresenceBoard({
    store: () => store,
    isOnline: connections.isOnline,
    onlineUsers: connections.onlineUsers,
    timers,
    onError,
  })
  const warm = createWarmDesk({ engine, store: () => store })
  const meters = createMeters({
    online: () => ({ devices: connections.all().length, users: connections.onlineUsers().length }),
    workers: () => engine.workers(),
    workerCpuSeconds: () => engine.cpuSeconds(),
  })
  const { noteDue } = deadlines
  const { noteCall } = meters
  const told = { noteDue, wakeWebhooks, noteCall }
  const perform = createPerformer({ connections, engine, presence, warm, ...told, onError })
  const file = databaseFile(config.dataDir)
  const store = await foundations.openStore({ file, now: timers.now, perform, onCommit: meters.committed })
  const media = createMediaDesk({ engine, store, deliver: connections.deliver, onError })
  return { store, connections, deadlines, presence, media, warm, meters, limiter, ringTools, onError }
}

const STRICT: WebhookRules = { insecure: false, privateAddresses: false }

function openWebhooks(parts: ServerParts, store: Store, secret: Uint8Array, onError: (error: unknown) => void) {
  const { config, timers, entropy } = parts
  const { webhooks: rules = STRICT, version } = config
  const send = parts.sendWebhook ?? createSender({ rules, timers, userAgent: `Parley/${version}` })
  const key = webhookKey(secret)
  const webhookTools: WebhookTools = { entropy, key, rules }
  return { webhookTools, webhooks: createWebhookWorker({ store, timers, send, key, onError }) }
}

/** HTTP and the sockets, not listening yet. */
async function openDoors({ config, engine, timers, entropy, log }: ServerParts, signaling: Signaling) {
  const { connections, sessions, guests, invitations, reception, meters, admit, limiter } = signaling
  const { store, once, presence, ringTools, webhookTools } = signaling
  const hashOf = (password: string) => hashPassword(password, config.passwordCost, entropy)
  const startedAt = timers.now()
  const { tls } = config
  const certificate = tls === undefined ? null : await readCertificate(tls, timers.now())
  if (certificate !== null && !certificate.ok) throw new Error(certificate.error.message)
  const first = certificate?.value ?? null
  const { now } = timers
  const openId = config.openId ? createOpenId({ config: config.openId, store, sessions, entropy, now, log }) : null
  const options = {
    config,
    log,
    sessions,
    guests,
    invitations,
    openId,
    workers: () => engine.workers(),
    metrics: () => meters.registry.metrics(),
    trouble: () => troubleOf(engine, store),
    limitAttempts: limitAttempts(limiter, timers.now),
    uptimeSeconds: () => Math.round((timers.now() - startedAt) / 1000),
    api: { store, once, presence, ringTools, webhookTools, hashPassword: hashOf },
  }
  const http = await createHttp(options, first)
  const { allowedOrigins } = config
  const addressOf = addressReader(config.trustedProxies ?? [])
  const doors = { http: http.server, log, connections, admit, reception, allowedOrigins }
  const gateway = createGateway({ ...doors, limiter, addressOf })
  const server = http.server as HttpsServer
  const endFollowing = tls && first ? followCertificate({ files: tls, first, server, timers, log }) : () => {}
  return { http, gateway, endFollowing }
}

/** For whoever balances load: this one is asked again later. */
async function troubleOf(engine: MediaEngine, store: Store): Promise<string | null> {
  if (engine.workers().length === 0) return 'No SFU worker lives just now.'
  return store.read(async (db) => {
    await db.selectFrom('meta').select('name').limit(1).execute()
    return null
  })
}

const nameOf = ({ userId, deviceId }: DeviceKey): string => `${userId} ${deviceId}`

/** What a device that comes online gets back: its seat, and word that the SFU does not know it when the seat is older than this server. */
async function createReturn(store: Store) {
  const seats = await store.write(async ({ db, now }) => {
    await markAllWaitingDropped(db, now)
    return markAllSeatsDropped(db, now)
  })
  const withoutMedia = new Set(seats.map(nameOf))
  return async (unit: Work, device: DeviceKey): Promise<void> => {
    // Signed out between being let in and being known as connected: nobody closed this connection.
    if (!(await isSignedIn(unit.db, device))) {
      unit.effects.push({ kind: 'signedOut', device, message: 'Please sign in again.' })
      return
    }
    await resumeWait(unit, device)
    const seat = await reconnectSeat(unit, device)
    if (!withoutMedia.delete(nameOf(device)) || seat === null) return
    const event = { name: 'media.reset', payload: { roomId: seat.roomId } } as const
    unit.effects.push({ kind: 'send', to: { devices: [device] }, event })
  }
}

/** Accounts and sessions on top of the store; the secret is made at the first start. */
async function prepareAccounts({ config, timers, entropy }: ServerParts, store: Store, foundations: Foundations) {
  const randomSecret = () => Buffer.from(entropy.bytes(32)).toString('base64url')
  const text = config.secret ?? (await store.write(({ db }) => metaOrFresh(db, 'secret', randomSecret)))
  const secret = new TextEncoder().encode(text)
  const { demo, passwordCost } = config
  if (demo) await addDemoAccounts({ store, entropy, passwordCost })
  else await store.write(({ db }) => deleteDemoSessions(db))
  const accessTokens = foundations.createAccessTokens({ secret, lifetimeMs: config.accessTokenMs, now: timers.now })
  // Not waited for: rings that stand in the database need no password.
  const decoyHash = foundations.hashPassword(randomSecret(), passwordCost, entropy)
  return {
    secret,
    accessTokens,
    lockout: createLockout(secret),
    hash: (password: string) => foundations.hashPassword(password, passwordCost, entropy),
    sessions: createSessions({ store, accessTokens, entropy, secret, decoyHash, demo }),
  }
}
