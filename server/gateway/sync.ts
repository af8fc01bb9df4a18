// Everything a device must show after it has (re)connected (calls.md, section 7).
import { isRinging, seenBy } from '../../shared/call/call.ts'
import { PENDING_KEEP_MS } from '../../shared/call/limits.ts'
import { looksAfter } from '../../shared/entry.ts'
import type { Sync } from '../../shared/protocol/session.ts'
import type { Call, Ring } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { ringOf } from '../calls/ringing.ts'
import { SCHEDULED_SYNCED_MAX } from '../../shared/schedule/limits.ts'
import type { PresenceBoard } from '../people/presence.ts'
import { requestsFor } from '../rooms/requestNews.ts'
import { elsewhereOf } from '../rooms/elsewhere.ts'
import { upcomingRooms } from '../rooms/schedule.ts'
import { blockedBy, isSilenced } from '../storage/blockRows.ts'
import { findRings, missedCalls, pendingCalls } from '../storage/callRows.ts'
import { contactsOf } from '../storage/reachRows.ts'
import { findLobby } from '../rooms/lobby.ts'
import { findWaiting } from '../rooms/roomDesk.ts'
import { findParticipant, findRoom, removalsOf, seatOf, snapshotOf } from '../storage/roomRows.ts'
import { denialsOf, waitOf } from '../storage/waitingRows.ts'
import type { Db } from '../storage/store.ts'
import { findUser, policyAt } from '../storage/userRows.ts'
import type { Connection } from './connections.ts'

const MISSED_MAX = 100
const ROOM_CALLS_MAX = 300

export async function makeSync(
  db: Db,
  now: number,
  { user, guestOf, device }: Connection,
  presence: PresenceBoard,
  lastSyncAt: number | undefined,
): Promise<Sync> {
  const seat = await seatOf(db, user.id)
  const seatHere = seat !== null && seat.deviceId === device.id
  const rings: Ring[] = []
  for (const call of await findRings(db, { calleeId: user.id })) {
    if (isRinging(call, now) && !(await isSilenced(db, call.id))) rings.push(await ringOf(db, call))
  }
  const mine = await findRings(db, { callerId: user.id })
  // Guests hear of nobody who is not inside with them: neither of whoever is being rung nor of who can be reached.
  const ofRoom =
    seatHere && guestOf === null
      ? await pendingCalls(db, {
          roomId: seat.roomId,
          endedSince: now - PENDING_KEEP_MS,
          before: null,
          limit: ROOM_CALLS_MAX,
        })
      : []
  const calls = new Map<string, Call>([...mine, ...ofRoom].map((call) => [call.id, seenBy(call, user.id)]))
  const me = await findUser(db, user.id)
  // A device that was never synced is told what its user has missed since they were last online anywhere.
  const since = lastSyncAt ?? me?.lastSeenAt ?? me?.createdAt ?? now
  return {
    serverNow: now,
    me: user,
    role: me?.role ?? 'user',
    deviceId: device.id,
    policy: policyAt(me ?? { declineWhenBusy: 0, doNotDisturbUntil: null, whoMayRing: 'everyone' }, now),
    blocked: await blockedBy(db, user.id),
    contacts: await contactsOf(db, user.id),
    rings,
    calls: [...calls.values()],
    seat: seatHere ? await snapshotOf(db, seat.roomId) : null,
    requests: seatHere ? await requestsFor(db, seat.roomId, user.id, now) : [],
    elsewhere: seat === null || seatHere ? null : await elsewhereOf(db, seat),
    waiting: await waitingHere(db, { userId: user.id, deviceId: device.id }),
    lobby: seatHere ? await lobbyFor(db, seat.roomId, user.id) : null,
    denied: await denialsOf(db, user.id, now),
    removed: await removalsOf(db, user.id),
    scheduled: await upcomingRooms(db, { userId: user.id, after: null, limit: SCHEDULED_SYNCED_MAX }),
    missed: await missedCalls(db, user.id, since, MISSED_MAX),
    presence: guestOf === null ? await presence.online(db, user.id, now) : [],
  }
}

async function waitingHere(db: Db, device: DeviceKey): Promise<Sync['waiting']> {
  const row = await waitOf(db, device.userId)
  return row === null ? null : findWaiting(db, row.roomId, device)
}

async function lobbyFor(db: Db, roomId: string, userId: string): Promise<Sync['lobby']> {
  const participant = await findParticipant(db, roomId, userId)
  const room = await findRoom(db, roomId)
  return room !== null && looksAfter(participant?.role ?? null) ? findLobby(db, room) : null
}
