// The rules of one ring (calls.md, sections 2, 3, 5, 6): a pure, total function from a call and a command to the call
// after it and what has to be told to whom. The server runs it inside a transaction, the simulation runs it by the million.
import type { EventName } from '../protocol/contract.ts'
import type { Call, CallReason, CallStatus } from '../protocol/things.ts'

/** Everything that can happen to a ring. No command can answer for a person: `accept`, `join` and `reject` carry the device they came from. */
export type CallCommand =
  | { type: 'receive' }
  | { type: 'giveUpOnReceipt' }
  | { type: 'accept'; deviceId: string; response?: string | undefined }
  | { type: 'join'; deviceId: string }
  | {
      type: 'reject'
      deviceId: string
      reason: 'rejected' | 'inOtherRoom' | 'doNotDisturb'
      response?: string | undefined
    }
  | { type: 'cancel'; byUserId: string }
  | { type: 'callerGone' }
  | { type: 'expire' }
  | { type: 'revoke'; reason: 'byAdmin' | 'roomEnded' | 'permissionLost'; byUserId?: string | undefined }

export type CallCommandType = CallCommand['type']

/** Who is told. `handlingDevice` is the callee's device named in the effect, `calleeOtherDevices` are all others of theirs. */
export type Audience = 'participants' | 'callerDevices' | 'calleeDevices' | 'calleeOtherDevices' | 'handlingDevice'

export type CallEventName = Extract<EventName, `call.${string}`>

export type CallEffect = {
  event: CallEventName
  audiences: readonly Audience[]
  /** The device that answered or declined. */
  deviceId?: string
}

export type StepOutcome =
  /** The call changed; store it and perform the effects after the commit. */
  | { kind: 'changed'; call: Call; effects: readonly CallEffect[] }
  /** The command was legal and had nothing left to do. */
  | { kind: 'unchanged'; call: Call }
  /** The call had ended (or its deadline had passed: then `changed` says how it ends now). The asker gets the terminal call. */
  | { kind: 'ended'; call: Call; effects: readonly CallEffect[] }

export const isTerminal = (status: CallStatus): boolean => status !== 'calling'

export type NewCall = Pick<Call, 'id' | 'roomId' | 'caller' | 'callee' | 'media'> & {
  extension?: string | undefined
  timeoutMs: number
}

/** A fresh ring at version 1, and the effects that make it ring. `now` in ms since the epoch, server clock. */
export function createCall(input: NewCall, now: number): { call: Call; effects: readonly CallEffect[] } {
  const { timeoutMs, extension, ...identity } = input
  const call: Call = {
    ...identity,
    status: 'calling',
    delivery: 'sent',
    ...(extension === undefined ? {} : { extension }),
    createdAt: now,
    expiresAt: now + timeoutMs,
    version: 1,
  }
  return {
    call,
    effects: [
      { event: 'call.received', audiences: ['calleeDevices'] },
      { event: 'call.updated', audiences: ['participants', 'callerDevices'] },
    ],
  }
}

/** A call that the callee's own policy declines (rule 8): it never rings, and is there for the history and the missed calls. */
export function createDeclinedCall(
  input: NewCall,
  reason: 'inOtherRoom' | 'doNotDisturb',
  now: number,
): { call: Call; effects: readonly CallEffect[] } {
  const { call } = createCall(input, now)
  return {
    call: { ...call, status: 'rejected', reason, endedAt: now, endedBy: call.callee.id },
    effects: [{ event: 'call.rejected', audiences: ['participants', 'callerDevices', 'calleeDevices'] }],
  }
}

/** Rang, or would have, and ended with nobody deciding on the callee's side. */
export const isMissed = (call: Call): boolean =>
  call.status === 'timeout' ||
  call.status === 'cancelled' ||
  call.status === 'revoked' ||
  (call.status === 'rejected' && call.handledBy === undefined)

/**
 * Rule 10: two people rang each other at once, and one ring was answered. The other one ended in the same moment because its
 * caller left for the answer; nobody missed it.
 */
export const isMutual = (call: Call, answered: Call): boolean =>
  call.reason === 'callerGone' &&
  answered.status === 'accepted' &&
  answered.endedAt === call.endedAt &&
  answered.caller.id === call.callee.id &&
  answered.callee.id === call.caller.id

/**
 * One step of a ring. Total over status and command: an unknown command does not compile, a terminal call never changes.
 * `now` in ms since the epoch on the server's clock; the deadline is checked here, so an answer after it cannot win.
 */
export function step(call: Call, command: CallCommand, now: number): StepOutcome {
  if (isTerminal(call.status)) return { kind: 'ended', call, effects: [] }
  if (command.type !== 'expire' && now >= call.expiresAt) return ended(expire(call, now))
  switch (command.type) {
    case 'receive':
      return call.delivery === 'received'
        ? { kind: 'unchanged', call }
        : change(call, { delivery: 'received', receivedAt: now }, toldOfDelivery)
    case 'giveUpOnReceipt':
      return call.delivery === 'sent'
        ? change(call, { delivery: 'notYetReceived' }, toldOfDelivery)
        : { kind: 'unchanged', call }
    case 'accept':
      return answered(call, 'answered', command, now)
    case 'join':
      return answered(call, 'joined', command, now)
    case 'reject':
      return rejected(call, command, now)
    case 'cancel':
      return end(call, now, 'cancelled', 'byCaller', { endedBy: command.byUserId }, cancelTold)
    case 'callerGone':
      return end(call, now, 'cancelled', 'callerGone', {}, cancelTold)
    case 'expire':
      return now >= call.expiresAt ? expire(call, now) : { kind: 'unchanged', call }
    case 'revoke':
      return end(call, now, 'revoked', command.reason, withEndedBy(command.byUserId), revokeTold)
    default:
      return impossible(command)
  }
}

const toldOfDelivery: readonly CallEffect[] = [{ event: 'call.updated', audiences: ['participants', 'callerDevices'] }]
// The caller's devices are told of every ending, also when the caller has left the room while others stayed.
const cancelTold: readonly CallEffect[] = [
  { event: 'call.cancelled', audiences: ['calleeDevices', 'participants', 'callerDevices'] },
]
const revokeTold: readonly CallEffect[] = [
  { event: 'call.revokedByAdmin', audiences: ['calleeDevices', 'callerDevices', 'participants'] },
]
const timeoutTold: readonly CallEffect[] = [
  { event: 'call.timeout', audiences: ['participants', 'callerDevices', 'calleeDevices'] },
]

const withEndedBy = (userId: string | undefined): Partial<Call> => (userId === undefined ? {} : { endedBy: userId })
const withResponse = (response: string | undefined): Partial<Call> => (response === undefined ? {} : { response })

function change(call: Call, fields: Partial<Call>, effects: readonly CallEffect[]): StepOutcome & { kind: 'changed' } {
  return { kind: 'changed', call: { ...call, ...fields, version: call.version + 1 }, effects }
}

function end(
  call: Call,
  now: number,
  status: Exclude<CallStatus, 'calling'>,
  reason: CallReason,
  fields: Partial<Call>,
  effects: readonly CallEffect[],
): StepOutcome & { kind: 'changed' } {
  return change(call, { ...fields, status, reason, endedAt: now }, effects)
}

function expire(call: Call, now: number): StepOutcome & { kind: 'changed' } {
  const reason = call.delivery === 'received' ? 'noAnswer' : 'unreachable'
  return end(call, now, 'timeout', reason, {}, timeoutTold)
}

const ended = (outcome: StepOutcome & { kind: 'changed' }): StepOutcome => ({ ...outcome, kind: 'ended' })

function answered(
  call: Call,
  reason: 'answered' | 'joined',
  command: { deviceId: string; response?: string | undefined },
  now: number,
): StepOutcome {
  const fields = { endedBy: call.callee.id, handledBy: command.deviceId, ...withResponse(command.response) }
  // Not to the answering device: with the answer comes its seat, and being told of one without the other would look like losing.
  return end(call, now, 'accepted', reason, fields, handledOn('call.accepted', [], command.deviceId))
}

function rejected(call: Call, command: Extract<CallCommand, { type: 'reject' }>, now: number): StepOutcome {
  const fields = { endedBy: call.callee.id, handledBy: command.deviceId, ...withResponse(command.response) }
  // Also to the declining device: it may have given up by now, and then nobody waits for the answer.
  return end(
    call,
    now,
    'rejected',
    command.reason,
    fields,
    handledOn('call.rejected', ['handlingDevice'], command.deviceId),
  )
}

function handledOn(
  event: 'call.accepted' | 'call.rejected',
  more: readonly Audience[],
  deviceId: string,
): readonly CallEffect[] {
  return [
    { event, audiences: ['participants', 'callerDevices', ...more], deviceId },
    { event: 'call.handledByOtherDevice', audiences: ['calleeOtherDevices'], deviceId },
  ]
}

/**
 * The call as a given user may see it: "do not disturb" is shown to everybody but the callee as a plain decline
 * (calls.md, section 3), and the reply meant for the caller goes along.
 */
export function seenBy(call: Call, userId: string): Call {
  return call.reason === 'doNotDisturb' && userId !== call.callee.id ? { ...call, reason: 'rejected' } : call
}

/** True while this call should ring at the callee: not ended, and before its deadline. `now` on the server's clock. */
export const isRinging = (call: Call, now: number): boolean => call.status === 'calling' && now < call.expiresAt

function impossible(command: never): never {
  throw new Error(`unknown call command ${JSON.stringify(command)}`)
}
