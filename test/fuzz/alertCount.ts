// What makes somebody's devices ring, chime or pop up, who caused it, and whether that was more often than promised.
import { RATES, type RateName } from '../../server/limits.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'

type Alert = { channel: RateName; by: string; what: string }

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
        return { channel, by: address ?? user.id, what: `${user.id} ${since}` }
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
  /** How full each bucket would have to be: what came, less what the rate allowed meanwhile. */
  const levels = new Map<string, { level: number; at: number }>()
  const counts: Partial<Record<RateName, number>> = {}
  const excesses: Excess[] = []

  return {
    counts,
    excesses,
    note({ channel, by, what }: Alert, now: number) {
      const key = `${channel} ${by}`
      if (seen.has(`${key} ${what}`)) return
      seen.add(`${key} ${what}`)
      counts[channel] = (counts[channel] ?? 0) + 1
      const { burst, perMinute } = RATES[channel]
      const known = levels.get(key) ?? { level: 0, at: now }
      const level = Math.max(0, known.level - ((now - known.at) / 60_000) * perMinute) + 1
      levels.set(key, { level, at: now })
      if (level > burst + 1e-6) excesses.push({ channel, by, at: now, tooMany: level - burst })
    },
  }
}
