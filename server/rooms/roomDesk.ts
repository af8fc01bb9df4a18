// The room and participant commands. Each runs inside one transaction and answers a Result; refusals come before any change.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { holdsBack } from '../../shared/entry.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Waiting } from '../../shared/protocol/lobby.ts'
import type { RoomListing } from '../../shared/protocol/rooms.ts'
import type { Participant, Room, RoomSnapshot, User } from '../../shared/protocol/things.ts'
import { applyToRing } from '../calls/ringing.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import { audit } from '../people/audit.ts'
import { findRings } from '../storage/callRows.ts'
import {
  findParticipant,
  findRoom,
  findRoomByCode,
  insertRoom,
  insideOf,
  isBarred,
  isLiveCode,
  memberRole,
  runningRoomsOf,
  seatDevices,
  seatOf,
  seatsIn,
  snapshotOf,
  toRoom,
  updateRoom,
  wasRungInto,
  type RoomRow,
} from '../storage/roomRows.ts'
import { isAttendee } from '../storage/scheduleRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { waitingIn, waitOf } from '../storage/waitingRows.ts'
import { noteRoom } from '../webhooks/events.ts'
import { createCode, parseCode } from './codes.ts'
import { concernedBy } from './concerned.ts'
import { endRoom } from './endRoom.ts'
import { enterOrWait, letIn, refuseBarred } from './entry.ts'
import { endWaits, endWaitsOfGuests, isAttended, tellLobby, tellWaiting, toWaiting } from './lobby.ts'
import { openToUser } from './beginning.ts'
import { enforceRights, lackAfter, takeBackAllowances } from './memberRights.ts'
import { revokeRingsWithoutRight } from './rights.ts'
import { enterRoom, loseSeat } from './seats.ts'

/** A room answer carries at most this many rooms in `room.list`. */
const ROOMS_LISTED_MAX = 50

/** The room, while it lives: `unknownRoom`, `roomEnded`. */
export async function findLiveRoom(db: Db, roomId: string): Promise<Result<RoomRow>> {
  return liveRoom(await findRoom(db, roomId))
}

export function liveRoom(room: RoomRow | null): Result<RoomRow> {
  if (room === null) return failure('unknownRoom', 'There is no such meeting.')
  if (room.status === 'ended') return failure('roomEnded', 'This meeting has ended.')
  return success(room)
}

/** The participant in a living room; also `notInRoom`. */
export async function findPresent(
  db: Db,
  roomId: string,
  userId: string,
): Promise<Result<{ room: RoomRow; participant: Participant }>> {
  const room = await findLiveRoom(db, roomId)
  if (!room.ok) return room
  const participant = await findParticipant(db, roomId, userId)
  if (participant === null) return failure('notInRoom', 'You are not in this meeting.')
  return success({ room: room.value, participant })
}

async function freshCode(db: Db, entropy: Entropy): Promise<string> {
  for (;;) {
    const code = createCode(entropy.bytes)
    if (!(await isLiveCode(db, code))) return code
  }
}

/** A running room with nobody in it, not stored yet. */
export async function newRoom(
  { db, now }: Work,
  identity: Pick<RoomRow, 'kind' | 'name' | 'ownerId'>,
  entropy: Entropy,
): Promise<RoomRow> {
  return {
    ...identity,
    id: entropy.uuid(),
    code: await freshCode(db, entropy),
    status: 'running',
    createdAt: now,
    endedAt: null,
    whoMayInvite: 'everyone',
    membersLack: '',
    membersLackBy: null,
    membersLackVersion: null,
    locked: 0,
    lobby: 0,
    guestsAllowed: 0,
    guestsWait: 1,
    passwordHash: null,
    version: 1,
    participantVersion: 0,
    emptySince: now,
    heldUntil: null,
  }
}

/** Stores a room that runs from now on. */
export async function openRoom(unit: Work, room: RoomRow): Promise<void> {
  await insertRoom(unit.db, room)
  await noteRoom(unit, 'room.started', await toRoom(unit.db, room))
}

export async function createRoom(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.create'>,
  entropy: Entropy,
): Promise<Result<RoomSnapshot>> {
  const room = await newRoom(unit, { kind: 'meeting', name: input.name, ownerId: device.userId }, entropy)
  await openRoom(unit, room)
  await audit(unit, { action: 'room.created', actor: { kind: 'user', id: device.userId }, roomId: room.id })
  const entered = await enterRoom(unit, room, device, input.leaveOther)
  return entered.ok ? success(await snapshotOf(unit.db, room.id)) : entered
}

export type Joined = { roomId: string } & ({ outcome: 'seated' } | { outcome: 'waiting'; waiting: Waiting })

/** `provenHash`: as `roomPasswords` gives it. */
export async function joinRoom(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.join'>,
  provenHash: string | null,
): Promise<Result<Joined>> {
  const room = liveRoom(await roomMeant(unit.db, input.room))
  if (!room.ok) return room
  const { id, kind } = room.value
  if (kind === 'direct' && !(await isConcerned(unit.db, id, device.userId))) {
    return failure('notAllowed', 'This is a call between two other people.')
  }
  if (await isBarred(unit.db, id, device.userId)) return refuseBarred()
  const open = await openToUser(unit, room.value, device.userId)
  if (!open.ok) return open
  const entered = await enterOrWait(unit, open.value, device, { leaveOther: input.leaveOther, provenHash })
  if (!entered.ok) return entered
  if (entered.value === 'seated') return success({ outcome: 'seated', roomId: id })
  const waiting = await findWaiting(unit.db, id, device)
  if (waiting === null) throw new Error('a wait that was just begun is gone')
  return success({ outcome: 'waiting', roomId: id, waiting })
}

/** What this device waits for in this room; null when it does not. */
export async function findWaiting(db: Db, roomId: string, device: DeviceKey): Promise<Waiting | null> {
  const row = await waitOf(db, device.userId)
  return row?.roomId === roomId && row.deviceId === device.deviceId ? toWaiting(db, row) : null
}

export async function roomMeant(db: Db, meant: CheckedInput<'room.join'>['room']): Promise<RoomRow | null> {
  if ('id' in meant) return findRoom(db, meant.id)
  const code = parseCode(meant.code)
  return code === null ? null : findRoomByCode(db, code)
}

export async function leaveRoom(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.leave'>,
): Promise<Result<object>> {
  const room = await findRoom(unit.db, input.roomId)
  if (room === null) return failure('unknownRoom', 'There is no such meeting.')
  const seat = await seatOf(unit.db, device.userId)
  // A device whose seat has moved elsewhere must not take the person out of the meeting.
  if (seat === null || seat.roomId !== room.id || seat.deviceId !== device.deviceId) {
    return failure('notInRoom', 'You are not in this meeting on this device.')
  }
  // Hanging up a call nobody has answered yet takes it back; in a meeting the others may go on waiting for the answer.
  if (room.kind === 'direct') {
    for (const call of await findRings(unit.db, { roomId: room.id, callerId: device.userId })) {
      await applyToRing(unit, call, { type: 'cancel', byUserId: device.userId })
    }
  }
  await loseSeat(unit, seat)
  return success({})
}

export async function endRoomByOwner(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.end'>,
): Promise<Result<object>> {
  const room = await findLiveRoom(unit.db, input.roomId)
  if (!room.ok) return room
  if (room.value.ownerId !== device.userId)
    return failure('notAllowed', 'Only the owner can end this meeting for everybody.')
  await endRoom(unit, room.value, device.userId)
  return success({})
}

const isConcerned = async (db: Db, roomId: string, userId: string): Promise<boolean> =>
  (await memberRole(db, roomId, userId)) !== null ||
  (await wasRungInto(db, roomId, userId)) ||
  (await isAttendee(db, roomId, userId))

/** For those inside, those who were, those rung into it, and those it was scheduled by and with. */
export async function getRoom(db: Db, userId: string, roomId: string): Promise<Result<RoomSnapshot>> {
  const room = await findRoom(db, roomId)
  if (room === null) return failure('unknownRoom', 'There is no such meeting.')
  if (room.ownerId !== userId && !(await isConcerned(db, roomId, userId)))
    return failure('notInRoom', 'You are not in this meeting.')
  if (await isBarred(db, roomId, userId)) return refuseBarred()
  return success(await snapshotOf(db, roomId))
}

export async function listRooms(db: Db, userId: string): Promise<Result<{ rooms: RoomListing[] }>> {
  const rooms: RoomListing[] = []
  for (const row of await runningRoomsOf(db, userId, ROOMS_LISTED_MAX)) {
    rooms.push({ room: await toRoom(db, row), ...(await insideOf(db, row.id)) })
  }
  return success({ rooms })
}

/** Name and settings, by owner and admins. `passwordHash`: undefined when it stays. */
export async function updateRoomByAdmin(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.update'>,
  passwordHash: string | null | undefined,
): Promise<Result<{ room: Room }>> {
  const present = await findPresent(unit.db, input.roomId, device.userId)
  if (!present.ok) return present
  const { room, participant } = present.value
  if (participant.role === 'member' || room.kind === 'direct') {
    return failure('notAllowed', 'Only the owner and admins of a meeting can change this.')
  }
  if (typeof input.password === 'string' && typeof passwordHash !== 'string')
    return failure('conflict', 'Your rights have just changed. Try again.')
  const changed: RoomRow = {
    ...room,
    name: input.name ?? room.name,
    whoMayInvite: input.settings?.whoMayInvite ?? room.whoMayInvite,
    ...entryRules(room, input),
    passwordHash: passwordHash === undefined ? room.passwordHash : passwordHash,
    version: room.version + 1,
    ...lackAfter(room, device.userId, input.settings?.membersMay),
  }
  await updateRoom(unit.db, room.id, changesOf(changed))
  const { settings = {} } = input
  const named = [...Object.keys(settings), ...(input.name === undefined ? [] : ['name'])]
  const details = { changed: [...named, ...(input.password === undefined ? [] : ['password'])].join(' ') }
  await audit(unit, { action: 'room.changed', actor: { kind: 'user', id: device.userId }, roomId: room.id, details })
  const devices = seatDevices(await seatsIn(unit.db, room.id))
  const told = await toRoom(unit.db, changed)
  const to = { devices, users: concernedBy(told) }
  unit.effects.push({
    kind: 'send',
    to,
    event: { name: 'room.updated', payload: { room: told, by: participant.user } },
  })
  await revokeRingsWithoutRight(unit, changed, device.userId)
  await takeBackAllowances(unit, room.id, input.settings?.membersMay)
  await enforceRights(unit, changed, device.userId)
  await settleLobby(unit, room, changed, participant.user)
  return success({ room: told })
}

const flag = (wanted: boolean | undefined, now: number) => (wanted === undefined ? now : wanted ? 1 : 0)

const entryRules = (
  room: RoomRow,
  { settings = {} }: CheckedInput<'room.update'>,
): Pick<RoomRow, 'locked' | 'lobby' | 'guestsAllowed' | 'guestsWait'> => ({
  locked: flag(settings.locked, room.locked),
  lobby: flag(settings.lobby, room.lobby),
  guestsAllowed: flag(settings.guestsAllowed, room.guestsAllowed),
  guestsWait: flag(settings.guestsWait, room.guestsWait),
})

const changesOf = (row: RoomRow): Partial<RoomRow> => {
  const { name, whoMayInvite, locked, lobby, guestsAllowed, guestsWait, passwordHash, version } = row
  const { membersLack, membersLackBy, membersLackVersion } = row
  return {
    name,
    whoMayInvite,
    locked,
    lobby,
    guestsAllowed,
    guestsWait,
    passwordHash,
    membersLack,
    membersLackBy,
    membersLackVersion,
    version,
  }
}

/** Whoever waits and need not any more is let in, or, while the meeting is locked, told so. Where guests are not wanted none waits. */
async function settleLobby(unit: Work, before: RoomRow, room: RoomRow, by: User): Promise<void> {
  if (room.guestsAllowed === 0 && before.guestsAllowed === 1) await endWaitsOfGuests(unit, room.id, 'noGuests')
  const rules = { lobby: room.lobby === 1, guestsWait: room.guestsWait === 1 }
  const rows = await waitingIn(unit.db, room.id)
  const released = rows.filter(({ guestOf }) => !holdsBack(rules, { guest: guestOf !== null }))
  if (released.length > 0 && room.locked === 1) await endWaits(unit, room.id, released, 'roomLocked')
  else if (released.length > 0) await letIn(unit, room, released, by)
  if (!isAttended(room)) return
  if (!isAttended(before)) await tellLobby(unit, room.id)
  if (before.name !== room.name) await tellWaiting(unit, room.id)
}
