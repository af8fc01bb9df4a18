// The real server without its sockets: gateway, calls, rooms and storage, in a process that may die at any moment.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { threadId } from 'node:worker_threads'
import type { ServerConfig } from '../../server/config.ts'
import type { Effect } from '../../server/effects.ts'
import type { Connection } from '../../server/gateway/connections.ts'
import { withoutLimits } from '../../server/limits.ts'
import { createLog } from '../../server/log.ts'
import type { AccessClaims, AccessTokens } from '../../server/people/accessTokens.ts'
import { openSignaling, type Signaling } from '../../server/server.ts'
import { putSession } from '../../server/storage/sessionRows.ts'
import { openStore, type Store, type StoreOptions, type Work } from '../../server/storage/store.ts'
import { insertUser, saveDevice } from '../../server/storage/userRows.ts'
import type { CommandMessage } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Tokens } from '../../shared/protocol/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import { createFakeEngine } from '../support/fakeEngine.ts'
import type { Auditor } from './auditor.ts'
import { createMachineTimers, settled, type Clock, type MachineTimers } from './clock.ts'
import { change, rowOf } from './look.ts'
import type { Mutant } from './mutants.ts'
import type { Caller, Network } from './network.ts'
import type { Options } from './options.ts'
import { createDice, createIds, partSeed } from './random.ts'

/** Short, so that tokens run out in the course of a history. */
const ACCESS_TOKEN_MS = 120_000
const TABLES = [
  'audit',
  'silencedCalls',
  'commandOutcomes',
  'calls',
  'seats',
  'members',
  'rooms',
  'sessions',
  'devices',
  'credentials',
  'users',
  'meta',
]

/** When the process dies: between two happenings, in a transaction just before its commit, or after the commit and before its effects. */
export type CrashMoment = 'idle' | 'beforeCommit' | 'afterCommit'

export type Account = { userId: string; name: string; devices: Device[] }

/** What a device holds after signing in; the password is not what this is about. */
export const firstTokens = (userId: string, deviceId: string, now: number): Tokens => {
  const accessExpiresAt = now + ACCESS_TOKEN_MS
  const accessToken = JSON.stringify({ userId, deviceId, sessionId: deviceId, expiresAt: accessExpiresAt })
  return { accessToken, accessExpiresAt, refreshToken: `refresh ${userId} ${deviceId}` }
}

/** A database that outlives server processes; `open` gives a process its connection. */
export interface Disk {
  /** For looking from outside. */
  readonly look: DatabaseSync
  /** How a new process opens it. */
  open(asked: StoreOptions): Promise<Store>
  /** The process is gone at this very moment: the next one finds the files as they lay there. */
  crashed(): void
  close(): void
}

type Memory = { look: DatabaseSync; store: Store; asked: StoreOptions; index: string }
let memory: Memory | null = null

/**
 * One database in memory for all histories of this thread, and one connection with its prepared statements for all server
 * processes: opening a new one costs more than a history. A process that dies in a transaction has it rolled back.
 */
async function openInMemory(asked: StoreOptions): Promise<Store> {
  if (memory === null) {
    const file = `file:/parley-simulation-${process.pid}-${threadId}?vfs=memdb`
    const look = new DatabaseSync(file)
    const perform = (effects: readonly Effect[]) => memory?.asked.perform(effects)
    const store = await openStore({ file, perform, now: () => memory?.asked.now() ?? 0 })
    const index = look.prepare(`select sql from sqlite_master where name = 'oneRingPerCallee'`).get()
    memory = { look, store, asked, index: String(index?.['sql']) }
  }
  memory.asked = asked
  return { ...memory.store, close: async () => {} }
}

async function memoryDisk(): Promise<Disk> {
  await openInMemory({ file: '', now: () => 0, perform: () => {} })
  const { look, index } = memory!
  for (const table of TABLES) change(look, `delete from ${table}`)
  if (!rowOf(look, `select 1 from sqlite_master where name = 'oneRingPerCallee'`)) look.exec(index)
  return { look, open: openInMemory, crashed() {}, close() {} }
}

export function fileDisk(): Disk {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-simulation-'))
  let generation = 0
  const nameOf = (number: number) => path.join(folder, `${number}.sqlite`)
  let look: DatabaseSync | null = null
  return {
    get look() {
      return (look ??= new DatabaseSync(nameOf(generation)))
    },
    open: (asked) => openStore({ ...asked, file: nameOf(generation) }),
    crashed() {
      look?.close()
      look = null
      for (const tail of ['', '-wal']) {
        const from = nameOf(generation) + tail
        if (existsSync(from)) copyFileSync(from, nameOf(generation + 1) + tail)
      }
      generation++
    },
    close() {
      look?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const config: ServerConfig = {
  host: '127.0.0.1',
  port: 0,
  dataDir: ':memory:',
  demo: false,
  logLevel: 'silent',
  secret: 'simulation',
  accessTokenMs: ACCESS_TOKEN_MS,
  passwordCost: 4,
  allowedOrigins: [],
  guestsPerMinute: 30,
  signInsPerMinute: 1_000,
  acknowledgeMs: 10_000,
  // Its people act much faster than people do; limits have tests of their own.
  limits: withoutLimits,
  webDir: 'no-web-client',
  version: '0.0.0-simulation',
  media: { workers: 0, listenIp: '127.0.0.1', announcedAddress: undefined, port: 0 },
}
const log = createLog('silent')

/** Tokens that can be read: cryptography would wait for real threads. */
function openTokens({ lifetimeMs, now }: { lifetimeMs: number; now: () => number }): AccessTokens {
  return {
    async issue(claims) {
      const expiresAt = Math.ceil((now() + lifetimeMs) / 1000) * 1000
      return { token: JSON.stringify({ ...claims, expiresAt }), expiresAt }
    },
    async verify(token) {
      const claims = JSON.parse(token) as AccessClaims & { expiresAt: number }
      return claims.expiresAt <= now() ? failure('tokenExpired', 'expired') : success(claims)
    },
  }
}

const aboutCall = (effect: Effect) => effect.kind === 'send' && effect.event.name.startsWith('call.')

class Crashed extends Error {}

/** A dead process answers nothing; anything else that fails is a mistake of the simulation or of the server. */
const unlessDead = (life: { dead: boolean }) => (error: unknown) => {
  if (!life.dead) throw error
  return null
}

export type ServerSideOptions = {
  clock: Clock
  network: Network
  options: Options
  auditor: Auditor
  mutant: Mutant | null
  accounts: Account[]
}

export type ServerSide = Awaited<ReturnType<typeof createServerSide>>

export async function createServerSide({ clock, network, options, auditor, mutant, accounts }: ServerSideOptions) {
  const disk = options.onDisk ? fileDisk() : await memoryDisk()
  const dice = createDice(partSeed(options.seed, 3))
  const createId = createIds(0x5e)
  const entropy = {
    uuid: createId,
    bytes: (count: number) => Uint8Array.from({ length: count }, () => dice.whole(0, 255)),
  }
  let signaling: Signaling | null = null
  let timers: MachineTimers | null = null
  let crashes = 0
  let bootedAt = 0

  async function boot(): Promise<void> {
    const mine = createMachineTimers(clock, 0, () =>
      options.timerLatenessMs ? dice.whole(0, options.timerLatenessMs) : 0,
    )
    const life = { dead: false, crashAt: null as CrashMoment | null }
    timers = mine
    bootedAt = clock.now()
    const kill = () => {
      life.dead = true
      crash()
    }
    const foundations = {
      createAccessTokens: openTokens,
      hashPassword: async () => 'nobody signs in here',
      openStore: async (asked: StoreOptions) => {
        const perform = (effects: readonly Effect[]) => {
          auditor.committed(effects, clock.now(), disk.look)
          if (life.crashAt === 'afterCommit' && effects.some(aboutCall)) kill()
          if (!life.dead && !mutant?.effectsBeforeCommit) asked.perform(effects)
        }
        const real = await disk.open({ ...asked, perform })
        return mortal(real, asked, life, kill)
      },
    }
    const parts = { config, engine: createFakeEngine(), timers: mine, entropy, log }
    const server = await openSignaling(parts, foundations)
    if (crashes === 0) await settle(server.store)
    if (!(mutant?.noBootSweep && crashes > 0)) await server.deadlines.sweep()
    signaling = server
    nextCrash = (moment) => void (life.crashAt = moment)
    end = () => {
      life.dead = true
      void server.store.close()
    }
    network.attach({
      timers: mine,
      arrive: (caller) => void arrive(server, caller).catch(unlessDead(life)),
      post: (where, body) => post(server, where, body).catch(unlessDead(life)),
    })
  }

  /** Wraps the store so that the process can die in the middle of a transaction, and so that the auditor sees every commit. */
  function mortal(
    real: Store,
    asked: StoreOptions,
    life: { dead: boolean; crashAt: CrashMoment | null },
    kill: () => void,
  ): Store {
    const alive = () => {
      if (life.dead) throw new Crashed('the process is dead')
    }
    return {
      close: real.close,
      read: (query) =>
        real.read(async (db, now) => {
          alive()
          return query(db, now)
        }),
      write: (work) =>
        real.write(async (unit: Work) => {
          alive()
          const seen = (await mutant?.unit?.(unit)) ?? unit
          const result = await work(seen)
          mutant?.effects?.(unit.effects)
          const tells = unit.effects.some(aboutCall)
          if (mutant?.effectsBeforeCommit) asked.perform(unit.effects)
          if (life.crashAt === 'beforeCommit' && tells) {
            kill()
            throw new Crashed('died before the commit')
          }
          await mutant?.beforeCommit?.(unit)
          return result
        }),
    }
  }

  async function arrive(server: Signaling, caller: Caller): Promise<void> {
    const admitted = await server.admit(caller.handshake)
    if (!admitted.ok) return caller.refuse(admitted.error)
    const connection: Connection = { ...admitted.value, socket: caller.line }
    const visit = server.reception.welcome(connection)
    caller.accept(
      async (raw) => {
        auditor.counts.commands++
        const message = raw as CommandMessage
        const asked = mutant?.command?.(message, createId) ?? message
        const answer = (await visit.dispatch(asked)) as Result<Record<string, unknown>>
        return mutant?.answer?.(asked, answer) ?? answer
      },
      (reason) => visit.left(reason),
    )
  }

  async function post(server: Signaling, where: string, body: unknown): Promise<unknown> {
    if (where !== '/api/renew') return null
    const { refreshToken, deviceId } = body as { refreshToken: string; deviceId: string }
    const renewed = await server.sessions.renew({ refreshToken, deviceId })
    if (!renewed.ok) return renewed
    const { userId } = JSON.parse(renewed.value.tokens.accessToken) as AccessClaims
    const user = accounts.find((account) => account.userId === userId)
    return success({ user: { id: userId, name: user?.name ?? '' }, ...renewed.value })
  }

  /** The people of this history, before anybody acts. */
  async function settle(store: Store): Promise<void> {
    await store.write(async ({ db, now }) => {
      for (const { userId, name, devices } of accounts) {
        await insertUser(db, { id: userId, login: userId, name, passwordHash: '', demo: false, createdAt: now })
        for (const device of devices) {
          await saveDevice(db, userId, device)
          const refreshHash = createHash('sha256')
            .update(firstTokens(userId, device.id, now).refreshToken)
            .digest('base64url')
          const previous = { previousHash: null, previousUntil: null }
          const times = { createdAt: now, renewedAt: now, seenAt: null }
          await putSession(db, { userId, deviceId: device.id, id: device.id, refreshHash, ...previous, ...times })
        }
      }
    })
    mutant?.database?.(disk.look)
  }

  let nextCrash: (moment: CrashMoment) => void = () => {}
  let end = () => {}

  function crash(): void {
    if (signaling === null) return
    crashes++
    timers?.kill()
    network.attach(null)
    signaling = null
    disk.crashed()
    end()
  }

  await boot()
  return {
    disk,
    get up() {
      return signaling !== null
    },
    get bootedAt() {
      return bootedAt
    },
    get crashes() {
      return crashes
    },
    /** Dies now, or at the next transaction that decides something. */
    crash(moment: CrashMoment) {
      if (signaling === null) return
      if (moment === 'idle') crash()
      else nextCrash(moment)
    },
    callOffCrash: () => nextCrash('idle'),
    /** Starts again on what the disk holds; nothing happens when it runs. */
    async restart() {
      if (signaling !== null) return
      await settled()
      await boot()
    },
    async close() {
      crash()
      await settled()
      disk.close()
    },
  }
}
