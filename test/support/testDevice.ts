// One person's device on the signaling connection, as tests tell of it: `ann.rings(ben)`. Every answer and event is held against the contract.
import { randomUUID } from 'node:crypto'
import { io, type Socket } from 'socket.io-client'
import {
  commands,
  eventMessageSchema,
  events,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type EventName,
  type EventPayload,
  type ServerEvent,
} from '../../shared/protocol/contract.ts'
import { guestOutputSchema } from '../../shared/protocol/guests.ts'
import { answerSchema, type Failure, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import type { JoinAnswer } from '../../shared/protocol/rooms.ts'
import { PROTOCOL_VERSION, signInOutputSchema, type Sync, type Tokens } from '../../shared/protocol/session.ts'
import type { Call, Device, Presence, Ring, RoomSnapshot, User } from '../../shared/protocol/things.ts'

/** How long a test waits for what must happen, in real time. */
const PATIENCE_MS = 4_000

export class TestDevice {
  readonly device: Device
  readonly login: string
  /** Everything the server has told this device, in order. */
  readonly told: ServerEvent[] = []
  user: User = { id: '', name: '' }
  tokens: Tokens = { accessToken: '', accessExpiresAt: 0, refreshToken: '' }
  socket: Socket | null = null
  /** False: events arrive and are not acknowledged, as with a device that hangs. */
  acknowledges = true
  readonly #address: () => string
  readonly #listeners = new Set<() => void>()

  constructor(address: () => string, login: string, label: string) {
    this.#address = address
    this.login = login
    this.device = { id: randomUUID(), platform: 'linux', label }
  }

  get id(): string {
    return this.user.id
  }

  async signsIn(password = 'parley'): Promise<void> {
    const answer = await this.posts('/api/sign-in', { login: this.login, password, device: this.device })
    if (!answer.ok) throw new Error(`${this.device.label} cannot sign in: ${answer.error.message}`)
    const output = signInOutputSchema.parse(answer.value)
    this.user = output.user
    this.tokens = output.tokens
  }

  /** Comes by a meeting's link under a name, without an account, and connects. */
  async arrivesAsGuest(code: string, name = this.login): Promise<void> {
    const answer = await this.posts('/api/guest', { code, name, device: this.device })
    if (!answer.ok) throw new Error(`${name} cannot come as a guest: ${answer.error.code} ${answer.error.message}`)
    const output = guestOutputSchema.parse(answer.value)
    this.user = output.user
    this.tokens = output.tokens
    await this.connects()
  }

  async posts(path: string, body: unknown): Promise<Result<unknown>> {
    const response = await fetch(this.#address() + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return answerSchema.parse(await response.json()) as Result<unknown>
  }

  /** Connects; throws when the server refuses. */
  async connects(): Promise<void> {
    const error = await this.triesToConnect()
    if (error !== null) throw new Error(`${this.device.label} was refused: ${error.code} ${error.message}`)
  }

  /** Connects, and gives the server's refusal if there is one. */
  async triesToConnect(
    more: { extraHeaders?: Record<string, string>; auth?: object } = {},
  ): Promise<ProtocolError | null> {
    const { accessToken } = this.tokens
    const socket = io(this.#address(), {
      path: '/socket',
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: more.auth ?? { protocol: PROTOCOL_VERSION, accessToken, device: this.device },
      ...(more.extraHeaders === undefined ? {} : { extraHeaders: more.extraHeaders }),
    })
    this.socket = socket
    socket.on('event', (message: unknown, acknowledge: () => void) => {
      this.#hears(message)
      if (this.acknowledges) acknowledge()
    })
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(null))
      socket.once('connect_error', (error: Error & { data?: ProtocolError }) =>
        resolve(error.data ?? { code: 'unavailable', message: error.message, retryable: true }),
      )
    })
  }

  /** The connection is gone, as when the cable is pulled. */
  disconnects(): void {
    this.socket?.disconnect()
    this.socket = null
  }

  get connected(): boolean {
    return this.socket?.connected ?? false
  }

  async ask<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    commandId: string = randomUUID(),
  ): Promise<Result<CommandOutput<Name>>> {
    const answer = await this.sends({ commandId, name, input })
    if (!answer.ok) return answer as Failure
    return { ok: true, value: commands[name].output.parse(answer.value) as CommandOutput<Name> }
  }

  /** Any message whatsoever. */
  async sends(message: unknown): Promise<Result<unknown>> {
    if (this.socket === null) throw new Error(`${this.device.label} is not connected`)
    const raw: unknown = await this.socket.timeout(PATIENCE_MS).emitWithAck('command', message)
    return answerSchema.parse(raw) as Result<unknown>
  }

  /** The value of an answer that must be a success. */
  async does<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutput<Name>> {
    const answer = await this.ask(name, input)
    if (!answer.ok)
      throw new Error(`${name} by ${this.device.label} was refused: ${answer.error.code} ${answer.error.message}`)
    return answer.value
  }

  async opensMeeting(name = 'Standup', leaveOther = false): Promise<RoomSnapshot> {
    return (await this.does('room.create', { name, rtpCapabilities: null, leaveOther })).snapshot
  }

  async joins(roomId: string, leaveOther = false): Promise<RoomSnapshot> {
    return (await this.enters({ room: { id: roomId }, rtpCapabilities: null, leaveOther })).snapshot
  }

  /** Schedules a meeting of an hour. `startsAt`: ms since the epoch. */
  async plansMeeting(startsAt: number, attendees: TestDevice[]): Promise<RoomSnapshot['room']> {
    const endsAt = startsAt + 3_600_000
    const attendeeIds = attendees.map(({ id }) => id)
    return (await this.does('room.schedule', { name: 'Planning', startsAt, endsAt, attendeeIds })).room
  }

  /** Gets in at once; throws when it has to wait. */
  async enters(input: CommandInput<'room.join'>): Promise<Extract<JoinAnswer, { outcome: 'seated' }>> {
    const answer = await this.does('room.join', input)
    if (answer.outcome === 'waiting') throw new Error(`${this.device.label} waits to be let in`)
    return answer
  }

  async rings(
    callee: TestDevice,
    roomId: string,
    more: { timeoutSeconds?: number; extension?: string } = {},
  ): Promise<Call> {
    const { results } = await this.does('call.invite', { roomId, calleeIds: [callee.id], media: 'video', ...more })
    const [result] = results
    if (result?.outcome !== 'success') throw new Error(`${callee.device.label} does not ring: ${result?.outcome}`)
    return result.call
  }

  /** Waits until this device rings. */
  async hearsRing(callId?: string): Promise<Ring> {
    const { ring } = await this.hears(
      'call.received',
      (payload) => callId === undefined || payload.ring.call.id === callId,
    )
    return ring
  }

  answers(call: Call, more: Partial<CommandInput<'call.accept'>> = {}): Promise<CommandOutput<'call.accept'>> {
    return this.does('call.accept', { callId: call.id, rtpCapabilities: null, ...more })
  }

  async declines(call: Call, response?: string): Promise<Call> {
    return (await this.does('call.reject', { callId: call.id, reason: 'rejected', response })).call
  }

  syncs(lastSyncAt?: number): Promise<Sync> {
    return this.does('session.sync', { lastSyncAt })
  }

  /** The first event of this name that fits, past or to come; fails naming what is missing. */
  async hears<Name extends EventName>(
    name: Name,
    fits: (payload: EventPayload<Name>) => boolean = () => true,
  ): Promise<EventPayload<Name>> {
    const find = () => this.heard(name).find(fits)
    return this.#until(find, () => `${this.device.label} has not been told ${name}; it has been told: ${this.#list()}`)
  }

  /** Waits until this device has been told so of somebody, now or before. */
  async hearsPresence(person: TestDevice, presence: Presence): Promise<void> {
    await this.hears('presence.changed', ({ people }) =>
      people.some((told) => told.userId === person.id && told.presence === presence),
    )
  }

  /** Every event of this name so far. */
  heard<Name extends EventName>(name: Name): EventPayload<Name>[] {
    return this.told.filter((event) => event.name === name).map((event) => event.payload as EventPayload<Name>)
  }

  /** Waits until the server has closed this connection. */
  async isCutOff(): Promise<void> {
    const { socket } = this
    socket?.on('disconnect', () => this.#wake())
    await this.#until(
      () => (socket?.connected ? undefined : true),
      () => `${this.device.label} is still connected`,
    )
  }

  #hears(raw: unknown): void {
    const message = eventMessageSchema.parse(raw)
    const name = message.name as EventName
    const payload = events[name].parse(message.payload)
    this.told.push({ name, payload } as ServerEvent)
    this.#wake()
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
  }

  #list(): string {
    return this.told.map((event) => event.name).join(', ') || 'nothing'
  }

  #until<Value>(find: () => Value | undefined, missing: () => string): Promise<Value> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = find()
        if (value === undefined) return
        finish()
        resolve(value)
      }
      const timer = setTimeout(() => {
        finish()
        reject(new Error(missing()))
      }, PATIENCE_MS)
      const finish = () => {
        clearTimeout(timer)
        this.#listeners.delete(look)
      }
      this.#listeners.add(look)
      look()
    })
  }
}
