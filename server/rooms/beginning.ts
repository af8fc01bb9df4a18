// A scheduled meeting begins with the first one who comes in.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { mayEnter } from '../../shared/schedule/schedule.ts'
import { toRoom, updateRoom, type RoomRow } from '../storage/roomRows.ts'
import { findSchedule, isAttendee, updateSchedule } from '../storage/scheduleRows.ts'
import type { Work } from '../storage/store.ts'
import { noteRoom } from '../webhooks/events.ts'
import { concernedBy } from './concerned.ts'

/** The room as it is when this user comes in: running, begun by them if need be. `notAllowed` while it is not theirs to begin. */
export async function openToUser(unit: Work, room: RoomRow, userId: string): Promise<Result<RoomRow>> {
  if (room.status !== 'scheduled') return success(room)
  const schedule = await findSchedule(unit.db, room.id)
  if (schedule === null) throw new Error(`room ${room.id} is scheduled and has no schedule`)
  const user = { id: userId, isAttendee: await isAttendee(unit.db, room.id, userId) }
  if (!mayEnter({ ...room, startsAt: schedule.startsAt }, user, unit.now)) {
    return failure('notAllowed', 'This meeting has not begun yet.', { field: 'startsAt' })
  }
  const begun = { ...room, status: 'running', version: room.version + 1 } as const
  await updateRoom(unit.db, room.id, { status: begun.status, version: begun.version })
  await updateSchedule(unit.db, room.id, { startedAt: unit.now })
  const told = await toRoom(unit.db, begun)
  const event = { name: 'room.updated', payload: { room: told } } as const
  unit.effects.push({ kind: 'send', to: { users: concernedBy(told) }, event })
  await noteRoom(unit, 'room.started', told)
  return success(begun)
}
