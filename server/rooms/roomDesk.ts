// The room and participant commands. Each runs inside one transaction and answers a Result; refusals come before any change.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { RoomListing } from '../../shared/protocol/rooms.ts'
import type { Participant, RoomSnapshot } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import {
  findParticipant,
  findRoom,
  findRoomByCode,
  insertRoom,
  insideOf,
  isLiveCode,
  memberRole,
  putMember,
  runningRoomsOf,
  seatOf,
  snapshotOf,
  toRoom,
  wasRungInto,
  type RoomRow,
} from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { createCode, parseCode } from './codes.ts'
import { endRoom } from './endRoom.ts'
import { changeSeat, enterRoom, loseSeat } from './seats.ts'

/** A room answer carries at most this many rooms in `room.list`. */
const ROOMS_LISTED_MAX = 50

/** The room, while it lives: `unknownRoom`, `roomEnded`. */
export async function findLiveRoom(db: Db, roomId: string): Promise<Result<RoomRow>> {
  return liveRoom(await findRoom(db, roomId))
}

function liveRoom(room: RoomRow | null): Result<RoomRow> {
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

export async function createRoom(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.create'>,
  entropy: Entropy,
): Promise<Result<RoomSnapshot>> {
  const room: RoomRow = {
    id: entropy.uuid(),
    code: await freshCode(unit.db, entropy),
    kind: 'meeting',
    name: input.name,
    ownerId: device.userId,
    status: 'running',
    createdAt: unit.now,
    endedAt: null,
    whoMayInvite: 'everyone',
    version: 1,
    participantVersion: 0,
    emptySince: unit.now,
  }
  await insertRoom(unit.db, room)
  const entered = await enterRoom(unit, room, device, input.leaveOther)
  return entered.ok ? success(await snapshotOf(unit.db, room.id)) : entered
}

export async function joinRoom(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'room.join'>,
): Promise<Result<RoomSnapshot>> {
  const room = liveRoom(await roomMeant(unit.db, input.room))
  if (!room.ok) return room
  const entered = await enterRoom(unit, room.value, device, input.leaveOther)
  return entered.ok ? success(await snapshotOf(unit.db, room.value.id)) : entered
}

async function roomMeant(db: Db, meant: CheckedInput<'room.join'>['room']): Promise<RoomRow | null> {
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

/** For those inside, those who were, and those rung into it. */
export async function getRoom(db: Db, userId: string, roomId: string): Promise<Result<RoomSnapshot>> {
  const room = await findRoom(db, roomId)
  if (room === null) return failure('unknownRoom', 'There is no such meeting.')
  const concerned = (await memberRole(db, roomId, userId)) !== null || (await wasRungInto(db, roomId, userId))
  if (!concerned) return failure('notInRoom', 'You are not in this meeting.')
  return success(await snapshotOf(db, roomId))
}

export async function listRooms(db: Db, userId: string): Promise<Result<{ rooms: RoomListing[] }>> {
  const rooms: RoomListing[] = []
  for (const row of await runningRoomsOf(db, userId, ROOMS_LISTED_MAX)) {
    rooms.push({ room: toRoom(row), ...(await insideOf(db, row.id)) })
  }
  return success({ rooms })
}

export async function setRole(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.setRole'>,
): Promise<Result<{ participant: Participant }>> {
  const room = await findLiveRoom(unit.db, input.roomId)
  if (!room.ok) return room
  if (room.value.ownerId !== device.userId) return failure('notAllowed', 'Only the owner can change roles.')
  const seat = await seatOf(unit.db, input.userId)
  if (seat === null || seat.roomId !== input.roomId) return failure('unknownUser', 'This person is not in the meeting.')
  if (input.userId === room.value.ownerId) return failure('notAllowed', 'The owner stays the owner.')
  await putMember(unit.db, {
    roomId: input.roomId,
    userId: input.userId,
    role: input.role,
    firstJoinedAt: seat.joinedAt,
  })
  await changeSeat(unit, seat, {})
  const participant = await findParticipant(unit.db, input.roomId, input.userId)
  if (participant === null) throw new Error('a seat that was just changed is gone')
  return success({ participant })
}
