// What follows for rings when somebody's rights in a room have changed.
import { mayRing } from '../../shared/entry.ts'
import { applyToRing } from '../calls/ringing.ts'
import { findRings } from '../storage/callRows.ts'
import { memberRole, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'

/** calls.md, section 3: a caller who may no longer ring people in loses the rings still open. */
export async function revokeRingsWithoutRight(unit: Work, room: RoomRow, byUserId: string): Promise<void> {
  const settings = { whoMayInvite: room.whoMayInvite, locked: room.locked === 1 }
  if (mayRing(settings, 'member') === 'yes') return
  for (const call of await findRings(unit.db, { roomId: room.id })) {
    const role = (await memberRole(unit.db, room.id, call.caller.id)) ?? 'member'
    if (mayRing(settings, role) !== 'yes')
      await applyToRing(unit, call, { type: 'revoke', reason: 'permissionLost', byUserId })
  }
}

/** Somebody who was removed goes on ringing nobody in; a caller who left by themselves does (rule 6). */
export async function revokeRingsOf(unit: Work, roomId: string, callerId: string, byUserId: string): Promise<void> {
  for (const call of await findRings(unit.db, { roomId, callerId }))
    await applyToRing(unit, call, { type: 'revoke', reason: 'permissionLost', byUserId })
}
