// Guests who have to go: their session ends, and with it all they could do.
import { deleteSession } from '../storage/sessionRows.ts'
import { forgetGuest, guestsOf, type GuestDevice } from '../storage/guestRows.ts'
import type { Work } from '../storage/store.ts'

export async function dismissGuest(unit: Work, device: GuestDevice, message: string): Promise<void> {
  await deleteSession(unit.db, device)
  await forgetGuest(unit.db, device.userId)
  unit.effects.push({ kind: 'signedOut', device, message })
}

/** The meeting is over, and so is what its guests came for. They are told after whatever tells how it ended. */
export async function dismissGuestsOf(unit: Work, roomId: string): Promise<void> {
  for (const guest of await guestsOf(unit.db, roomId)) await dismissGuest(unit, guest, 'The meeting has ended.')
}
