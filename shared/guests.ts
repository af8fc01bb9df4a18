// Guests: people without an account whom a meeting's link lets in under a name. One rule for the server, which enforces it, and for
// the clients, which show it. A guest belongs to one meeting and is nobody outside of it: they ring nobody, are rung by nobody, decide
// nothing, and hear of nobody who is not in that meeting.
import type { CommandName, EventName } from './protocol/contract.ts'
import { failure, type Failure } from './protocol/result.ts'
import type { Room, User } from './protocol/things.ts'

/** Guests of one meeting at once, inside or not yet. */
export const GUESTS_MAX = 100
/** A guest who neither is inside nor waits is forgotten this long after they came, or were last connected. */
export const GUEST_KEEP_MS = 15 * 60_000
export const GUEST_NAME_MAX = 60

/** All that a guest may ask for. What is not named here is refused, so also every command that is yet to be made. */
export const GUEST_COMMANDS = [
  'session.sync',
  'session.renew',
  'room.join',
  'room.leave',
  'lobby.leave',
  'chat.send',
  'chat.list',
  'room.react',
  'participant.raiseHand',
  'participant.askPermission',
  'participant.answerRequest',
  'participant.cancelRequest',
  'media.routerCapabilities',
  'media.open',
  'media.consume',
  'media.connectTransport',
  'media.restartIce',
  'media.produce',
  'media.setProducerPaused',
  'media.closeProducer',
  'media.resumeConsumers',
  'media.pauseConsumers',
  'media.setViews',
] as const satisfies readonly CommandName[]

/** All that a guest is told: the meeting they are in or wait for, and their own connection. */
export const GUEST_EVENTS = [
  'session.tokenExpiring',
  'session.serverClosing',
  'session.ended',
  'session.elsewhere',
  'room.updated',
  'room.ended',
  'participant.joined',
  'participant.updated',
  'participant.left',
  'participant.seatLost',
  'participant.requestChanged',
  'lobby.waiting',
  'lobby.admitted',
  'lobby.ended',
  'chat.message',
  'room.reaction',
  'media.newConsumers',
  'media.consumerClosed',
  'media.consumerPaused',
  'media.reset',
  'media.speakers',
  'media.quality',
] as const satisfies readonly EventName[]

const commands: ReadonlySet<string> = new Set(GUEST_COMMANDS)
const events: ReadonlySet<string> = new Set(GUEST_EVENTS)

export const guestMayAsk = (name: CommandName): boolean => commands.has(name)
export const guestIsTold = (name: EventName): boolean => events.has(name)

/** `roomId`: the meeting the guest came for. Null when they may ask this. */
export function refuseGuest(name: CommandName, input: unknown, roomId: string): Failure | null {
  if (!guestMayAsk(name)) return failure('notAllowed', 'Guests cannot do this. Sign in with an account.')
  const meant = roomMeant(input)
  return meant === undefined || meant === roomId ? null : failure('notAllowed', 'A guest is in one meeting only.')
}

/** The room a command is about, by id alone: a code may mean another meeting by now. Undefined when it is about none. */
function roomMeant(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return undefined
  if ('roomId' in input) return input.roomId
  if (!('room' in input)) return undefined
  const { room } = input
  return typeof room === 'object' && room !== null && 'id' in room ? room.id : null
}

/** An answer or an event as a guest may see it: without the people a meeting was scheduled with, who need not be in it. */
export function forGuest<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  const { room, snapshot, seat } = value as { room?: Room; snapshot?: unknown; seat?: unknown }
  return {
    ...value,
    ...(room?.schedule ? { room: { ...room, schedule: { ...room.schedule, attendees: [] } } } : {}),
    ...(snapshot ? { snapshot: forGuest(snapshot) } : {}),
    ...(seat ? { seat: forGuest(seat) } : {}),
  }
}

/** Owners and admins are people with an account. */
export const mayHoldOffice = ({ guest }: User): boolean => guest !== true

/** What is not seen, or turns around what stands beside it; joiners are part of names and of pictures in them. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{DI}]/u

/** The name as everybody is shown it. */
export const tidyGuestName = (typed: string): string => typed.normalize('NFC').trim().replace(/ +/g, ' ')

/** Null when it will do. */
export function guestNameProblem(name: string): 'missing' | 'tooLong' | 'unseen' | null {
  if ([...name].length > GUEST_NAME_MAX) return 'tooLong'
  if (UNSEEN.test(name)) return 'unseen'
  return /[\p{L}\p{N}]/u.test(name) ? null : 'missing'
}
