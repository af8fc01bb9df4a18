// What this device knows: plain, immutable state made by pure functions. Sync replaces it, events patch it by version, so that
// duplicated, reordered or late news is harmless. Every surface (tray, pop-up, list, tiles) is a projection of it.
import { isMissed, isMutual, isRinging, isTerminal } from '../call/call.ts'
import { PENDING_KEEP_MS } from '../call/limits.ts'
import type { Handled } from '../protocol/calls.ts'
import type { EventPayload, ServerEvent } from '../protocol/contract.ts'
import type { Elsewhere, Sync } from '../protocol/session.ts'
import type { AccountRole } from '../protocol/trust.ts'
import type {
  Call,
  Participant,
  Policy,
  Presence,
  Removal,
  Ring,
  Role,
  RoomSnapshot,
  User,
} from '../protocol/things.ts'
import {
  emptyLobby,
  stopWaiting,
  syncLobby,
  withLobby,
  withLobbyEvent,
  type LobbyNews,
  type LobbyState,
} from './lobby.ts'
import { requestsOfSync, withRequest, type Requests } from './requests.ts'
import { syncScheduled, withScheduledEvent, type Scheduled } from './scheduled.ts'

export type PresenceEntry = { presence: Presence; lastSeenAt?: number | undefined }

export type MirrorState = LobbyState & {
  /** Null until the first sync. */
  me: User | null
  /** Whether this person looks after the server. */
  role: AccountRole
  deviceId: string | null
  /** Which rings this person lets through. */
  policy: Policy
  /** Whose rings do not reach this person. */
  blocked: readonly User[]
  /** Whom this person has starred, by name. */
  contacts: readonly User[]
  /** The server's clock minus this machine's, in ms. */
  clockOffsetMs: number
  /** Every call this device has heard of and not yet forgotten, by id. */
  calls: Readonly<Record<string, Call>>
  /** What goes with rings addressed to this user, by call id. */
  rings: Readonly<Record<string, Ring>>
  /** Where a ring was answered or declined on another device of this user, by call id. */
  handled: Readonly<Record<string, Handled>>
  /** The room this device is in. */
  seat: RoomSnapshot | null
  /** Why the last seat went without this person's doing; null after entering a room. */
  seatLost: {
    roomId: string
    reason: EventPayload<'participant.seatLost'>['reason'] | 'ended'
    /** With `removed`. */
    removal?: Removal | undefined
    /** Of the room's counter, when an event told: a seat with a greater one was taken afterwards. */
    version?: number | undefined
  } | null
  /** Requests in the seat's room that this device was told of, open or over, by id. */
  requests: Requests
  /** The last one who was removed from the seat's room by somebody else, while this device was told of it. */
  lastRemoved: { user: User; by: User; version: number } | null
  /** Who last changed the seat's room, and the version that made; null when no event told. */
  lastChange: { by: User; version: number } | null
  elsewhere: Elsewhere
  /** Scheduled meetings of this user that are not over yet, by id. */
  scheduled: Scheduled['scheduled']
  /** Those that are no concern of this user any more, by id. */
  unscheduled: Scheduled['unscheduled']
  missed: readonly Call[]
  /** Missed calls that ended up to here (server clock) have been looked at. */
  missedSeenAt: number
  presence: Readonly<Record<string, PresenceEntry>>
  /** Users who left the seat's room, with the room's version then: a late join event must not bring them back. */
  departed: Readonly<Record<string, number>>
  /** Room news that arrived before the answer that seats this device. */
  early: readonly ServerEvent[]
  speakers: readonly string[]
}

export const emptyMirror: MirrorState = {
  ...emptyLobby,
  me: null,
  role: 'user',
  deviceId: null,
  policy: { declineWhenBusy: false, doNotDisturbUntil: null, whoMayRing: 'everyone' },
  blocked: [],
  contacts: [],
  clockOffsetMs: 0,
  calls: {},
  rings: {},
  handled: {},
  seat: null,
  seatLost: null,
  requests: {},
  lastRemoved: null,
  lastChange: null,
  elsewhere: null,
  scheduled: {},
  unscheduled: {},
  missed: [],
  missedSeenAt: 0,
  presence: {},
  departed: {},
  early: [],
  speakers: [],
}

const EARLY_MAX = 200

/** The server's clock as this device knows it. `now` in ms on this machine's clock. */
export const serverNow = (state: MirrorState, now: number): number => now + state.clockOffsetMs

/** The state after a sync. The offset takes the answer to be made half-way between sending and receiving. */
export function applySync(state: MirrorState, sync: Sync, sentAt: number, receivedAt: number): MirrorState {
  const calls: Record<string, Call> = {}
  for (const call of [...sync.missed, ...sync.calls, ...sync.rings.map((ring) => ring.call)]) keepNewer(calls, call)
  // Endings this device has seen lately stay, so that the surfaces can go on saying why a ring stopped.
  const lately = sync.serverNow - PENDING_KEEP_MS
  for (const call of Object.values(state.calls))
    if (isTerminal(call.status) && (call.endedAt ?? 0) > lately) keepNewer(calls, call)
  const sameRoom = sync.seat !== null && state.seat?.room.id === sync.seat.room.id
  return {
    ...emptyMirror,
    me: sync.me,
    role: sync.role,
    deviceId: sync.deviceId,
    policy: sync.policy,
    blocked: sync.blocked,
    contacts: sync.contacts,
    clockOffsetMs: sync.serverNow - (sentAt + receivedAt) / 2,
    calls,
    rings: { ...pick(state.rings, (id) => id in calls), ...byId(sync.rings, (ring) => ring.call.id) },
    handled: pick(state.handled, (id) => id in calls),
    seat: sync.seat,
    seatLost: state.seat && !sync.seat ? lostMeanwhile(state.seat, sync) : state.seatLost,
    requests: requestsOfSync(sameRoom ? state.requests : {}, sync.requests),
    elsewhere: sync.elsewhere,
    ...syncLobby(state, sync),
    ...syncScheduled(state, sync.scheduled),
    missed: mergeMissed(state, sync.missed),
    missedSeenAt: state.missedSeenAt,
    presence: Object.fromEntries(sync.presence.map((person) => [person.user.id, presenceOf(person)])),
    speakers: sameRoom ? state.speakers : [],
  }
}

function lostMeanwhile({ room }: RoomSnapshot, { elsewhere, removed }: Sync): NonNullable<MirrorState['seatLost']> {
  const roomId = room.id
  if (elsewhere?.roomId === roomId) return { roomId, reason: 'movedToOtherDevice' }
  const removal = removed.find((one) => one.roomId === roomId)
  if (!removal) return { roomId, reason: 'gone' }
  return { roomId, reason: 'removed', removal: { by: removal.by, mayReturn: removal.mayReturn } }
}

/** The state after one event; the same state (the very object) when the event brings nothing new. */
export function applyEvent(state: MirrorState, event: ServerEvent, now: number): MirrorState {
  switch (event.name) {
    case 'call.received': {
      const known = applyCall(state, event.payload.ring.call, now)
      return known === state
        ? state
        : { ...known, rings: { ...known.rings, [event.payload.ring.call.id]: event.payload.ring } }
    }
    case 'call.updated':
    case 'call.accepted':
    case 'call.rejected':
    case 'call.timeout':
    case 'call.cancelled':
    case 'call.revokedByAdmin':
      return applyCall(state, event.payload.call, now)
    case 'call.handledByOtherDevice': {
      const { call, ...handled } = event.payload
      const told = applyCall(state, call, now)
      return { ...told, handled: { ...told.handled, [call.id]: handled } }
    }
    case 'people.policyChanged':
      return { ...state, policy: event.payload.policy }
    case 'people.blockedChanged':
      return withBlocked(state, event.payload.blocked)
    case 'people.contactsChanged':
      return { ...state, contacts: event.payload.contacts }
    case 'session.roleChanged':
      return { ...state, role: event.payload.role }
    case 'session.elsewhere':
      return { ...state, elsewhere: event.payload.elsewhere }
    case 'presence.changed': {
      const told = event.payload.people.map(({ userId, ...entry }) => [userId, entry] as const)
      return { ...state, presence: { ...state.presence, ...Object.fromEntries(told) } }
    }
    default: {
      const ofLobby = withLobbyEvent(state, event)
      return ofLobby ? withNews(ofLobby) : applyRoomEvent(withScheduledEvent(state, event), event)
    }
  }
}

/** What they ring now rings on, but not here. */
function withBlocked(state: MirrorState, blocked: readonly User[]): MirrorState {
  const ids = new Set(blocked.map(({ id }) => id))
  const silenced = ({ call }: Ring) => state.calls[call.id]?.status === 'calling' && ids.has(call.caller.id)
  const gone = new Set(Object.values(state.rings).flatMap((ring) => (silenced(ring) ? [ring.call.id] : [])))
  const stays = (id: string) => !gone.has(id)
  return { ...state, blocked, rings: pick(state.rings, stays), calls: pick(state.calls, stays) }
}

/** What the lobby has brought: at best a seat. */
export const withNews = (news: LobbyNews<MirrorState>): MirrorState =>
  news.kind === 'admitted' ? enterRoom(news.state, news.snapshot) : news.state

/** Calls that came with an answer rather than an event. */
export function applyCalls(state: MirrorState, calls: readonly Call[], now: number): MirrorState {
  return calls.reduce((known, call) => applyCall(known, call, now), state)
}

/**
 * This device has entered a room: an answer said so. News that overtook the answer, or is newer than it, stays. `lostBefore`: the
 * loss that was known when the seat was asked for; the server knew of it too, and let this device in.
 */
export function enterRoom(
  state: MirrorState,
  snapshot: RoomSnapshot,
  lostBefore: MirrorState['seatLost'] = null,
): MirrorState {
  if (state.seat?.room.id === snapshot.room.id) return enterAgain(state, state.seat, snapshot)
  // Entering drew the latest number of the room's counter: what has no greater one is in the snapshot, or over (its bearer has left).
  const latest = Math.max(0, ...snapshot.participants.map((participant) => participant.version))
  if (state.seatLost !== lostBefore && isGone(state.seatLost, snapshot.room.id, latest)) return state
  const seated = forgetOthersCalls({
    ...stopWaiting(state),
    lobby: null,
    lastChange: null,
    seat: snapshot,
    seatLost: null,
    requests: {},
    lastRemoved: null,
    elsewhere: null,
    departed: {},
    early: [],
    speakers: [],
  })
  const isNews = (event: ServerEvent) => {
    if (event.name === 'participant.seatLost') return event.payload.version > latest
    const changes = event.name === 'participant.joined' || event.name === 'participant.updated'
    return !changes || event.payload.participant.version > latest
  }
  return state.early.filter(isNews).reduce((known, event) => applyRoomEvent(known, event), seated)
}

/** A sync told of this seat before the answer did, and by now it is known that it went: for good when the room has ended. */
const isGone = (lost: MirrorState['seatLost'], roomId: string, latest: number): boolean =>
  lost?.roomId === roomId && (lost.reason === 'ended' || (lost.version ?? 0) > latest)

/** The room this device has been told about all along: versions decide, thing by thing. */
function enterAgain(state: MirrorState, seat: RoomSnapshot, snapshot: RoomSnapshot): MirrorState {
  const room = snapshot.room.version > seat.room.version ? snapshot.room : seat.room
  const seated: MirrorState = {
    ...stopWaiting(state),
    seat: withOneOwner({ ...seat, room }),
    seatLost: null,
    elsewhere: null,
  }
  return snapshot.participants.reduce(
    (known, participant) => (known.seat ? withParticipant(known, known.seat, participant) : known),
    seated,
  )
}

/** This device has left the room by its own doing. */
export function leaveRoom(state: MirrorState, roomId: string): MirrorState {
  if (state.seat?.room.id !== roomId) return state
  return forgetOthersCalls({
    ...state,
    lobby: null,
    seat: null,
    seatLost: null,
    requests: {},
    lastRemoved: null,
    departed: {},
    speakers: [],
  })
}

export function forgetMissed(state: MirrorState): MirrorState {
  if (!state.missed.length) return state
  const seenAt = Math.max(state.missedSeenAt, ...state.missed.map((call) => call.endedAt ?? 0))
  return { ...state, missed: [], missedSeenAt: seenAt }
}

/** Rings to show now on this device, newest first. `now` on this machine's clock. */
export function ringingHere(state: MirrorState, now: number): Ring[] {
  const at = serverNow(state, now)
  return Object.values(state.rings)
    .flatMap((ring) => {
      const call = state.calls[ring.call.id]
      return call && isRinging(call, at) ? [{ ...ring, call }] : []
    })
    .sort((one, other) => other.call.createdAt - one.call.createdAt || (one.call.id < other.call.id ? 1 : -1))
}

/** The pending-call list of the seat's room: ringing, or ended lately without joining; ringing ones first, then newest first. */
export function pendingCalls(state: MirrorState, now: number): Call[] {
  const roomId = state.seat?.room.id
  const lately = serverNow(state, now) - PENDING_KEEP_MS
  const mine = Object.values(state.calls).filter((call) => call.roomId === roomId)
  const latest = new Map<string, Call>()
  for (const call of mine.sort((one, other) => one.createdAt - other.createdAt)) latest.set(call.callee.id, call)
  const inside = new Set(state.seat?.participants.map((participant) => participant.user.id))
  return [...latest.values()]
    .filter(
      (call) =>
        call.status === 'calling' ||
        (!inside.has(call.callee.id) && call.status !== 'accepted' && (call.endedAt ?? 0) > lately),
    )
    .sort(
      (one, other) =>
        Number(isTerminal(one.status)) - Number(isTerminal(other.status)) || other.createdAt - one.createdAt,
    )
}

/** This device is told of every change of this call: its user is a side of it, or is inside the room. */
const isTold = ({ me, seat }: MirrorState, call: Call): boolean =>
  me === null || call.caller.id === me.id || call.callee.id === me.id || seat?.room.id === call.roomId

/** Nobody tells this device how the rings of a room end that it is not in any more; the next entry asks for them anew. */
function forgetOthersCalls(state: MirrorState): MirrorState {
  if (Object.values(state.calls).every((call) => isTold(state, call))) return state
  return { ...state, calls: Object.fromEntries(Object.entries(state.calls).filter(([, call]) => isTold(state, call))) }
}

function applyCall(state: MirrorState, call: Call, now: number): MirrorState {
  if (!isTold(state, call)) return state
  const known = state.calls[call.id]
  if (known && known.version >= call.version) return state
  const mine = call.callee.id === state.me?.id && isMissed(call)
  const mutual = Object.values(state.calls).some((other) => isMutual(call, other))
  const told = mine && !mutual ? mergeMissed(state, [call]) : state.missed
  const missed = told.some((other) => isMutual(other, call)) ? told.filter((other) => !isMutual(other, call)) : told
  return forgetOld({ ...state, calls: { ...state.calls, [call.id]: call }, missed }, now)
}

function forgetOld(state: MirrorState, now: number): MirrorState {
  const lately = serverNow(state, now) - PENDING_KEEP_MS
  const old = Object.values(state.calls).filter((call) => isTerminal(call.status) && (call.endedAt ?? 0) < lately)
  if (!old.length) return state
  const gone = new Set(old.map((call) => call.id))
  const keep = (id: string) => !gone.has(id)
  return {
    ...state,
    calls: pick(state.calls, keep),
    rings: pick(state.rings, keep),
    handled: pick(state.handled, keep),
  }
}

function applyRoomEvent(state: MirrorState, event: ServerEvent): MirrorState {
  const roomId = roomOf(event)
  if (roomId === null) return state
  if (state.seat?.room.id !== roomId) return { ...state, early: [...state.early, event].slice(-EARLY_MAX) }
  switch (event.name) {
    case 'participant.seatLost': {
      const mine = state.seat.participants.find(({ user }) => user.id === state.me?.id)
      // Told late: the seat was taken anew meanwhile.
      return mine && mine.version >= event.payload.version ? state : seatGone(state, event.payload)
    }
    case 'room.ended':
      return seatGone(state, { roomId, reason: 'ended' })
    case 'room.updated':
    case 'room.rescheduled': {
      const { room } = event.payload
      if (room.version <= state.seat.room.version) return state
      const by = 'by' in event.payload ? event.payload.by : undefined
      const lastChange = by ? { by, version: room.version } : null
      return { ...state, lastChange, seat: withOneOwner({ ...state.seat, room }) }
    }
    case 'lobby.changed':
      return withLobby(state, event.payload.lobby)
    case 'participant.joined':
    case 'participant.updated':
      return withParticipant(state, state.seat, event.payload.participant)
    case 'participant.left':
      return withoutParticipant(state, state.seat, event.payload)
    case 'participant.requestChanged':
      return withRequest(state, event.payload.request)
    case 'media.speakers':
      return { ...state, speakers: event.payload.userIds }
    default:
      return state
  }
}

function roomOf(event: ServerEvent): string | null {
  switch (event.name) {
    case 'room.updated':
    case 'room.rescheduled':
    case 'room.ended':
      return event.payload.room.id
    case 'participant.joined':
    case 'participant.updated':
      return event.payload.participant.roomId
    case 'participant.requestChanged':
      return event.payload.request.roomId
    case 'participant.left':
    case 'participant.seatLost':
    case 'media.speakers':
      return event.payload.roomId
    case 'lobby.changed':
      return event.payload.lobby.roomId
    default:
      return null
  }
}

const seatGone = (state: MirrorState, seatLost: NonNullable<MirrorState['seatLost']>): MirrorState =>
  forgetOthersCalls({
    ...state,
    lobby: null,
    seat: null,
    seatLost,
    requests: {},
    lastRemoved: null,
    departed: {},
    speakers: [],
  })

function withParticipant(state: MirrorState, seat: RoomSnapshot, participant: Participant): MirrorState {
  const userId = participant.user.id
  if ((state.departed[userId] ?? 0) >= participant.version) return state
  const known = seat.participants.find((other) => other.user.id === userId)
  if (known && known.version >= participant.version) return state
  const participants = known
    ? seat.participants.map((other) => (other === known ? participant : other))
    : [...seat.participants, participant]
  return { ...state, seat: withOneOwner({ ...seat, participants }) }
}

/**
 * A new owner is told as three things with versions of their own: the room, and two roles. Whichever comes first, the room says who
 * is the owner, and whoever else bears that role was, or is about to be: as a former owner they are an admin, and a newer word of
 * theirs is on its way.
 */
function withOneOwner(seat: RoomSnapshot): RoomSnapshot {
  const { ownerId } = seat.room
  const roleOf = ({ user, role }: Participant): Role =>
    user.id === ownerId ? 'owner' : role === 'owner' ? 'admin' : role
  if (seat.participants.every((one) => roleOf(one) === one.role)) return seat
  return { ...seat, participants: seat.participants.map((one) => ({ ...one, role: roleOf(one) })) }
}

function withoutParticipant(
  state: MirrorState,
  seat: RoomSnapshot,
  left: EventPayload<'participant.left'>,
): MirrorState {
  const known = seat.participants.find((other) => other.user.id === left.userId)
  const departed = { ...state.departed, [left.userId]: Math.max(left.version, state.departed[left.userId] ?? 0) }
  if (!known || known.version >= left.version) return { ...state, departed }
  const lastRemoved = left.removedBy
    ? { user: known.user, by: left.removedBy, version: left.version }
    : state.lastRemoved
  return {
    ...state,
    departed,
    lastRemoved,
    seat: { ...seat, participants: seat.participants.filter((other) => other !== known) },
    speakers: state.speakers.filter((userId) => userId !== left.userId),
  }
}

function keepNewer(calls: Record<string, Call>, call: Call): void {
  const known = calls[call.id]
  if (!known || known.version < call.version) calls[call.id] = call
}

function mergeMissed(state: MirrorState, more: readonly Call[]): readonly Call[] {
  const unseen = more.filter((call) => (call.endedAt ?? 0) > state.missedSeenAt)
  const merged = new Map([...state.missed, ...unseen].map((call) => [call.id, call]))
  return [...merged.values()].sort((one, other) => other.createdAt - one.createdAt).slice(0, 100)
}

const presenceOf = (entry: PresenceEntry): PresenceEntry => ({ presence: entry.presence, lastSeenAt: entry.lastSeenAt })

const byId = <Value>(values: readonly Value[], idOf: (value: Value) => string): Record<string, Value> =>
  Object.fromEntries(values.map((value) => [idOf(value), value]))

const pick = <Value>(values: Readonly<Record<string, Value>>, keep: (id: string) => boolean): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).filter(([id]) => keep(id)))
