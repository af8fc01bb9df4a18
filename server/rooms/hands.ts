// Raised hands. They belong to the seat: kept over a lost connection and a move to another device, gone with it.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { findParticipant, seatOf, seatsIn, type SeatRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findModerator, notInside, seatIn } from './moderation.ts'
import { findPresentHere } from './present.ts'
import { changeSeat } from './seats.ts'

export async function raiseHand(
  unit: Work,
  device: DeviceKey,
  { roomId, raised }: CheckedInput<'participant.raiseHand'>,
): Promise<Result<{ participant: Participant }>> {
  const present = await findPresentHere(unit.db, roomId, device)
  if (!present.ok) return present
  if (present.value.room.kind === 'direct') return failure('notAllowed', 'In a call between two, just speak.')
  const seat = await seatOf(unit.db, device.userId)
  if (seat === null) throw new Error('a participant without a seat')
  if (!raised) await lower(unit, seat)
  // Whoever raises it again keeps their place.
  else if (seat.handVersion === null)
    await changeSeat(unit, seat, (version) => ({ handRaisedAt: unit.now, handVersion: version }))
  const participant = await findParticipant(unit.db, roomId, device.userId)
  if (participant === null) throw new Error('a seat that was just changed is gone')
  return success({ participant })
}

export async function lowerHand(
  unit: Work,
  device: DeviceKey,
  { roomId, userId }: CheckedInput<'participant.lowerHand'>,
): Promise<Result<object>> {
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  const seat = await seatIn(unit, roomId, userId)
  if (seat === null) return notInside()
  await lower(unit, seat)
  return success({})
}

export async function lowerAllHands(
  unit: Work,
  device: DeviceKey,
  { roomId }: CheckedInput<'participant.lowerAllHands'>,
): Promise<Result<object>> {
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  for (const seat of await seatsIn(unit.db, roomId)) await lower(unit, seat)
  return success({})
}

async function lower(unit: Work, seat: SeatRow): Promise<void> {
  if (seat.handVersion !== null) await changeSeat(unit, seat, { handRaisedAt: null, handVersion: null })
}
