// Who can be reached now. Derived, never stored: online devices from the gateway, being in a meeting from the seats.
import { GUEST_KEEP_MS } from '../../shared/guests.ts'
import type { Person, Presence } from '../../shared/protocol/things.ts'
import { seatOf, usersWithSeats } from '../storage/roomRows.ts'
import type { Db, Store } from '../storage/store.ts'
import { findUser, findUsers, setLastSeen } from '../storage/userRows.ts'

export interface PresenceBoard {
  /** Looks again at one user, and tells everybody online when something changed. */
  refresh(userId: string): void
  /** Everybody who is not offline, without the user who asks. */
  online(db: Db, exceptUserId: string, now: number): Promise<Person[]>
  /** `row`: the user as stored. `now`: the server's clock, ms. */
  of(userId: string, hasSeat: boolean, row: Undisturbed | null, now: number): Presence
  isOnline(userId: string): boolean
  close(): void
}

type Undisturbed = { doNotDisturbUntil: number | null }

export type PresenceOptions = {
  store: () => Store
  isOnline(userId: string): boolean
  onlineUsers(): string[]
  onError(error: unknown): void
}

export function createPresenceBoard(options: PresenceOptions): PresenceBoard {
  /** What everybody online was told last; a user not in here is known as offline. */
  const announced = new Map<string, Presence>()
  const waiting = new Set<string>()
  let closed = false

  const of = (userId: string, hasSeat: boolean, row: Undisturbed | null, now: number): Presence => {
    if (!options.isOnline(userId)) return 'offline'
    if ((row?.doNotDisturbUntil ?? 0) > now) return 'doNotDisturb'
    return hasSeat ? 'inMeeting' : 'available'
  }

  async function look(userId: string) {
    waiting.delete(userId)
    await options.store().write(async ({ db, now, effects }) => {
      const user = await findUser(db, userId)
      // Of guests nobody is told but those in their meeting, who see them there. When they were last connected decides how long they are kept.
      if (user !== null && user.guestOf !== null) {
        if (options.isOnline(userId)) return
        await setLastSeen(db, [userId], now)
        return void effects.push({ kind: 'due', at: now + GUEST_KEEP_MS })
      }
      const presence = of(userId, (await seatOf(db, userId)) !== null, user, now)
      if ((announced.get(userId) ?? 'offline') === presence) return
      const seen = presence === 'offline'
      if (seen) await setLastSeen(db, [userId], now)
      if (seen) announced.delete(userId)
      else announced.set(userId, presence)
      const lastSeenAt = seen ? now : user?.lastSeenAt
      const payload = { userId, presence, ...(typeof lastSeenAt === 'number' ? { lastSeenAt } : {}) }
      effects.push({ kind: 'send', to: { everyone: true }, event: { name: 'presence.changed', payload } })
    })
  }

  return {
    of,
    isOnline: options.isOnline,
    refresh(userId) {
      if (closed || waiting.has(userId)) return
      waiting.add(userId)
      look(userId).catch((error: unknown) => closed || options.onError(error))
    },
    async online(db, exceptUserId, now) {
      const userIds = options.onlineUsers().filter((userId) => userId !== exceptUserId)
      const [users, seated] = [await findUsers(db, userIds), await usersWithSeats(db)]
      const members = [...users.values()].filter((row) => row.guestOf === null)
      return members.map((row) => ({
        user: { id: row.id, name: row.name },
        presence: of(row.id, seated.has(row.id), row, now),
        ...(row.lastSeenAt === null ? {} : { lastSeenAt: row.lastSeenAt }),
      }))
    },
    close() {
      closed = true
    },
  }
}
