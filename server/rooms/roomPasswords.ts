// Passwords of meetings, outside of any transaction: they are slow on purpose, and everybody else would wait for the writer.
import { success, failure, type Result } from '../../shared/protocol/result.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { DeviceKey } from '../effects.ts'
import { findParticipant } from '../storage/roomRows.ts'
import type { Store } from '../storage/store.ts'
import { looksAfter } from '../../shared/entry.ts'
import { decideEntry } from './entry.ts'
import { roomMeant } from './roomDesk.ts'

/** Wrong passwords somebody may give, whatever the meeting and on all devices together, within this time. */
export const WRONG_TRIES_MAX = 5
export const WRONG_TRIES_MS = 60_000
/** All guests of a meeting together: whoever guesses could come under a new name each time. */
export const WRONG_TRIES_OF_GUESTS_MAX = 20

export type RoomPasswordsOptions = {
  store: Store
  now: () => number
  hash(password: string): Promise<string>
  check(password: string, hash: string): Promise<boolean>
}

export type RoomPasswords = ReturnType<typeof createRoomPasswords>

export function createRoomPasswords({ store, now, hash, check }: RoomPasswordsOptions) {
  const tries = new Map<string, number[]>()

  /** Counts a try before its outcome is known, so that many at once are not more. Gives 0, or how long to wait in ms. */
  function take(userId: string, most: number): number {
    const lately = (tries.get(userId) ?? []).filter((at) => at > now() - WRONG_TRIES_MS)
    const [first] = lately
    if (first !== undefined && lately.length >= most) return first + WRONG_TRIES_MS - now()
    tries.set(userId, [...lately, now()])
    return 0
  }
  function giveBack(userId: string): void {
    const left = (tries.get(userId) ?? []).slice(0, -1)
    if (left.length === 0) tries.delete(userId)
    else tries.set(userId, left)
  }

  return {
    /** The hash that the given password has; null when it is none or wrong, or nobody asks this user for it. `rateLimited` after a few wrong ones. */
    async prove(
      { userId, guestOf }: { userId: string; guestOf: string | null },
      input: CheckedInput<'room.join'>,
    ): Promise<Result<string | null>> {
      const { password } = input
      if (password === undefined) return success(null)
      const wanted = await store.read(async (db, at) => {
        const room = await roomMeant(db, input.room)
        if (room === null || room.passwordHash === null) return null
        return (await decideEntry(db, room, userId, at)) === 'wrongPassword' ? room.passwordHash : null
      })
      if (wanted === null) return success(null)
      const whose = guestOf ?? userId
      const retryAfterMs = take(whose, guestOf === null ? WRONG_TRIES_MAX : WRONG_TRIES_OF_GUESTS_MAX)
      if (retryAfterMs > 0)
        return failure('rateLimited', 'Too many wrong passwords. Wait a minute.', { field: 'password', retryAfterMs })
      if (!(await check(password, wanted))) return success(null)
      giveBack(whose)
      return success(wanted)
    },

    /** What is to be stored for a change of settings: undefined when the password stays, or is not this user's to change. */
    async forChange(
      { userId }: DeviceKey,
      { roomId, password }: CheckedInput<'room.update'>,
    ): Promise<string | null | undefined> {
      if (password === undefined || password === null) return password
      const participant = await store.read((db) => findParticipant(db, roomId, userId))
      return looksAfter(participant?.role ?? null) ? hash(password) : undefined
    },
  }
}
