// The part of the mirror about scheduled meetings. A room says itself whether it concerns this user; versions decide what is news.
import type { ServerEvent } from '../protocol/contract.ts'
import type { Room, User } from '../protocol/things.ts'
import { isConcernedBy, isReminding } from '../schedule/schedule.ts'

export type Scheduled = {
  me: User | null
  scheduled: Readonly<Record<string, Room>>
  /** With the version that said so: news from before must not bring them back. `over` says nothing to anybody. */
  unscheduled: Readonly<Record<string, { version: number; why: 'cancelled' | 'removed' | 'over'; seriesId?: string }>>
}

/** The state with these rooms as they are now, of whatever kind they are; the very same state when they are no news. */
export const withRooms = <State extends Scheduled>(state: State, rooms: readonly Room[]): State =>
  rooms.reduce((known, room) => withRoom(known, room), state)

/** As `withRooms`, for what an event tells. */
export function withScheduledEvent<State extends Scheduled>(state: State, event: ServerEvent): State {
  switch (event.name) {
    case 'room.scheduled':
    case 'room.rescheduled':
    case 'room.unscheduled':
    case 'room.startingSoon':
    case 'room.updated':
    case 'room.ended':
      return withRoom(state, event.payload.room)
    case 'room.scheduleCancelled':
      return withRoom(state, event.payload.room, 'cancelled')
    default:
      return state
  }
}

/** A sync replaces what the device had. What is known to be gone stays gone, unless the sync brings it as something newer. */
export function syncScheduled(state: Scheduled, rooms: readonly Room[]): Pick<Scheduled, 'scheduled' | 'unscheduled'> {
  const news = withRooms({ ...state, scheduled: {} }, rooms)
  return { scheduled: news.scheduled, unscheduled: news.unscheduled }
}

/** Soonest first. */
export const upcoming = ({ scheduled }: Scheduled): Room[] =>
  Object.values(scheduled).sort((one, other) => startOf(one) - startOf(other) || (one.id < other.id ? -1 : 1))

/** Meetings this user has been reminded of and is not in on any device, soonest first. `now` on the server's clock. */
export const reminders = (
  state: Scheduled & { seat: { room: Room } | null; elsewhere: { roomId: string } | null },
  now: number,
): Room[] =>
  upcoming(state).filter(
    (room) => isReminding(room, now) && state.seat?.room.id !== room.id && state.elsewhere?.roomId !== room.id,
  )

const startOf = (room: Room): number => room.schedule?.startsAt ?? 0

function withRoom<State extends Scheduled>(state: State, room: Room, cancelled?: 'cancelled'): State {
  if (room.schedule === undefined) return state
  const { [room.id]: known, ...others } = state.scheduled
  const newest = Math.max(known?.version ?? 0, state.unscheduled[room.id]?.version ?? 0)
  if (newest >= room.version) return state
  const mine = state.me === null || isConcernedBy(room, state.me.id)
  if (mine && room.status !== 'ended') {
    const { [room.id]: _, ...unscheduled } = state.unscheduled
    return { ...state, scheduled: { ...others, [room.id]: room }, unscheduled }
  }
  const { series } = room.schedule
  const why = cancelled ?? (room.status === 'ended' ? 'over' : 'removed')
  return {
    ...state,
    scheduled: others,
    unscheduled: {
      ...state.unscheduled,
      [room.id]: { version: room.version, why, ...(series && { seriesId: series.id }) },
    },
  }
}
