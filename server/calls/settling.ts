// A ring ends, and with it what stood on it alone: the room of a call between two that was not answered.
import { isTerminal, type CallCommand, type StepOutcome } from '../../shared/call/call.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { endRoom } from '../rooms/endRoom.ts'
import { findRings } from '../storage/callRows.ts'
import { findRoom, seatsIn } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { applyToRing } from './ringing.ts'

/** As `applyToRing`, for commands that seat nobody. */
export async function settleRing(unit: Work, call: Call, command: CallCommand): Promise<StepOutcome> {
  const outcome = await applyToRing(unit, call, command)
  if (isTerminal(outcome.call.status)) await endDirectRoomWithoutRing(unit, call.roomId)
  return outcome
}

/** Nobody is coming any more: a direct room with one person in it, and no ring, is over. */
export async function endDirectRoomWithoutRing(unit: Work, roomId: string): Promise<void> {
  const room = await findRoom(unit.db, roomId)
  if (room === null || room.kind !== 'direct' || room.status !== 'running') return
  if ((await seatsIn(unit.db, roomId)).length > 1) return
  if ((await findRings(unit.db, { roomId })).length === 0) await endRoom(unit, room)
}
