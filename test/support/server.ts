// A real server in this process: real sockets, real SQLite, a fake media engine, and a clock that the test moves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ServerConfig } from '../../server/config.ts'
import { systemEntropy } from '../../server/entropy.ts'
import { createLog } from '../../server/log.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { createServer, type RunningServer } from '../../server/server.ts'
import type { Sender } from '../../server/webhooks/sender.ts'
import type { Timers } from '../../shared/time.ts'
import type { User } from '../../shared/protocol/things.ts'
import { createFakeEngine, type FakeEngine } from './fakeEngine.ts'
import { createManualTimers, type ManualTimers } from './manualTimers.ts'
import { TestDevice } from './testDevice.ts'

/** scrypt's cheapest: these tests are not about guessing passwords. */
const PASSWORD_COST = 4
const STARTED_AT = Date.UTC(2026, 10, 21, 9, 0, 0)

export type WorldOptions = {
  /** Keeps the database in a file, so that `restart` finds it again. */
  onDisk?: boolean
  config?: Partial<ServerConfig>
  /** Takes what would be sent to other servers. */
  sendWebhook?: Sender
}

const testConfig = (dataDir: string, more: Partial<ServerConfig>): ServerConfig => ({
  host: '127.0.0.1',
  port: 0,
  dataDir,
  demo: true,
  logLevel: 'silent',
  secret: undefined,
  accessTokenMs: 15 * 60_000,
  passwordCost: PASSWORD_COST,
  allowedOrigins: [],
  signInsPerMinute: 1_000,
  guestsPerMinute: 1_000,
  acknowledgeMs: 10_000,
  webDir: path.join(dataDir, 'no-web-client'),
  version: '0.0.0-test',
  media: { workers: 0, listenIp: '127.0.0.1', announcedAddress: undefined, port: 0 },
  ...more,
})

/** One server and the people who use it; what was started here is closed by `close`. */
export class World {
  readonly timers: ManualTimers = createManualTimers(STARTED_AT)
  /** How much later the server's clock is than its timers: so that a command can arrive before a timer that is due. */
  timersLateMs = 0
  readonly config: ServerConfig
  engine: FakeEngine = createFakeEngine()
  #server: RunningServer | null = null
  readonly #people: TestDevice[] = []

  readonly #sendWebhook: Sender | undefined

  constructor(config: ServerConfig, sendWebhook?: Sender) {
    this.config = config
    this.#sendWebhook = sendWebhook
  }

  /** The server's clock, ms since the epoch. */
  get now(): number {
    return this.timers.now() + this.timersLateMs
  }

  get server(): RunningServer {
    if (this.#server === null) throw new Error('the server is not running')
    return this.#server
  }

  async start(): Promise<void> {
    this.engine = createFakeEngine()
    const log = createLog(this.config.logLevel)
    const { config, engine } = this
    const timers: Timers = { now: () => this.now, after: (ms, action) => this.timers.after(ms, action) }
    const sendWebhook = this.#sendWebhook
    const parts = { config, engine, timers, entropy: systemEntropy, log }
    this.#server = await createServer({ ...parts, ...(sendWebhook === undefined ? {} : { sendWebhook }) })
  }

  async stop(): Promise<void> {
    await this.server.close()
    this.#server = null
  }

  /** Signs in on a new device and connects; `label` is what the person calls the device. */
  async signIn(login: string, label = `${login}'s laptop`): Promise<TestDevice> {
    const person = await this.device(login, label)
    await person.connects()
    return person
  }

  /** Signs in on a new device without connecting. */
  async device(login: string, label = `${login}'s laptop`, password = 'parley'): Promise<TestDevice> {
    const person = this.unknown(login, label)
    await person.signsIn(password)
    return person
  }

  /** A device nobody has signed in on. */
  unknown(login: string, label = `${login}'s browser`): TestDevice {
    const person = new TestDevice(() => this.server.address, login, label)
    this.#people.push(person)
    return person
  }

  /** Comes by a meeting's link under this name, and connects; not in the meeting yet. */
  async guest(code: string, name = 'Mia'): Promise<TestDevice> {
    const device = this.unknown(name)
    await device.arrivesAsGuest(code)
    return device
  }

  /** More people than the demo has, without devices. */
  async addPeople(count: number): Promise<User[]> {
    const users: User[] = []
    for (let number = 1; number <= count; number++) {
      const account = { login: `extra${number}`, name: `Extra ${String(number).padStart(3, '0')}`, password: 'parley' }
      const { store } = this.server
      const added = await addAccount({ store, entropy: systemEntropy, passwordCost: PASSWORD_COST }, account)
      if (!added.ok) throw new Error(added.error.message)
      users.push(added.value)
    }
    return users
  }

  /** Moves the server's clock, and waits until what was due is done. */
  async advance(ms: number): Promise<void> {
    await this.timers.advance(ms)
    await this.settled()
    // What that did may have been due at once in its turn.
    await this.timers.advance(0)
    await this.settled()
  }

  /** Everything that was to be written is written. */
  async settled(): Promise<void> {
    // One write may follow from another.
    for (let turn = 0; turn < 3; turn++) await this.server.store.read(async () => null)
  }

  /** All that the rules decide about, as rows; to see that something changed nothing. */
  async rows(): Promise<unknown> {
    return this.server.store.read(async (db) => ({
      rooms: await db.selectFrom('rooms').selectAll().orderBy('id').execute(),
      members: await db.selectFrom('members').selectAll().orderBy('roomId').orderBy('userId').execute(),
      schedules: await db.selectFrom('schedules').selectAll().orderBy('roomId').execute(),
      attendees: await db.selectFrom('attendees').selectAll().orderBy('roomId').orderBy('userId').execute(),
      seats: await db.selectFrom('seats').selectAll().orderBy('userId').execute(),
      requests: await db.selectFrom('requests').selectAll().orderBy('id').execute(),
      waiting: await db.selectFrom('waiting').selectAll().orderBy('userId').execute(),
      denials: await db.selectFrom('denials').selectAll().orderBy('roomId').orderBy('userId').execute(),
      calls: await db.selectFrom('calls').selectAll().orderBy('id').execute(),
      chatMessages: await db.selectFrom('chatMessages').selectAll().orderBy('roomId').orderBy('seq').execute(),
    }))
  }

  async close(): Promise<void> {
    for (const person of this.#people) person.disconnects()
    await this.#server?.close()
    if (this.config.dataDir !== ':memory:') rmSync(this.config.dataDir, { recursive: true, force: true })
  }
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const dataDir = options.onDisk ? mkdtempSync(path.join(tmpdir(), 'parley-test-')) : ':memory:'
  const world = new World(testConfig(dataDir, options.config ?? {}), options.sendWebhook)
  await world.start()
  return world
}
