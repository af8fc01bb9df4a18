// Who gets in: what the pure rule (shared/entry.ts) has to know, and what its decisions mean here.
import { mayEnterNow, type EntryDecision, type EntryRoom, type EntryUser } from '../../shared/entry.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Role, User } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { isMemberInside } from '../storage/guestRows.ts'
import { findRings } from '../storage/callRows.ts'
import { findMember, memberRole, seatOf, snapshotOf, type RoomRow } from '../storage/roomRows.ts'
import { isAttendee } from '../storage/scheduleRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { deleteWaiting, denialsOf, type WaitingRow } from '../storage/waitingRows.ts'
import { findUser } from '../storage/userRows.ts'
import { tellOtherDevices } from './elsewhere.ts'
import { beginWait, endWait, tellLobby } from './lobby.ts'
import { dropSeat, enterRoom, loseSeat } from './seats.ts'

/** `provenHash`: the password given has this hash. */
export async function decideEntry(
  db: Db,
  room: RoomRow,
  userId: string,
  now: number,
  provenHash: string | null = null,
): Promise<EntryDecision> {
  const { passwordHash } = room
  const passwordGiven = passwordHash !== null && passwordHash === provenHash
  return mayEnterNow(await rulesOf(db, room), { ...(await entryUser(db, room, userId, now)), passwordGiven })
}

/** Why somebody without an account, of whom nothing is known yet, need not even say who they are; null when they may come. */
export async function refuseStranger(db: Db, room: RoomRow): Promise<Failure | null> {
  const decision = mayEnterNow(await rulesOf(db, room), stranger)
  if (decision !== 'enter' && decision !== 'wait' && decision !== 'denied') return WORDS[decision]
  return null
}

const stranger: EntryUser = {
  guest: true,
  role: null,
  seated: false,
  removed: false,
  barred: false,
  attendee: false,
  rungBy: null,
  passwordGiven: true,
  deniedForMs: 0,
}

async function rulesOf(db: Db, room: RoomRow): Promise<EntryRoom> {
  return {
    locked: room.locked === 1,
    lobby: room.lobby === 1,
    hasPassword: room.passwordHash !== null,
    guestsAllowed: room.guestsAllowed === 1,
    guestsWait: room.guestsWait === 1,
    memberInside: await isMemberInside(db, room.id),
  }
}

async function entryUser(
  db: Db,
  room: RoomRow,
  userId: string,
  now: number,
): Promise<Omit<EntryUser, 'passwordGiven'>> {
  const member = await findMember(db, room.id, userId)
  const denial = (await denialsOf(db, userId, now)).find((one) => one.roomId === room.id)
  return {
    guest: (await findUser(db, userId))?.guestOf !== null,
    role: room.ownerId === userId ? 'owner' : (member?.role ?? null),
    seated: (await seatOf(db, userId))?.roomId === room.id,
    removed: member !== null && member.removedBy !== null,
    barred: member?.mayReturn === 0,
    attendee: await isAttendee(db, room.id, userId),
    rungBy: await roleOfCaller(db, room.id, userId, now),
    deniedForMs: denial === undefined ? 0 : denial.until - now,
  }
}

/** Null when nobody rings this user into the room now. */
async function roleOfCaller(db: Db, roomId: string, calleeId: string, now: number): Promise<Role | null> {
  const [ring] = (await findRings(db, { roomId, calleeId })).filter((call) => call.expiresAt > now)
  return ring === undefined ? null : ((await memberRole(db, roomId, ring.caller.id)) ?? 'member')
}

const WORDS: Record<Exclude<EntryDecision, 'enter' | 'wait' | 'denied'>, Failure> = {
  // A ring of the owner or an admin is what lets them in again (`callDesk`).
  barred: failure('notAllowed', 'You were removed from this meeting. Its owner or an admin can ring you in.'),
  noGuests: failure('notAllowed', 'This meeting takes no guests. Sign in to join it.', { field: 'guests' }),
  nobodyInside: failure('notAllowed', 'Nobody who could receive you is in this meeting yet.', { field: 'inside' }),
  locked: failure('roomLocked', 'This meeting is locked. Its owner or an admin can ring you in.'),
  wrongPassword: failure('wrongPassword', 'This meeting asks for its password.', { field: 'password' }),
}

export const refuseBarred = (): Failure => WORDS.barred

async function refuse(db: Db, decision: keyof typeof WORDS | 'denied', room: RoomRow, userId: string, now: number) {
  if (decision !== 'denied') return WORDS[decision]
  const denial = (await denialsOf(db, userId, now)).find((one) => one.roomId === room.id)
  const retryAfterMs = Math.max(0, (denial?.until ?? now) - now)
  return failure('notAllowed', 'You were not let in. Ask again in a while.', { field: 'lobby', retryAfterMs })
}

/** Seats this device, or has it wait; else the refusal of the rule, `inOtherRoom` or `roomFull`. */
export async function enterOrWait(
  unit: Work,
  room: RoomRow,
  device: DeviceKey,
  { leaveOther, provenHash }: { leaveOther: boolean; provenHash: string | null },
): Promise<Result<'seated' | 'waiting'>> {
  const { userId } = device
  const decision = await decideEntry(unit.db, room, userId, unit.now, provenHash)
  if (decision === 'enter') {
    const entered = await enterRoom(unit, room, device, leaveOther)
    return entered.ok ? success('seated') : entered
  }
  if (decision !== 'wait') return refuse(unit.db, decision, room, userId, unit.now)
  const seat = await seatOf(unit.db, userId)
  if (seat !== null && !leaveOther)
    return failure('inOtherRoom', 'You are in another meeting. Leave it to wait for this one.')
  if (seat !== null) {
    await loseSeat(unit, seat, { seatLost: 'leftForOtherRoom', unless: device })
    await tellOtherDevices(unit, userId)
  }
  const waits = await beginWait(unit, room, device)
  return waits.ok ? success('waiting') : waits
}

/** Gives those a seat who wait; their devices learn it with the whole room. Gives whom it let in. */
export async function letIn(unit: Work, room: RoomRow, rows: readonly WaitingRow[], by: User): Promise<Set<string>> {
  const seated: WaitingRow[] = []
  for (const row of rows) {
    const device = { userId: row.userId, deviceId: row.deviceId }
    await deleteWaiting(unit.db, row.userId)
    const entered = await enterRoom(unit, room, device, false)
    // Whoever waits has no seat elsewhere: taking one ends the wait.
    if (!entered.ok) await endWait(unit, row, 'elsewhere')
    else seated.push(row)
    if (row.droppedAt !== null) await dropSeat(unit, device)
  }
  // Once all are inside: each of them is told the same room.
  const snapshot = await snapshotOf(unit.db, room.id)
  for (const { userId, deviceId } of seated) {
    const version = snapshot.participants.find(({ user }) => user.id === userId)?.version ?? room.participantVersion
    const to = { devices: [{ userId, deviceId }] }
    unit.effects.push({ kind: 'send', to, event: { name: 'lobby.admitted', payload: { snapshot, by, version } } })
  }
  if (rows.length > 0) await tellLobby(unit, room.id)
  return new Set(seated.map(({ userId }) => userId))
}
