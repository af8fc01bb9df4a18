// Ending a room, by its owner or because its time was over: rings first, then seats, then the room (rule 6).
import { applyToRing } from '../calls/ringing.ts'
import { audit, type Actor, type AuditEntry } from '../people/audit.ts'
import { findRings } from '../storage/callRows.ts'
import { deleteSeat, seatDevices, seatsIn, toRoom, updateRoom, type RoomRow } from '../storage/roomRows.ts'
import { deleteRequestsIn } from '../storage/requestRows.ts'
import { updateSchedule } from '../storage/scheduleRows.ts'
import type { Work } from '../storage/store.ts'
import { noteRoom } from '../webhooks/events.ts'
import { concernedBy } from './concerned.ts'
import { tellOtherDevices } from './elsewhere.ts'
import { dismissGuestsOf } from './guests.ts'
import { endAllWaits } from './lobby.ts'
import { makeNext } from './series.ts'

/** `byUserId`: who ended it; left out when nobody did. `as`: what the log says instead. */
export async function endRoom(
  unit: Work,
  room: RoomRow,
  byUserId?: string,
  as?: Pick<AuditEntry, 'actor' | 'address'>,
): Promise<void> {
  for (const call of await findRings(unit.db, { roomId: room.id })) {
    await applyToRing(unit, call, { type: 'revoke', reason: 'roomEnded', byUserId })
  }
  await endAllWaits(unit, room.id, 'roomEnded')
  const seats = await seatsIn(unit.db, room.id)
  for (const seat of seats) await deleteSeat(unit.db, seat.userId)
  const ending = { status: 'ended', endedAt: unit.now, emptySince: null, version: room.version + 1 } as const
  await updateRoom(unit.db, room.id, ending)
  const actor: Actor = byUserId === undefined ? { kind: 'server' } : { kind: 'user', id: byUserId }
  await audit(unit, { action: 'room.ended', actor, roomId: room.id, ...as })
  await deleteRequestsIn(unit.db, room.id)
  await updateSchedule(unit.db, room.id, { open: 0 })
  const ended = await toRoom(unit.db, { ...room, ...ending })
  // Taken back before it began, or over: whoever had it before them is told which.
  const name = room.status === 'scheduled' && byUserId !== undefined ? 'room.scheduleCancelled' : 'room.ended'
  unit.effects.push(
    {
      kind: 'send',
      to: { devices: seatDevices(seats), users: concernedBy(ended) },
      event: { name, payload: { room: ended } },
    },
    { kind: 'closeRoomMedia', roomId: room.id },
    ...seats.map((seat) => ({ kind: 'presence', userId: seat.userId }) as const),
  )
  for (const seat of seats) await tellOtherDevices(unit, seat.userId)
  if (room.status === 'running') await noteRoom(unit, 'room.ended', ended)
  await dismissGuestsOf(unit, room.id)
  await makeNext(unit, room)
}
