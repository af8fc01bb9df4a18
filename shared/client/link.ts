// The client's one connection: keeps it, asks commands with a deadline and retries under one commandId, syncs after every (re)connect.
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS } from '../call/limits.ts'
import {
  commands,
  eventMessageSchema,
  events,
  isEventName,
  type CommandInput,
  type CommandMessage,
  type CommandName,
  type CommandOutput,
  type ServerEvent,
} from '../protocol/contract.ts'
import { answerSchema, failure, type ProtocolError, type Result } from '../protocol/result.ts'
import type { Sync } from '../protocol/session.ts'
import type { Device } from '../protocol/things.ts'
import type { Random, Timers } from '../time.ts'
import type { Wire } from './wire.ts'

/** How long a command may take in all, retries included, unless the asker says otherwise. */
export const ASK_DEADLINE_MS = 12_000
/** A lost acknowledgement is noticed after this; the command is then sent again under the same id. */
const RESEND_AFTER_MS = 3_000
/** Commands that were given up and may still be answered. */
const GIVEN_UP_MAX = 50
const OPEN_DEADLINE_MS = 8_000

export type LinkStatus = 'stopped' | 'connecting' | 'online' | 'reconnecting'

export type LinkOptions = {
  wire: Wire
  timers: Timers
  random: Random
  /** A fresh uuid. */
  createId: () => string
  device: Device
  credentials: {
    accessToken(): string | null
    /** Gets new tokens; `unauthenticated` means that the person has to sign in again. */
    renew(): Promise<Result<unknown>>
  }
  /** The server time of the last sync, for missed calls. */
  lastSyncAt(): number | undefined
  onStatus(status: LinkStatus): void
  /** `sentAt` and `receivedAt` on this machine's clock, so that the server's clock offset can be told. */
  onSync(sync: Sync, sentAt: number, receivedAt: number): void
  onEvent(event: ServerEvent): void
  /** A command that was given up has been carried out all the same: what it was answered. */
  onLate(message: CommandMessage, value: unknown): void
  /** A command was not done; under its id it stands in the server's log, too. */
  onRefused?(command: { name: string; commandId: string }, error: ProtocolError): void
  /** The session cannot go on: sign in again. */
  onSignedOut(error: ProtocolError): void
}

type Pending = {
  message: CommandMessage
  settle(result: Result<unknown>): void
  callOffResend: () => void
  callOffDeadline: () => void
  deadlineAt: number
}

export type AskOptions = { deadlineMs?: number }

export interface Link {
  start(server: string): void
  /** Closes the connection; whatever is pending fails. */
  stop(): void
  /** Connects anew at once: after sleep or a network change the old socket lies. */
  wakeUp(): void
  ask<Name extends CommandName>(
    name: Name,
    input: CommandInput<Name>,
    options?: AskOptions,
  ): Promise<Result<CommandOutput<Name>>>
}

export function createLink(options: LinkOptions): Link {
  const { wire, timers, device, credentials } = options
  const pending = new Map<string, Pending>()
  const givenUp = new Set<string>()
  let early: ServerEvent[] = []
  let server: string | null = null
  let status: LinkStatus = 'stopped'
  let attempts = 0
  let connection = 0
  /** Under way; whoever needs new tokens waits for the same ones. */
  let renewal: Promise<Result<unknown>> | null = null
  /** Renewals since the last sync: the second one in a row did not help, and must not be tried in a circle. */
  let renewals = 0
  let callOffTimer = () => {}

  const setStatus = (next: LinkStatus) => {
    if (next === status) return
    status = next
    options.onStatus(next)
  }

  function connect() {
    callOffTimer()
    if (server === null) return
    const accessToken = credentials.accessToken()
    if (accessToken === null) return signedOut(failure('unauthenticated', 'Please sign in.').error)
    // Connecting anew with new tokens, or after sleep: what was online is not, until the next sync.
    if (status === 'online') setStatus('reconnecting')
    const mine = ++connection
    const current = () => mine === connection
    early = []
    callOffTimer = timers.after(OPEN_DEADLINE_MS, retryLater)
    wire.open(
      server,
      { accessToken, device },
      {
        opened: () => current() && synchronise(mine),
        refused: (error) => current() && refused(error),
        closed: () => current() && retryLater(),
        event: (message) => current() && receive(message),
      },
    )
  }

  function retryLater() {
    callOffTimer()
    connection++
    wire.close()
    for (const entry of pending.values()) entry.callOffResend()
    if (server === null) return
    setStatus('reconnecting')
    const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempts++, 10))
    callOffTimer = timers.after(ceiling * (0.5 + options.random() / 2), connect)
  }

  function refused(error: ProtocolError) {
    if (error.code === 'tokenExpired') return void renewAndConnect()
    if (error.code === 'unauthenticated') return signedOut(error)
    retryLater()
  }

  async function renewAndConnect() {
    callOffTimer()
    const mine = connection
    const ours = (renewal ??= credentials.renew())
    const renewed = await ours
    if (renewal === ours) renewal = null
    // Whoever opened another connection meanwhile (a wake-up, say) waits for tokens on its own when it needs them.
    if (server === null || mine !== connection) return
    if (renewed.ok && renewals++ === 0) connect()
    else if (renewed.ok) retryLater()
    else if (renewed.error.code === 'unauthenticated') signedOut(renewed.error)
    else retryLater()
  }

  function signedOut(error: ProtocolError) {
    stop()
    options.onSignedOut(error)
  }

  function synchronise(mine: number) {
    const sentAt = timers.now()
    const lastSyncAt = options.lastSyncAt()
    const input = lastSyncAt === undefined ? {} : { lastSyncAt }
    wire.send({ commandId: options.createId(), name: 'session.sync', input }, (raw) => {
      if (mine !== connection) return
      const answer = checkAnswer('session.sync', raw)
      if (!answer.ok) return refused(answer.error)
      callOffTimer()
      attempts = 0
      renewals = 0
      options.onSync(answer.value, sentAt, timers.now())
      setStatus('online')
      for (const event of early) options.onEvent(event)
      early = []
      for (const entry of pending.values()) transmit(entry)
    })
  }

  function receive(message: unknown) {
    const event = checkEvent(message)
    if (event === null) return
    // Nothing is shown before the sync; what comes earlier is newer than it or harmless, versions decide.
    if (status === 'online') options.onEvent(event)
    else early.push(event)
  }

  function transmit(entry: Pending) {
    if (status !== 'online') return
    entry.callOffResend()
    entry.callOffResend = timers.after(RESEND_AFTER_MS, () => transmit(entry))
    const mine = connection
    wire.send(entry.message, (raw) => {
      const { commandId, name } = entry.message
      const answer = checkAnswer(name as CommandName, raw)
      if (pending.get(commandId) !== entry) {
        if (givenUp.has(commandId) && answer.ok) {
          givenUp.delete(commandId)
          options.onLate(entry.message, answer.value)
        }
        return
      }
      if (!answer.ok && answer.error.code === 'tokenExpired') {
        // Said to an earlier connection: this one sends the command by itself.
        if (mine !== connection) return
        entry.callOffResend()
        // The server knows this connection by its old token: a new connection, its sync, and whatever is pending goes again.
        return void renewAndConnect()
      }
      if (!answer.ok && answer.error.code === 'rateLimited') {
        const waitMs = answer.error.retryAfterMs ?? RESEND_AFTER_MS
        entry.callOffResend()
        // Longer than anybody waits for the answer: then that is the answer.
        if (timers.now() + waitMs >= entry.deadlineAt) return entry.settle(answer)
        entry.callOffResend = timers.after(waitMs, () => transmit(entry))
        return
      }
      entry.settle(answer)
    })
  }

  function ask<Name extends CommandName>(name: Name, input: CommandInput<Name>, askOptions: AskOptions = {}) {
    return new Promise<Result<CommandOutput<Name>>>((resolve) => {
      const commandId = options.createId()
      const settle = (result: Result<unknown>) => {
        pending.delete(commandId)
        entry.callOffResend()
        entry.callOffDeadline()
        if (!result.ok) options.onRefused?.({ name, commandId }, result.error)
        resolve(result as Result<CommandOutput<Name>>)
      }
      const late = () => {
        givenUp.add(commandId)
        for (const oldest of givenUp) if (givenUp.size > GIVEN_UP_MAX) givenUp.delete(oldest)
        settle(failure('unavailable', 'The server does not answer. Check your connection and try again.'))
      }
      const deadlineMs = askOptions.deadlineMs ?? ASK_DEADLINE_MS
      const entry: Pending = {
        message: { commandId, name, input },
        settle,
        callOffResend: () => {},
        callOffDeadline: timers.after(deadlineMs, late),
        deadlineAt: timers.now() + deadlineMs,
      }
      if (server === null) return settle(failure('unauthenticated', 'Please sign in.'))
      pending.set(commandId, entry)
      transmit(entry)
    })
  }

  function stop() {
    callOffTimer()
    connection++
    server = null
    attempts = 0
    renewals = 0
    renewal = null
    early = []
    givenUp.clear()
    wire.close()
    for (const entry of [...pending.values()]) entry.settle(failure('unavailable', 'The connection was closed.'))
    setStatus('stopped')
  }

  return {
    start(address) {
      server = address
      attempts = 0
      setStatus('connecting')
      connect()
    },
    stop,
    wakeUp() {
      if (server === null) return
      attempts = 0
      renewals = 0
      for (const entry of pending.values()) entry.callOffResend()
      connect()
    },
    ask,
  }
}

/** An answer as the contract has it; anything else counts as the server being unavailable, never as a success. */
function checkAnswer<Name extends CommandName>(name: Name, raw: unknown): Result<CommandOutput<Name>> {
  const answer = answerSchema.safeParse(raw)
  if (!answer.success)
    return failure('unavailable', 'The server gave an answer that this version of Parley does not know.')
  if (!answer.data.ok) return { ok: false, error: answer.data.error as ProtocolError }
  const value = commands[name].output.safeParse(answer.data.value)
  if (!value.success)
    return failure('unavailable', 'The server gave an answer that this version of Parley does not know.')
  return { ok: true, value: value.data as CommandOutput<Name> }
}

/** An event as the contract has it, or null: events of a newer server that this client does not know are passed over. */
function checkEvent(raw: unknown): ServerEvent | null {
  const message = eventMessageSchema.safeParse(raw)
  if (!message.success || !isEventName(message.data.name)) return null
  const payload = events[message.data.name].safeParse(message.data.payload)
  return payload.success ? ({ name: message.data.name, payload: payload.data } as ServerEvent) : null
}
