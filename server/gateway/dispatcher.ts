// From a raw message to one typed answer: its shape, its rate, the token's life, the input's schema, then the command table.
import {
  commandMessageSchema,
  commands,
  isCommandName,
  type CommandMessage,
  type CommandName,
} from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { forGuest, refuseGuest } from '../../shared/guests.ts'
import type { Log } from '../log.ts'
import { checkInput } from './checkInput.ts'
import type { Asking, CommandTable } from './commandTable.ts'
import { keyOf, type Connection } from './connections.ts'
import { tooMuch, type Limiter } from './rateLimit.ts'

export type DispatcherOptions = {
  now: () => number
  log: Log
  limiter: Limiter
  /** Asked at each command, since the table is made after the gateway. */
  table: () => CommandTable
  /** Told of each command once it is answered: with `ok` or the error's code, and how long that took. */
  observe?: (name: CommandName, answer: string, ms: number) => void
}

/** Answers every message of one connection; never rejects. */
export type Dispatcher = (message: unknown) => Promise<Result<unknown>>

export function createDispatcher(connection: Connection, options: DispatcherOptions): Dispatcher {
  const { now, log, limiter, table, observe } = options
  const { userId, deviceId } = keyOf(connection)
  // A new connection brings no new tokens.
  const device = `${userId} ${deviceId}`
  const underWay = new Map<string, { name: string; answer: Promise<Result<unknown>> }>()

  async function carryOut({ commandId, name, input }: CommandMessage): Promise<Result<unknown>> {
    if (!isCommandName(name)) return failure('invalid', `There is no command "${name}".`, { field: 'name' })
    if (name !== 'session.renew' && now() >= connection.accessExpiresAt) {
      return failure('tokenExpired', 'Your session has to be renewed.')
    }
    const waitMs = name === 'session.renew' ? limiter.take([['renewalsPerDevice', device]], now()) : 0
    if (waitMs > 0) return tooMuch(waitMs)
    const { guestOf } = connection
    // The one place: whatever guests may not ask for gets no further.
    const refusal = guestOf === null ? null : refuseGuest(name, input, guestOf)
    if (refusal !== null) return refusal
    const startedAt = performance.now()
    const tell = (answer: string) => observe?.(name, answer, performance.now() - startedAt)
    try {
      const answer = await dispatch(table(), name, { connection, commandId }, input)
      const result = answer.ok && guestOf !== null ? success(forGuest(answer.value)) : answer
      if (!result.ok)
        log.debug({ ...keyOf(connection), commandId, command: name, error: result.error }, 'command refused')
      tell(result.ok ? 'ok' : result.error.code)
      return result
    } catch (error) {
      tell('unavailable')
      log.error({ ...keyOf(connection), commandId, command: name, err: error }, 'command failed')
      return failure('unavailable', 'The server could not do this just now.')
    }
  }

  return async (raw) => {
    const asks = [['commandsPerDevice', device] as const, ['commandsPerUser', userId] as const]
    const waitMs = limiter.take(asks, now())
    if (waitMs > 0) return tooMuch(waitMs, 'Too many commands at once.')
    const message = checkInput(commandMessageSchema, raw)
    if (!message.ok) return message
    const { commandId, name } = message.value
    // A command sent again while its first sending is still being worked on gets the same answer, not another go.
    const known = underWay.get(commandId)
    if (known?.name === name) return known.answer
    if (known !== undefined) return failure('conflict', 'This command id is in use for another command.')
    const answer = carryOut(message.value).finally(() => underWay.delete(commandId))
    underWay.set(commandId, { name, answer })
    return answer
  }
}

async function dispatch(
  table: CommandTable,
  name: CommandName,
  asking: Asking,
  input: unknown,
): Promise<Result<unknown>> {
  const checked = checkInput<unknown>(commands[name].input, input)
  if (!checked.ok) return checked
  // The schema and the handler of one name belong together; the compiler cannot follow that through the index.
  const carryOut = table[name] as (asking: Asking, input: unknown) => Promise<Result<unknown>>
  return carryOut(asking, checked.value)
}
