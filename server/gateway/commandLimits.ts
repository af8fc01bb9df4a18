// How often commands may be given that others notice, and what others are told by them: looked at from both sides, since many
// commands lead to the same noise. Rings are counted where they are made (`calls/reach.ts`).
import type { CommandName } from '../../shared/protocol/contract.ts'
import { failure, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey, Effect } from '../effects.ts'
import type { RateName } from '../limits.ts'
import { openRoomsOf } from '../storage/reachRows.ts'
import type { Work } from '../storage/store.ts'
import { keyOf, type Connection } from './connections.ts'
import { tooMuch, type Ask, type Limiter } from './rateLimit.ts'

const BY_USER: Partial<Record<CommandName, RateName>> = {
  'room.create': 'joinsPerUser',
  'room.join': 'joinsPerUser',
  'room.schedule': 'schedulingPerUser',
  'room.reschedule': 'schedulingPerUser',
  'room.cancelSchedule': 'schedulingPerUser',
  'room.update': 'moderationPerUser',
  'room.end': 'moderationPerUser',
  'participant.setRole': 'moderationPerUser',
  'participant.mute': 'moderationPerUser',
  'participant.muteAll': 'moderationPerUser',
  'participant.stopSource': 'moderationPerUser',
  'participant.allow': 'moderationPerUser',
  'participant.remove': 'moderationPerUser',
  'participant.transferOwner': 'moderationPerUser',
  'chat.send': 'chatPerUser',
  'room.react': 'signalsPerUser',
  'participant.raiseHand': 'signalsPerUser',
}
const MAKES_ROOMS: ReadonlySet<CommandName> = new Set(['room.create', 'room.schedule'])
const SCHEDULES: ReadonlySet<CommandName> = new Set(['room.schedule', 'room.reschedule', 'room.cancelSchedule'])

type Done<Value> = (unit: Work, device: DeviceKey) => Promise<Result<Value>>

/** `work` with its limits; inside one transaction, so that what a refusal would have changed is taken back with it. */
export function createCommandLimits(limiter: Limiter) {
  return <Value>({ connection }: { connection: Connection }, name: CommandName, work: Done<Value>) =>
    async (unit: Work): Promise<Result<Value>> => {
      const device = keyOf(connection)
      const waitMs = limiter.take(costs(connection, name), unit.now)
      if (waitMs > 0) return tooMuch(waitMs)
      const crowd = MAKES_ROOMS.has(name) ? await refuseMoreRooms(unit, device, limiter) : null
      if (crowd !== null) return crowd
      const effectsBefore = unit.effects.length
      const answer = await work(unit, device)
      if (!answer.ok) return answer
      const noise = unit.effects.slice(effectsBefore).flatMap((effect) => alerts(effect, connection, name, unit.now))
      const quietMs = limiter.take(unique(noise), unit.now)
      return quietMs > 0 ? tooMuch(quietMs) : answer
    }
}

function costs({ user, address }: Connection, name: CommandName): Ask[] {
  const limit = BY_USER[name]
  if (limit === undefined) return []
  const own: Ask = [limit, user.id]
  return limit === 'joinsPerUser' && address !== undefined ? [own, ['joinsPerAddress', address]] : [own]
}

async function refuseMoreRooms({ db }: Work, { userId }: DeviceKey, limiter: Limiter): Promise<Failure | null> {
  const most = limiter.max('openRoomsPerUser')
  if ((await openRoomsOf(db, userId)) < most) return null
  return failure('notAllowed', `You have ${most} meetings already. End or cancel one first.`)
}

/** What makes somebody else's device pop up, chime or notify, beside rings, chat, reactions and comings and goings. */
function alerts(effect: Effect, { user, guestOf, address }: Connection, name: CommandName, now: number): Ask[] {
  if (effect.kind !== 'send') return []
  const { event, to } = effect
  switch (event.name) {
    case 'participant.requestChanged': {
      const { status, from } = event.payload.request
      const asked = status === 'open' && from.id === user.id ? (to.devices ?? []) : []
      return asked.flatMap(({ userId }): Ask[] =>
        userId === user.id ? [] : [['requestsPerPair', `${user.id} ${userId}`]],
      )
    }
    case 'lobby.changed': {
      const knocks = event.payload.lobby.people.some((one) => one.user.id === user.id && one.since === now)
      if (!knocks) return []
      const own: Ask = ['knocksPerUser', user.id]
      return guestOf === null ? [own] : [own, ['guestKnocksPerAddress', address ?? 'unknown']]
    }
    case 'room.scheduled':
    case 'room.rescheduled':
    case 'room.unscheduled':
    case 'room.scheduleCancelled':
      if (!SCHEDULES.has(name)) return []
      return (to.users ?? []).flatMap((id): Ask[] =>
        id === user.id ? [] : [['invitationsPerPair', `${user.id} ${id}`]],
      )
    default:
      return []
  }
}

/** Told twice in one go, it is one noise. */
const unique = (asks: readonly Ask[]): Ask[] => [...new Map(asks.map((ask) => [ask.join(' '), ask])).values()]
