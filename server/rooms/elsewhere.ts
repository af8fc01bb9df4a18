// Where a user's seat is, as their devices without the seat are told.
import type { Elsewhere } from '../../shared/protocol/session.ts'
import { seatOf, type SeatRow } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { deviceLabel } from '../storage/userRows.ts'

/** A seat as the user's other devices see it. */
export const elsewhereOf = async (db: Db, seat: SeatRow): Promise<Elsewhere> => ({
  roomId: seat.roomId,
  deviceId: seat.deviceId,
  deviceLabel: await deviceLabel(db, seat),
})

/** The user's devices without the seat show where it is now, or that there is none. Call it when a seat appeared, moved or went. */
export async function tellOtherDevices(unit: Work, userId: string): Promise<void> {
  const seat = await seatOf(unit.db, userId)
  const elsewhere = seat === null ? null : await elsewhereOf(unit.db, seat)
  const to = { users: [userId], ...(seat === null ? {} : { except: { userId, deviceId: seat.deviceId } }) }
  unit.effects.push({ kind: 'send', to, event: { name: 'session.elsewhere', payload: { elsewhere } } })
}
