// What makes somebody's devices ring, chime or pop up, who caused it, and whether that was more often than promised.
import { RATES, type RateName } from '../../server/limits.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'

type Alert = {
  channel: RateName
  by: string
  what: string
  /** Of what may be told late: when it was made. Those who came while she was away are told in one message when she is back. */
  madeAt?: number
}

/** Each alert is one, on however many devices and however often it is told. `addressOf`: of guests, who are bounded by it. */
export function alertsIn({ name, payload }: ServerEvent, addressOf: (userId: string) => string | null): Alert[] {
  switch (name) {
    case 'call.received':
      return [{ channel: 'ringsPerPair', by: payload.ring.call.caller.id, what: payload.ring.call.id }]
    // Also of what never rang: declined by a rule, it is a missed call.
    case 'call.rejected':
    case 'call.timeout':
    case 'call.cancelled':
    case 'call.revokedByAdmin':
      return [{ channel: 'ringsPerPair', by: payload.call.caller.id, what: payload.call.id }]
    case 'participant.requestChanged':
      if (payload.request.status !== 'open') return []
      return [{ channel: 'requestsPerPair', by: payload.request.from.id, what: payload.request.id }]
    case 'lobby.changed':
      return payload.lobby.people.map(({ user, since }) => {
        const address = addressOf(user.id)
        const channel = address === null ? 'knocksPerUser' : 'guestKnocksPerAddress'
        return { channel, by: address ?? user.id, what: `${user.id} ${since}`, madeAt: since }
      })
    case 'room.scheduled':
    case 'room.rescheduled':
    case 'room.unscheduled':
    case 'room.scheduleCancelled': {
      const { id, version, ownerId } = payload.room
      return [{ channel: 'invitationsPerPair', by: ownerId, what: `${name} ${id} ${version}` }]
    }
    case 'room.startingSoon':
      return [
        { channel: 'remindersPerPair', by: payload.room.ownerId, what: `${payload.room.id} ${payload.room.version}` },
      ]
    case 'chat.message':
      return [{ channel: 'chatPerUser', by: payload.message.from.id, what: payload.message.id }]
    default:
      return []
  }
}

export type Excess = { channel: RateName; by: string; at: number; tooMany: number }

/** Counts what one person is told, against the limits as they are by default. */
export function createAlertCount() {
  const seen = new Set<string>()
  const times = new Map<string, { channel: RateName; by: string; at: number[] }>()

  return {
    note({ channel, by, what, madeAt }: Alert, now: number) {
      const key = `${channel} ${by}`
      if (seen.has(`${key} ${what}`)) return
      seen.add(`${key} ${what}`)
      const known = times.get(key) ?? { channel, by, at: [] }
      known.at.push(madeAt ?? now)
      times.set(key, known)
    },
    /** How many there were, and which were more than promised. */
    result() {
      const counts: Partial<Record<RateName, number>> = {}
      const excesses: Excess[] = []
      for (const { channel, by, at } of times.values()) {
        counts[channel] = (counts[channel] ?? 0) + at.length
        for (const [when, tooMany] of tooManyAt(channel, at)) excesses.push({ channel, by, at: when, tooMany })
      }
      return { counts, excesses: excesses.sort((one, other) => one.at - other.at) }
    },
  }
}

/** How full the bucket would have to be: what came, less what the rate allowed meanwhile; where that is more than it holds. */
function* tooManyAt(channel: RateName, times: readonly number[]): Generator<[at: number, tooMany: number]> {
  const { burst, perMinute } = RATES[channel]
  let level = 0
  let last = -Infinity
  for (const at of times.toSorted((one, other) => one - other)) {
    level = Math.max(0, level - ((at - last) / 60_000) * perMinute) + 1
    last = at
    if (level > burst + 1e-6) yield [at, level - burst]
  }
}
