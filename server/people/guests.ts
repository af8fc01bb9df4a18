// Guests come by a meeting's link and a name, and go with the meeting, or with the last one in it who has an account.
import { EMPTY_ROOM_MS } from '../../shared/call/limits.ts'
import { GUEST_KEEP_MS, GUESTS_MAX } from '../../shared/guests.ts'
import type { GuestInput, GuestLook, GuestOutput } from '../../shared/protocol/guests.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { Entropy } from '../entropy.ts'
import { refuseStranger } from '../rooms/entry.ts'
import { dismissGuest, dismissGuestsOf } from '../rooms/guests.ts'
import { endWaitsOfGuests } from '../rooms/lobby.ts'
import { liveRoom, roomMeant } from '../rooms/roomDesk.ts'
import { loseSeat } from '../rooms/seats.ts'
import { guestsGoneAt, guestsOf, insertGuest, roomsLeftToGuests } from '../storage/guestRows.ts'
import { seatsIn, type RoomRow } from '../storage/roomRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import type { Sessions } from './sessions.ts'

export interface Guests {
  /** What may be shown of the meeting to whoever has its link, when it would let a guest in. */
  look(input: { code: string }): Promise<Result<GuestLook>>
  /** A guest of this meeting, who has yet to ask to come in as anybody else (`room.join`). */
  arrive(input: GuestInput, address: string | null): Promise<Result<GuestOutput>>
}

export type GuestsOptions = { store: Store; sessions: Sessions; entropy: Entropy }

export function createGuests({ store, sessions, entropy }: GuestsOptions): Guests {
  return {
    look: ({ code }) =>
      store.read(async (db) => {
        const room = await findOpen(db, code)
        return room.ok ? success(lookOf(room.value)) : room
      }),
    async arrive({ code, name, device }, address) {
      const user: User = { id: entropy.uuid(), name, guest: true }
      const started = await sessions.start(user.id, device, { address, way: 'guest' }, async (unit) => {
        const open = await findOpen(unit.db, code)
        if (!open.ok) return open
        if ((await guestsOf(unit.db, open.value.id)).length >= GUESTS_MAX)
          return failure('roomFull', 'There are as many guests in this meeting as it takes.')
        await insertGuest(unit.db, { id: user.id, name, guestOf: open.value.id, createdAt: unit.now })
        unit.effects.push({ kind: 'due', at: unit.now + GUEST_KEEP_MS })
        return open
      })
      if (!started.ok) return started
      const { prepared: room, tokens } = started.value
      return success({ user, tokens, room: { ...lookOf(room), id: room.id, code: room.code } })
    },
  }
}

const lookOf = ({ name, passwordHash }: RoomRow): GuestLook => ({ name: passwordHash === null ? name : null })

/** The room of this code, if it would let a stranger in or have them wait. To strangers a call between two is no meeting. */
async function findOpen(db: Db, code: string): Promise<Result<RoomRow>> {
  const room = await roomMeant(db, { code })
  const live = liveRoom(room?.kind === 'direct' ? null : room)
  if (!live.ok) return live
  const refusal = await refuseStranger(db, live.value)
  return refusal ?? live
}

/** Guests alone are nobody's meeting: they go as an empty room would, also from one whose time is not over. Others were away for long. */
export async function settleGuests(unit: Work): Promise<void> {
  for (const roomId of await roomsLeftToGuests(unit.db, unit.now - EMPTY_ROOM_MS)) {
    for (const seat of await seatsIn(unit.db, roomId)) await loseSeat(unit, seat, { seatLost: 'gone' })
    await endWaitsOfGuests(unit, roomId, 'gone')
    await dismissGuestsOf(unit, roomId)
  }
  for (const guest of await guestsGoneAt(unit.db, unit.now))
    await dismissGuest(unit, guest, 'You were away for too long.')
}
