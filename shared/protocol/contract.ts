// Every command with its input and output, every event with its payload: the one table both sides are typed from.
import { z } from 'zod'
import { adminCommands } from './admin.ts'
import { callCommands, callEvents } from './calls.ts'
import { deviceCommands } from './devices.ts'
import { integrationCommands } from './integrations.ts'
import { lobbyCommands, lobbyEvents } from './lobby.ts'
import { chatCommands, chatEvents } from './chat.ts'
import { mediaCommands, mediaEvents } from './media.ts'
import { moderationCommands } from './moderation.ts'
import { peopleCommands, peopleEvents } from './people.ts'
import { reachCommands, reachEvents } from './reach.ts'
import { requestCommands, requestEvents } from './requests.ts'
import { roomCommands, roomEvents } from './rooms.ts'
import { scheduleCommands, scheduleEvents } from './schedule.ts'
import { sessionCommands, sessionEvents } from './session.ts'
import { signalCommands, signalEvents } from './signals.ts'
import { idSchema } from './things.ts'

export const commands = {
  ...sessionCommands,
  ...callCommands,
  ...roomCommands,
  ...moderationCommands,
  ...requestCommands,
  ...lobbyCommands,
  ...scheduleCommands,
  ...chatCommands,
  ...signalCommands,
  ...mediaCommands,
  ...peopleCommands,
  ...reachCommands,
  ...integrationCommands,
  ...deviceCommands,
  ...adminCommands,
} as const
export const events = {
  ...sessionEvents,
  ...callEvents,
  ...roomEvents,
  ...requestEvents,
  ...lobbyEvents,
  ...scheduleEvents,
  ...chatEvents,
  ...signalEvents,
  ...mediaEvents,
  ...peopleEvents,
  ...reachEvents,
} as const

export type CommandName = keyof typeof commands
/** What a client passes (defaults may be left out). */
export type CommandInput<Name extends CommandName> = z.input<(typeof commands)[Name]['input']>
/** What the server works with (defaults filled in). */
export type CheckedInput<Name extends CommandName> = z.output<(typeof commands)[Name]['input']>
export type CommandOutput<Name extends CommandName> = z.output<(typeof commands)[Name]['output']>

export type EventName = keyof typeof events
export type EventPayload<Name extends EventName> = z.output<(typeof events)[Name]>
/** One event as it travels; a union over all names, so that a switch on `name` narrows `payload`. */
export type ServerEvent = { [Name in EventName]: { name: Name; payload: EventPayload<Name> } }[EventName]

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name)
export const isEventName = (name: string): name is EventName => Object.hasOwn(events, name)

/** How a command travels: `socket.emit('command', message, acknowledge)`; the acknowledgement is a Result. */
export const commandMessageSchema = z.object({ commandId: idSchema, name: z.string().max(64), input: z.unknown() })
export type CommandMessage = z.infer<typeof commandMessageSchema>

/** How an event travels: `socket.emit('event', message, acknowledge)`; the acknowledgement is empty. */
export const eventMessageSchema = z.object({ name: z.string(), payload: z.unknown() })

/** The largest message either side accepts, in bytes; larger ones close the connection that sent them. */
export const MESSAGE_BYTES_MAX = 256 * 1024
