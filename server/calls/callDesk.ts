// The call commands. Each runs inside one transaction and answers a Result; refusals come before any change.
import { createCall, isTerminal } from '../../shared/call/call.ts'
import { PENDING_KEEP_MS, RECEIPT_WAIT_MS } from '../../shared/call/limits.ts'
import type { CancelResult, InviteResult } from '../../shared/protocol/calls.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Call, RoomSnapshot, User } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import { findPresent } from '../rooms/roomDesk.ts'
import { enterRoom } from '../rooms/seats.ts'
import { findCall, findRings, insertCall, pendingCalls } from '../storage/callRows.ts'
import { decodeCursor, encodeCursor } from '../storage/cursor.ts'
import { findRoom, seatOf, snapshotOf } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { sayHowItEnded } from './endings.ts'
import { applyToRing, tellOfRing } from './ringing.ts'

const unknownCall = () => failure('unknownCall', 'There is no such call.')

export async function invite(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.invite'>,
  entropy: Entropy,
): Promise<Result<{ results: InviteResult[] }>> {
  const present = await findPresent(unit.db, input.roomId, device.userId)
  if (!present.ok) return present
  const { room, participant } = present.value
  if (room.whoMayInvite === 'admins' && participant.role === 'member') {
    return failure('notAllowed', 'Only the owner and admins can add people to this meeting.')
  }
  const results: InviteResult[] = []
  for (const calleeId of new Set(input.calleeIds)) {
    results.push(await ringOne(unit, participant.user, calleeId, input, entropy))
  }
  return success({ results })
}

async function ringOne(
  unit: Work,
  caller: User,
  calleeId: string,
  input: CheckedInput<'call.invite'>,
  entropy: Entropy,
): Promise<InviteResult> {
  const found = await findUser(unit.db, calleeId)
  if (found === null) return { calleeId, outcome: 'unknownUser' }
  const seat = await seatOf(unit.db, calleeId)
  if (seat?.roomId === input.roomId) return { calleeId, outcome: 'alreadyInRoom' }
  for (const ring of await findRings(unit.db, { roomId: input.roomId, calleeId })) {
    // A ring whose deadline has passed unnoticed makes room for the new one.
    const outcome = await applyToRing(unit, ring, { type: 'expire' })
    if (outcome.kind === 'unchanged') return { calleeId, outcome: 'alreadyInCalling', call: ring }
  }
  const { call, effects } = createCall(
    {
      id: entropy.uuid(),
      roomId: input.roomId,
      caller,
      callee: { id: found.id, name: found.name },
      media: input.media,
      extension: input.extension,
      timeoutMs: input.timeoutSeconds * 1000,
    },
    unit.now,
  )
  await insertCall(unit.db, call)
  await tellOfRing(unit, call, effects)
  unit.effects.push({ kind: 'due', at: call.createdAt + RECEIPT_WAIT_MS }, { kind: 'due', at: call.expiresAt })
  return { calleeId, outcome: 'success', call }
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
  const outcome = await applyToRing(
    unit,
    call,
    own ? { type: 'cancel', byUserId } : { type: 'revoke', reason: 'byAdmin', byUserId },
  )
  const calleeId = call.callee.id
  return outcome.kind === 'changed'
    ? { calleeId, outcome: 'cancelled', call: outcome.call }
    : { calleeId, outcome: 'notCalling' }
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
  const outcome = await applyToRing(unit, call, { type: 'reject', deviceId: device.deviceId, reason, response })
  return success({ call: outcome.call })
}

/** Receipts for all the calls named, or for none when one is not this user's. */
export async function received(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.received'>,
): Promise<Result<object>> {
  const calls: Call[] = []
  for (const callId of new Set(input.callIds)) {
    const call = await findCall(unit.db, callId)
    if (call === null || call.callee.id !== device.userId) return unknownCall()
    calls.push(call)
  }
  for (const call of calls) await applyToRing(unit, call, { type: 'receive' })
  return success({})
}

export async function listPending(
  db: Db,
  now: number,
  userId: string,
  input: CheckedInput<'call.listPending'>,
): Promise<Result<{ calls: Call[]; nextCursor: string | null }>> {
  const present = await findPresent(db, input.roomId, userId)
  if (!present.ok) return present
  const before = input.cursor === undefined ? null : decodeCursor(input.cursor)
  if (before === undefined || (before !== null && !/^\d{1,15}$/.test(before.key))) {
    return failure('invalid', 'This page marker is not one of ours.', { field: 'cursor' })
  }
  const position = before === null ? null : { createdAt: Number(before.key), id: before.id }
  const page = { roomId: input.roomId, endedSince: now - PENDING_KEEP_MS, before: position, limit: input.limit + 1 }
  const calls = await pendingCalls(db, page)
  const shown = calls.slice(0, input.limit)
  const last = shown.at(-1)
  const more = calls.length > shown.length && last !== undefined
  return success({ calls: shown, nextCursor: more ? encodeCursor({ key: String(last.createdAt), id: last.id }) : null })
}
