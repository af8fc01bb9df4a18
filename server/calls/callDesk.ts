// The call commands. Each runs inside one transaction and answers a Result; refusals come before any change.
import { createCall, createDeclinedCall, isTerminal } from '../../shared/call/call.ts'
import { RECEIPT_WAIT_MS } from '../../shared/call/limits.ts'
import { mayRing } from '../../shared/entry.ts'
import type { CancelResult, InviteResult } from '../../shared/protocol/calls.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Call, Participant, RoomSnapshot, User } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { audit } from '../people/audit.ts'
import { silenceIfUnwanted } from '../people/blocks.ts'
import { findPresent } from '../rooms/roomDesk.ts'
import { enterRoom } from '../rooms/seats.ts'
import { findCall, findRings, insertCall } from '../storage/callRows.ts'
import { findRoom, isBarred, seatOf, snapshotOf, updateMember } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { noteRung } from '../storage/reachRows.ts'
import { findUser, hasAccount, policyAt, type PolicyRow } from '../storage/userRows.ts'
import { sayHowItEnded } from './endings.ts'
import { refusedRing, refuseRing, type RingTools } from './reach.ts'
import { applyToRing, tellOfRing } from './ringing.ts'
import { endDirectRoomWithoutRing, settleRing } from './settling.ts'

const unknownCall = () => failure('unknownCall', 'There is no such call.')

export async function invite(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.invite'>,
  tools: RingTools,
): Promise<Result<{ results: InviteResult[] }>> {
  const present = await findPresent(unit.db, input.roomId, device.userId)
  if (!present.ok) return present
  const { room, participant } = present.value
  if (room.kind === 'direct')
    return failure('notAllowed', 'This is a call between two. Start a meeting to ring more people.')
  const may = mayRing({ whoMayInvite: room.whoMayInvite, locked: room.locked === 1 }, participant.role)
  if (may === 'locked')
    return failure('roomLocked', 'The meeting is locked: only its owner and admins can ring people in.')
  if (may === 'notAllowed') return failure('notAllowed', 'Only the owner and admins can add people to this meeting.')
  const results: InviteResult[] = []
  for (const calleeId of new Set(input.calleeIds)) {
    results.push(await ringCallee(unit, participant, calleeId, input, tools))
  }
  return refuseWholly(results) ?? success({ results })
}

/** When nobody was rung because all were rung too often, asking again later is all there is to say; nothing has changed then. */
function refuseWholly(results: readonly InviteResult[]): Failure | null {
  const waits = results.flatMap((result) => (result.outcome === 'rateLimited' ? [result.retryAfterMs] : []))
  if (waits.length < results.length) return null
  return refusedRing({ by: 'limit', retryAfterMs: Math.max(...waits) })
}

/** Whoever rings, with the role they have in the room: a participant, or a program (`ringGroups`). */
export type Inviter = Pick<Participant, 'user' | 'role'>

export async function ringCallee(
  unit: Work,
  caller: Inviter,
  calleeId: string,
  input: Wish,
  tools: RingTools,
): Promise<InviteResult> {
  const found = await findUser(unit.db, calleeId)
  if (found === null || found.disabledAt !== null) return { calleeId, outcome: 'unknownUser' }
  // Guests are in the meeting whose link they had, and nowhere else; programs have nothing that rings.
  if (!hasAccount(found)) return { calleeId, outcome: 'notAllowed' }
  const seat = await seatOf(unit.db, calleeId)
  if (seat?.roomId === input.roomId) return { calleeId, outcome: 'alreadyInRoom' }
  for (const ring of await findRings(unit.db, { roomId: input.roomId, calleeId })) {
    // A ring whose deadline has passed unnoticed makes room for the new one.
    const outcome = await applyToRing(unit, ring, { type: 'expire' })
    if (outcome.kind === 'unchanged') return { calleeId, outcome: 'alreadyInCalling', call: ring }
  }
  if (!(await mayRingBack(unit, input.roomId, caller, calleeId))) return { calleeId, outcome: 'notAllowed' }
  const refusal = await refuseRing(unit, { caller: caller.user, calleeId, roomId: input.roomId }, tools)
  if (refusal?.by === 'organisation') return { calleeId, outcome: 'notAllowed', by: 'organisation' }
  if (refusal !== null) return { calleeId, outcome: 'rateLimited', retryAfterMs: refusal.retryAfterMs }
  await welcomeBack(unit, input.roomId, calleeId)
  const call = await startRing(unit, caller.user, found, input, tools)
  return { calleeId, outcome: 'success', call }
}

/** Whom the owner or an admin would not let back in, only such a person rings again; from then on they are welcome. */
async function mayRingBack(unit: Work, roomId: string, caller: Inviter, calleeId: string): Promise<boolean> {
  if (!(await isBarred(unit.db, roomId, calleeId))) return true
  return caller.role !== 'member'
}

async function welcomeBack(unit: Work, roomId: string, userId: string): Promise<void> {
  if (await isBarred(unit.db, roomId, userId)) await updateMember(unit.db, { roomId, userId }, { mayReturn: 1 })
}

export type Wish = Pick<CheckedInput<'call.invite'>, 'roomId' | 'media' | 'extension' | 'timeoutSeconds'>

/** Stores the call and lets it ring; or, by the callee's policy, has it declined at once. Gives the call as it stands then. */
export async function startRing(
  unit: Work,
  caller: User,
  callee: User & PolicyRow,
  wish: Wish,
  tools: RingTools,
): Promise<Call> {
  const { roomId, media, extension, timeoutSeconds } = wish
  const wanted = {
    id: tools.entropy.uuid(),
    roomId,
    caller,
    callee: { id: callee.id, name: callee.name },
    media,
    extension,
    timeoutMs: timeoutSeconds * 1000,
  }
  const refusal = await policyRefusal(unit, callee)
  const { call, effects } =
    refusal === null ? createCall(wanted, unit.now) : createDeclinedCall(wanted, refusal, unit.now)
  await insertCall(unit.db, call)
  await noteRung(unit.db, { userId: caller.id, otherId: callee.id }, unit.now)
  await silenceIfUnwanted(unit, call, callee.whoMayRing, tools)
  const { id: callId } = call
  // Of a program the log names its token (`ringForToken`).
  if (caller.service !== true)
    await audit(unit, {
      action: 'call.invited',
      actor: { kind: 'user', id: caller.id },
      subjectId: callee.id,
      roomId,
      ...(tools.address === undefined ? {} : { address: tools.address }),
      details: { callId, media },
    })
  await tellOfRing(unit, call, effects)
  if (refusal === null) {
    unit.effects.push({ kind: 'due', at: call.createdAt + RECEIPT_WAIT_MS }, { kind: 'due', at: call.expiresAt })
  }
  return call
}

/** Rule 8: whom their own policy keeps from ringing, and why. */
export async function policyRefusal(
  unit: Work,
  callee: User & PolicyRow,
): Promise<'doNotDisturb' | 'inOtherRoom' | null> {
  const policy = policyAt(callee, unit.now)
  if (policy.doNotDisturbUntil !== null) return 'doNotDisturb'
  return policy.declineWhenBusy && (await seatOf(unit.db, callee.id)) !== null ? 'inOtherRoom' : null
}

export async function cancel(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.cancel'>,
): Promise<Result<{ results: CancelResult[] }>> {
  const { roomId } = input
  const room = await findRoom(unit.db, roomId)
  if (room === null) return failure('unknownRoom', 'There is no such meeting.')
  const rings = new Map((await findRings(unit.db, { roomId })).map((call) => [call.callee.id, call]))
  const present = await findPresent(unit.db, roomId, device.userId)
  const mine = [...rings.values()].some((call) => call.caller.id === device.userId)
  // A caller may take back a ring after leaving the meeting; everybody else has to be inside.
  if (!present.ok && !mine) return present
  const role = present.ok ? present.value.participant.role : 'member'
  const results: CancelResult[] = []
  for (const calleeId of new Set(input.calleeIds)) {
    const call = rings.get(calleeId)
    if (call === undefined) results.push({ calleeId, outcome: 'notCalling' })
    else if (call.caller.id !== device.userId && role === 'member') results.push({ calleeId, outcome: 'notAllowed' })
    else results.push(await takeBack(unit, call, device.userId))
  }
  return success({ results })
}

async function takeBack(unit: Work, call: Call, byUserId: string): Promise<CancelResult> {
  const own = call.caller.id === byUserId
  const outcome = await settleRing(
    unit,
    call,
    own ? { type: 'cancel', byUserId } : { type: 'revoke', reason: 'byAdmin', byUserId },
  )
  const calleeId = call.callee.id
  return outcome.kind === 'changed'
    ? { calleeId, outcome: 'cancelled', call: outcome.call }
    : { calleeId, outcome: 'notCalling' }
}

/** Owner and admins: everything that rings into the room. */
export async function cancelAll(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.cancelAll'>,
): Promise<Result<{ calls: Call[] }>> {
  const present = await findPresent(unit.db, input.roomId, device.userId)
  if (!present.ok) return present
  if (present.value.participant.role === 'member') {
    return failure('notAllowed', 'Only the owner and admins can cancel every call of this meeting.')
  }
  const calls: Call[] = []
  for (const call of await findRings(unit.db, { roomId: input.roomId })) {
    const result = await takeBack(unit, call, device.userId)
    if (result.outcome === 'cancelled') calls.push(result.call)
  }
  return success({ calls })
}

export type AcceptDecision =
  | { outcome: 'joined'; call: Call; snapshot: RoomSnapshot }
  | { outcome: 'ended'; call: Call; code: 'conflict'; message: string }

/** Answering and taking the seat are one (rule 4): in this transaction both happen, or neither. */
export async function accept(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.accept'>,
): Promise<Result<AcceptDecision>> {
  const call = await findCall(unit.db, input.callId)
  if (call === null || call.callee.id !== device.userId) return unknownCall()
  const room = await findRoom(unit.db, call.roomId)
  if (room === null) throw new Error(`call ${call.id} rings into room ${call.roomId}, which does not exist`)
  const seat = await seatOf(unit.db, device.userId)
  if (isRingingNow(call, unit.now) && seat !== null && seat.roomId !== room.id && !input.leaveOther) {
    return failure('inOtherRoom', 'You are in another meeting. Leave it to answer this call.')
  }
  const outcome = await applyToRing(unit, call, { type: 'accept', deviceId: device.deviceId, response: input.response })
  if (outcome.kind !== 'changed') {
    await endDirectRoomWithoutRing(unit, room.id)
    const message = sayHowItEnded(outcome.call, device.deviceId)
    return success({ outcome: 'ended', call: outcome.call, code: 'conflict', message })
  }
  const entered = await enterRoom(unit, room, device, input.leaveOther)
  // Cannot happen after the check above; throwing takes the whole transaction back.
  if (!entered.ok) throw new Error(entered.error.message)
  return success({ outcome: 'joined', call: outcome.call, snapshot: await snapshotOf(unit.db, room.id) })
}

const isRingingNow = (call: Call, now: number) => !isTerminal(call.status) && now < call.expiresAt

export async function reject(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.reject'>,
): Promise<Result<{ call: Call }>> {
  const call = await findCall(unit.db, input.callId)
  if (call === null || call.callee.id !== device.userId) return unknownCall()
  const { reason, response } = input
  const outcome = await settleRing(unit, call, { type: 'reject', deviceId: device.deviceId, reason, response })
  return success({ call: outcome.call })
}

/** Receipts for all the calls named, or for none when one is not this user's. */
export async function received(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.received'>,
  { timing }: Pick<RingTools, 'timing'>,
): Promise<Result<object>> {
  const calls: Call[] = []
  for (const callId of new Set(input.callIds)) {
    const call = await findCall(unit.db, callId)
    if (call === null || call.callee.id !== device.userId) return unknownCall()
    calls.push(call)
  }
  for (const call of calls) {
    if (call.delivery === 'sent' && call.status === 'calling') timing.noteShown(unit.now - call.createdAt)
    await settleRing(unit, call, { type: 'receive' })
  }
  return success({})
}
