// Ending a room, by its owner or because it stood empty: rings first, then seats, then the room (rule 6).
import { applyToRing } from '../calls/ringing.ts'
import { findRings } from '../storage/callRows.ts'
import { deleteSeat, seatDevices, seatsIn, toRoom, updateRoom, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { tellOtherDevices } from './elsewhere.ts'

/** `byUserId`: who ended it; left out when nobody did. */
export async function endRoom(unit: Work, room: RoomRow, byUserId?: string): Promise<void> {
  for (const call of await findRings(unit.db, { roomId: room.id })) {
    await applyToRing(unit, call, { type: 'revoke', reason: 'roomEnded', byUserId })
  }
  const seats = await seatsIn(unit.db, room.id)
  for (const seat of seats) await deleteSeat(unit.db, seat.userId)
  const ending = { status: 'ended', endedAt: unit.now, emptySince: null, version: room.version + 1 } as const
  await updateRoom(unit.db, room.id, ending)
  unit.effects.push(
    {
      kind: 'send',
      to: { devices: seatDevices(seats) },
      event: { name: 'room.ended', payload: { room: toRoom({ ...room, ...ending }) } },
    },
    { kind: 'closeRoomMedia', roomId: room.id },
    ...seats.map((seat) => ({ kind: 'presence', userId: seat.userId }) as const),
  )
  for (const seat of seats) await tellOtherDevices(unit, seat.userId)
}
