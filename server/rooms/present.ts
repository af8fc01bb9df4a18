// Whoever speaks in a room has to be in it on the very device they speak from.
import { failure, type Result } from '../../shared/protocol/result.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import type { RoomRow } from '../storage/roomRows.ts'
import type { Db } from '../storage/store.ts'
import { findPresent } from './roomDesk.ts'

export type Present = { room: RoomRow; participant: Participant }

/** The participant whose seat is on this device: else `unknownRoom`, `roomEnded`, `notInRoom`. */
export async function findPresentHere(db: Db, roomId: string, device: DeviceKey): Promise<Result<Present>> {
  const present = await findPresent(db, roomId, device.userId)
  if (!present.ok || present.value.participant.deviceId === device.deviceId) return present
  return failure('notInRoom', 'You are not in this meeting on this device.')
}
