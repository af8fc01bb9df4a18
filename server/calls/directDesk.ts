// Calls between two: a room of their own, made by the call with the caller in it.
import { isTerminal } from '../../shared/call/call.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Call, RoomSnapshot } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { audit } from '../people/audit.ts'
import { newRoom, openRoom } from '../rooms/roomDesk.ts'
import { enterRoom } from '../rooms/seats.ts'
import { snapshotOf } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, hasAccount } from '../storage/userRows.ts'
import { policyRefusal, startRing } from './callDesk.ts'
import { refusedRing, refuseRing, type RingTools } from './reach.ts'
import { endDirectRoomWithoutRing } from './settling.ts'

export type DirectDecision =
  { outcome: 'ringing'; call: Call; snapshot: RoomSnapshot } | { outcome: 'declined'; call: Call }

export async function callDirectly(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'call.direct'>,
  tools: RingTools,
): Promise<Result<DirectDecision>> {
  const { userId } = device
  if (input.calleeId === userId) return failure('notAllowed', 'You cannot call yourself.', { field: 'calleeId' })
  const caller = await findUser(unit.db, userId)
  const callee = await findUser(unit.db, input.calleeId)
  if (caller === null || callee === null || !hasAccount(callee) || callee.disabledAt !== null) {
    return failure('unknownUser', 'This person has no account here.', { field: 'calleeId' })
  }
  const room = await newRoom(
    unit,
    { kind: 'direct', name: `${caller.name}, ${callee.name}`, ownerId: userId },
    tools.entropy,
  )
  await openRoom(unit, room)
  const details = { direct: true }
  await audit(unit, { action: 'room.created', actor: { kind: 'user', id: userId }, roomId: room.id, details })
  // Nobody leaves a meeting for a call that never rings.
  if ((await policyRefusal(unit, callee)) === null) {
    const entered = await enterRoom(unit, room, device, input.leaveOther)
    if (!entered.ok) return entered
  }
  // Refused now, all of this is taken back.
  const refusal = await refuseRing(unit, { caller: { id: userId }, calleeId: callee.id }, tools)
  if (refusal !== null) return refusedRing(refusal)
  const { media, extension, timeoutSeconds } = input
  const wish = { roomId: room.id, media, extension, timeoutSeconds }
  const call = await startRing(unit, { id: caller.id, name: caller.name }, callee, wish, tools)
  if (isTerminal(call.status)) {
    await endDirectRoomWithoutRing(unit, room.id)
    return success({ outcome: 'declined', call })
  }
  return success({ outcome: 'ringing', call, snapshot: await snapshotOf(unit.db, room.id) })
}
