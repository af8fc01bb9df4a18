// Reactions pass: told to everybody inside, stored nowhere.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import { seatDevices, seatsIn } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findPresentHere } from './present.ts'

export async function react(
  unit: Work,
  device: DeviceKey,
  { roomId, reaction }: CheckedInput<'room.react'>,
): Promise<Result<object>> {
  const present = await findPresentHere(unit.db, roomId, device)
  if (!present.ok) return present
  const devices = seatDevices(await seatsIn(unit.db, roomId))
  const payload = { roomId, userId: device.userId, reaction, at: unit.now }
  unit.effects.push({ kind: 'send', to: { devices }, event: { name: 'room.reaction', payload } })
  return success({})
}
