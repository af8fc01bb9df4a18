// Runs the pure call rules inside a transaction: one step, stored by compare-and-set, and what it means for whom.
import {
  isTerminal,
  step,
  type Audience,
  type CallCommand,
  type CallEffect,
  type StepOutcome,
} from '../../shared/call/call.ts'
import { CALLER_GONE_MS } from '../../shared/call/limits.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'
import type { Call, Ring } from '../../shared/protocol/things.ts'
import type { Target } from '../effects.ts'
import { audit } from '../people/audit.ts'
import { isSilenced } from '../storage/blockRows.ts'
import { findRings, replaceCall } from '../storage/callRows.ts'
import { findRoom, insideOf, seatDevices, seatsIn } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { deviceLabel } from '../storage/userRows.ts'
import { noteCall } from '../webhooks/events.ts'

export async function applyToRing(unit: Work, call: Call, command: CallCommand): Promise<StepOutcome> {
  const outcome = step(call, command, unit.now)
  if (outcome.kind === 'unchanged' || outcome.call === call) return outcome
  await replaceCall(unit.db, outcome.call)
  await writeDown(unit, outcome.call)
  await tellOfRing(unit, outcome.call, outcome.effects)
  return outcome
}

/** That a ring was taken back is written down; how else it ended, the history says. */
async function writeDown(
  unit: Work,
  { id: callId, roomId, status, reason, endedBy, caller, callee }: Call,
): Promise<void> {
  if (status !== 'cancelled' && status !== 'revoked') return
  // A program's own word is written down with its token (`api/ringing.ts`).
  if (caller.service === true && reason === 'byCaller') return
  await audit(unit, {
    action: status === 'cancelled' ? 'call.cancelled' : 'call.revoked',
    actor: endedBy === undefined ? { kind: 'server' } : { kind: 'user', id: endedBy },
    subjectId: callee.id,
    roomId,
    details: { callId, reason: reason ?? null },
  })
}

/** Turns the effects of a step into messages to devices. Call it before seats change in the same transaction, if both do. */
export async function tellOfRing(unit: Work, call: Call, effects: readonly CallEffect[]): Promise<void> {
  const silenced = await isSilenced(unit.db, call.id)
  for (const effect of effects) {
    if (silenced && !effect.audiences.some(isOfCaller)) continue
    const to = await targetOf(unit.db, call, effect, silenced)
    unit.effects.push({ kind: 'send', to, event: await eventOf(unit.db, call, effect) })
  }
  await noteCall(unit, call)
  // Whoever is next in turn (`ringGroups`), and a room that was kept for the ring alone (`dueRows`).
  if (call.caller.service === true && isTerminal(call.status)) unit.effects.push({ kind: 'due', at: unit.now })
}

/** What a ringing device shows beside the call. */
export async function ringOf(db: Db, call: Call): Promise<Ring> {
  const room = await findRoom(db, call.roomId)
  if (room === null) throw new Error(`call ${call.id} rings into room ${call.roomId}, which does not exist`)
  return { call, roomName: room.name, roomKind: room.kind, ...(await insideOf(db, call.roomId)) }
}

/**
 * Rule 6: a room in which nobody counts as present any more ends its rings. Somebody counts while connected, and for 15 s
 * after the connection dropped (the seat itself is kept longer).
 */
export async function endRingsOfDesertedRoom(unit: Work, roomId: string): Promise<void> {
  const seats = await seatsIn(unit.db, roomId)
  const present = seats.some((seat) => seat.droppedAt === null || unit.now < seat.droppedAt + CALLER_GONE_MS)
  if (present) return
  for (const call of await findRings(unit.db, { roomId })) {
    // A program has no seat to lose: its rings go on until they are answered, run out, or are taken back.
    if (call.caller.service !== true) await applyToRing(unit, call, { type: 'callerGone' })
  }
}

const isOfCaller = (audience: Audience) => audience === 'participants' || audience === 'callerDevices'

/** Of a silenced ring only the caller's side hears. */
async function targetOf(db: Db, call: Call, effect: CallEffect, silenced: boolean): Promise<Target> {
  const has = (audience: Audience) => effect.audiences.includes(audience) && (!silenced || isOfCaller(audience))
  const users = [
    ...(has('callerDevices') ? [call.caller.id] : []),
    ...(has('calleeDevices') || has('calleeOtherDevices') ? [call.callee.id] : []),
  ]
  const handling = effect.deviceId === undefined ? null : { userId: call.callee.id, deviceId: effect.deviceId }
  const devices = [
    ...(has('participants') ? seatDevices(await seatsIn(db, call.roomId)) : []),
    ...(has('handlingDevice') && handling !== null ? [handling] : []),
  ]
  return has('calleeOtherDevices') && handling !== null ? { users, devices, except: handling } : { users, devices }
}

async function eventOf(db: Db, call: Call, effect: CallEffect): Promise<ServerEvent> {
  switch (effect.event) {
    case 'call.received':
      return { name: 'call.received', payload: { ring: await ringOf(db, call) } }
    case 'call.handledByOtherDevice': {
      const deviceId = effect.deviceId ?? ''
      const label = await deviceLabel(db, { userId: call.callee.id, deviceId })
      const payload = { call, accepted: call.status === 'accepted', deviceId, deviceLabel: label }
      return { name: 'call.handledByOtherDevice', payload }
    }
    default:
      return { name: effect.event, payload: { call } }
  }
}
