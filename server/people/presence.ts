// Who can be reached now. Derived, never stored: online devices from the gateway, being in a meeting from the seats.
import { GUEST_KEEP_MS } from '../../shared/guests.ts'
import type { Timers } from '../../shared/time.ts'
import type { EventPayload } from '../../shared/protocol/contract.ts'
import type { Person, Presence } from '../../shared/protocol/things.ts'
import { seatOf, usersWithSeats } from '../storage/roomRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import { findUser, findUsers, setLastSeen } from '../storage/userRows.ts'

export interface PresenceBoard {
  /** Looks again at one user, and tells everybody online when something changed: at once, or with others where many are online. */
  refresh(userId: string): void
  /** Everybody who is not offline, without the user who asks. */
  online(db: Db, exceptUserId: string, now: number): Promise<Person[]>
  /** `row`: the user as stored. `now`: the server's clock, ms. */
  of(userId: string, hasSeat: boolean, row: Undisturbed | null, now: number): Presence
  isOnline(userId: string): boolean
  close(): void
}

type Undisturbed = { doNotDisturbUntil: number | null }

type Change = EventPayload<'presence.changed'>['people'][number]

/** So many are told of each change at once; beyond, everybody more makes changes wait this much longer, so that they go together. */
const AT_ONCE_MAX = 50
const PAUSE_PER_PERSON_MS = 0.25
const PAUSE_MAX_MS = 5_000

/** How long after one telling the next may come, in ms: with `online` people each one costs as many messages. */
const pauseFor = (online: number): number =>
  Math.min(PAUSE_MAX_MS, Math.max(0, online - AT_ONCE_MAX) * PAUSE_PER_PERSON_MS)

export type PresenceOptions = {
  store: () => Store
  isOnline(userId: string): boolean
  onlineUsers(): string[]
  timers: Pick<Timers, 'now' | 'after'>
  onError(error: unknown): void
}

export function createPresenceBoard(options: PresenceOptions): PresenceBoard {
  /** What everybody online was told last; a user not in here is known as offline. */
  const announced = new Map<string, Presence>()
  const waiting = new Set<string>()
  const { timers } = options
  /** Calls off the next look; null when none is to come. */
  let lookAt: (() => void) | null = null
  let lookedAt = -Infinity
  let closed = false

  const of = (userId: string, hasSeat: boolean, row: Undisturbed | null, now: number): Presence => {
    if (!options.isOnline(userId)) return 'offline'
    if ((row?.doNotDisturbUntil ?? 0) > now) return 'doNotDisturb'
    return hasSeat ? 'inMeeting' : 'available'
  }

  /** What is to be told of this user; null when that is what everybody knows. */
  async function look({ db, now, effects }: Work, userId: string): Promise<Change | null> {
    const user = await findUser(db, userId)
    // Of guests nobody is told but those in their meeting, who see them there. When they were last connected decides how long they are kept.
    if (user !== null && user.guestOf !== null) {
      if (options.isOnline(userId)) return null
      await setLastSeen(db, [userId], now)
      effects.push({ kind: 'due', at: now + GUEST_KEEP_MS })
      return null
    }
    const presence = of(userId, (await seatOf(db, userId)) !== null, user, now)
    if ((announced.get(userId) ?? 'offline') === presence) return null
    const seen = presence === 'offline'
    if (seen) await setLastSeen(db, [userId], now)
    if (seen) announced.delete(userId)
    else announced.set(userId, presence)
    const lastSeenAt = seen ? now : user?.lastSeenAt
    return { userId, presence, ...(typeof lastSeenAt === 'number' ? { lastSeenAt } : {}) }
  }

  async function lookAtAll() {
    await options.store().write(async (unit) => {
      lookAt = null
      lookedAt = unit.now
      const people: Change[] = []
      for (const userId of takeAll()) {
        const change = await look(unit, userId)
        if (change) people.push(change)
      }
      if (people.length === 0) return
      unit.effects.push({
        kind: 'send',
        to: { everyone: true },
        event: { name: 'presence.changed', payload: { people } },
      })
    })
  }

  function takeAll(): string[] {
    const all = [...waiting]
    waiting.clear()
    return all
  }

  return {
    of,
    isOnline: options.isOnline,
    refresh(userId) {
      if (closed) return
      waiting.add(userId)
      if (lookAt !== null) return
      const waitMs = lookedAt + pauseFor(options.onlineUsers().length) - timers.now()
      const start = () => void lookAtAll().catch((error: unknown) => closed || options.onError(error))
      if (waitMs > 0) lookAt = timers.after(waitMs, start)
      else {
        lookAt = () => {}
        start()
      }
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
      lookAt?.()
    },
  }
}
