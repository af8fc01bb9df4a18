// Roles and moderation: `participant.*`. Each runs inside one transaction and answers a Result; refusals come before any change.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { mayHoldOffice } from '../../shared/guests.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Participant, Right, Room } from '../../shared/protocol/things.ts'
import { rightFor, SOURCES_OF } from '../../shared/rights.ts'
import { firstInLine } from '../../shared/succession.ts'
import type { DeviceKey } from '../effects.ts'
import { audit, type Actor } from '../people/audit.ts'
import {
  findParticipant,
  participantsIn,
  putMember,
  seatDevices,
  seatOf,
  seatsIn,
  toRoom,
  updateMember,
  updateRoom,
  type RoomRow,
  type SeatRow,
} from '../storage/roomRows.ts'
import { addAttendee, findSchedule } from '../storage/scheduleRows.ts'
import { namesOf, rightsIn } from '../storage/rightRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, toUser } from '../storage/userRows.ts'
import { concernedBy } from './concerned.ts'
import { enforceRights } from './memberRights.ts'
import { tellRequestsTo } from './requestNews.ts'
import { isAttended, tellLobby, tellWaiting } from './lobby.ts'
import { revokeRingsOf, revokeRingsWithoutRight } from './rights.ts'
import { findLiveRoom, findPresent, updateRoomByAdmin } from './roomDesk.ts'
import { changeSeat, loseSeat } from './seats.ts'

export const notInside = () => failure('unknownUser', 'This person is not in the meeting.', { field: 'userId' })

/** The seat of the person meant, in this room; null when they are not inside. */
export async function seatIn(unit: Work, roomId: string, userId: string): Promise<SeatRow | null> {
  const seat = await seatOf(unit.db, userId)
  return seat?.roomId === roomId ? seat : null
}

/** Whoever asks, inside and with the right to moderate: also `notAllowed`. A call between two has nobody to moderate. */
export async function findModerator(
  unit: Work,
  roomId: string,
  device: DeviceKey,
): Promise<Result<{ room: RoomRow; participant: Participant }>> {
  const present = await findPresent(unit.db, roomId, device.userId)
  if (!present.ok) return present
  const { room, participant } = present.value
  return room.kind === 'direct' || participant.role === 'member'
    ? failure('notAllowed', 'Only the owner and admins of a meeting can do this.')
    : present
}

export async function setRole(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.setRole'>,
): Promise<Result<{ participant: Participant }>> {
  const { roomId, userId, role } = input
  const room = await findLiveRoom(unit.db, roomId)
  if (!room.ok) return room
  if (room.value.ownerId !== device.userId) return failure('notAllowed', 'Only the owner can change roles.')
  const seat = await seatIn(unit, roomId, userId)
  if (seat === null) return notInside()
  if (userId === room.value.ownerId) return failure('notAllowed', 'The owner stays the owner.')
  const refusal = await refuseOffice(unit, userId)
  if (refusal !== null) return refusal
  await updateMember(unit.db, { roomId, userId }, { role })
  const actor = { kind: 'user', id: device.userId } as const
  await audit(unit, { action: 'participant.roleChanged', actor, subjectId: userId, roomId, details: { role } })
  await changeSeat(unit, seat, {})
  await revokeRingsWithoutRight(unit, room.value, device.userId)
  if (role === 'admin') await tellRequestsTo(unit, roomId, userId)
  await enforceRights(unit, room.value, device.userId)
  if (isAttended(room.value)) await tellLobby(unit, roomId)
  const participant = await findParticipant(unit.db, roomId, userId)
  if (participant === null) throw new Error('a seat that was just changed is gone')
  return success({ participant })
}

export async function mute(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.mute'>,
): Promise<Result<object>> {
  const moderator = await findModerator(unit, input.roomId, device)
  if (!moderator.ok) return moderator
  if (input.userId === device.userId)
    return failure('notAllowed', 'Your own microphone has a button of its own.', { field: 'userId' })
  const seat = await seatIn(unit, input.roomId, input.userId)
  if (seat === null) return notInside()
  await muteSeat(unit, seat, device.userId)
  return success({})
}

export async function muteAll(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.muteAll'>,
): Promise<Result<object>> {
  const moderator = await findModerator(unit, input.roomId, device)
  if (!moderator.ok) return moderator
  // First, so that nobody is told to unmute again who may not.
  const settings = { membersMay: { microphone: false } }
  const change = { roomId: input.roomId, settings }
  const locked = input.lock ? await updateRoomByAdmin(unit, device, change, undefined) : success({})
  if (!locked.ok) return locked
  for (const seat of await seatsIn(unit.db, input.roomId))
    if (seat.userId !== device.userId) await muteSeat(unit, seat, device.userId)
  return success({})
}

/** The SFU closes what is sent whatever the row says, as with `muteSeat`; its person's device obeys the version it is told. */
export async function stopSource(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.stopSource'>,
): Promise<Result<object>> {
  const { roomId, userId, source } = input
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  if (userId === device.userId)
    return failure('notAllowed', 'What you send yourself has a button of its own.', { field: 'userId' })
  const seat = await seatIn(unit, roomId, userId)
  if (seat === null) return notInside()
  const by = device.userId
  await changeSeat(unit, seat, (version) =>
    source === 'camera'
      ? { cameraStoppedBy: by, cameraStoppedVersion: version }
      : { screenStoppedBy: by, screenStoppedVersion: version },
  )
  const sources = SOURCES_OF[rightFor(source)]
  unit.effects.push({ kind: 'stopSources', seat: { roomId, userId, deviceId: seat.deviceId }, sources })
  return success({})
}

export async function allow(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.allow'>,
): Promise<Result<{ participant: Participant }>> {
  const { roomId, userId, right, allowed } = input
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  const seat = await seatIn(unit, roomId, userId)
  if (seat === null) return notInside()
  await allowSeat(unit, seat, right, allowed)
  await enforceRights(unit, moderator.value.room, device.userId)
  const participant = await findParticipant(unit.db, roomId, userId)
  if (participant === null) throw new Error('a seat that was just changed is gone')
  return success({ participant })
}

export async function allowSeat(unit: Work, seat: SeatRow, right: Right, allowed = true): Promise<void> {
  const others = rightsIn(seat.allowed).filter((other) => other !== right)
  await changeSeat(unit, seat, { allowed: namesOf(allowed ? [...others, right] : others) })
}

/**
 * The SFU is told whatever the row says: a microphone that is just being turned on is silenced too. The row's own flag follows
 * what is really sent (`sourcesChanged`).
 */
async function muteSeat(unit: Work, seat: SeatRow, byUserId: string): Promise<void> {
  const { roomId, userId, deviceId } = seat
  await changeSeat(unit, seat, (version) => ({ mutedBy: byUserId, mutedVersion: version }))
  unit.effects.push({ kind: 'stopSources', seat: { roomId, userId, deviceId }, sources: SOURCES_OF.microphone })
}

export async function remove(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.remove'>,
): Promise<Result<object>> {
  const { roomId, userId, mayReturn } = input
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  const { participant } = moderator.value
  if (userId === device.userId) return failure('notAllowed', 'To go yourself, leave the meeting.', { field: 'userId' })
  const seat = await seatIn(unit, roomId, userId)
  const removed = seat === null ? null : await findParticipant(unit.db, roomId, userId)
  if (seat === null || removed === null) return notInside()
  if (participant.role === 'admin' && removed.role !== 'member')
    return failure('notAllowed', 'Only the owner can remove the owner’s admins, and nobody the owner.')
  await updateMember(
    unit.db,
    { roomId, userId },
    { role: 'member', removedBy: device.userId, mayReturn: mayReturn ? 1 : 0 },
  )
  const actor = { kind: 'user', id: device.userId } as const
  await audit(unit, { action: 'participant.removed', actor, subjectId: userId, roomId, details: { mayReturn } })
  // Before the seat goes, so that its device is told as well.
  await revokeRingsOf(unit, roomId, userId, device.userId)
  await loseSeat(unit, seat, { seatLost: 'removed', removal: { by: participant.user, mayReturn } })
  return success({})
}

export async function transferOwner(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.transferOwner'>,
): Promise<Result<{ room: Room }>> {
  const { roomId, userId } = input
  const present = await findPresent(unit.db, roomId, device.userId)
  if (!present.ok) return present
  const { room } = present.value
  if (room.kind === 'direct') return failure('notAllowed', 'A call between two has no owner to change.')
  const refusal =
    room.ownerId === device.userId ? transferRefusal(room, userId) : await takeOverRefusal(unit, room, device, userId)
  if (refusal !== null) return refusal
  const seat = await seatIn(unit, roomId, userId)
  if (seat === null) return notInside()
  return (
    (await refuseOffice(unit, userId)) ??
    success({ room: await makeOwner(unit, room, seat, { kind: 'user', id: device.userId }) })
  )
}

/** Whoever looks after a meeting has an account. */
async function refuseOffice(unit: Work, userId: string): Promise<Failure | null> {
  const user = await findUser(unit.db, userId)
  if (user === null || mayHoldOffice(toUser(user))) return null
  return failure('notAllowed', 'A guest cannot look after a meeting.', { field: 'userId' })
}

const transferRefusal = (room: RoomRow, userId: string) =>
  userId === room.ownerId ? failure('notAllowed', 'You are the owner already.', { field: 'userId' }) : null

async function takeOverRefusal(unit: Work, room: RoomRow, device: DeviceKey, userId: string) {
  const first = firstInLine({ room, participants: await participantsIn(unit.db, room.id) })
  if (first === null) return failure('notAllowed', 'Only the owner can hand over this meeting.')
  if (first.user.id !== device.userId)
    return failure('notAllowed', `${first.user.name} is the one who can take over this meeting.`)
  return userId === device.userId
    ? null
    : failure('notAllowed', 'You can take over this meeting, not give it to others.', { field: 'userId' })
}

/** The room's owner and the two roles change together; each is told with a version of its own, and `ownerId` decides (`mirror`). */
export async function makeOwner(unit: Work, room: RoomRow, seat: SeatRow, actor: Actor): Promise<Room> {
  const { id: roomId, ownerId: formerId } = room
  const change = { ownerId: seat.userId, version: room.version + 1 }
  await updateRoom(unit.db, roomId, change)
  await updateMember(unit.db, { roomId, userId: seat.userId }, { role: 'owner' })
  const details = { role: 'owner', before: formerId }
  await audit(unit, { action: 'participant.roleChanged', actor, subjectId: seat.userId, roomId, details })
  // An owner who has never been inside has no row yet.
  await putMember(unit.db, { roomId, userId: formerId, role: 'admin', firstJoinedAt: unit.now })
  // A scheduled meeting stays theirs to come to.
  if (await findSchedule(unit.db, roomId)) await addAttendee(unit.db, roomId, formerId)
  const told = await toRoom(unit.db, { ...room, ...change })
  const to = { devices: seatDevices(await seatsIn(unit.db, roomId)), users: concernedBy(told) }
  unit.effects.push({ kind: 'send', to, event: { name: 'room.updated', payload: { room: told } } })
  const former = await seatIn(unit, roomId, formerId)
  for (const changed of [seat, former]) if (changed !== null) await changeSeat(unit, changed, {})
  await tellRequestsTo(unit, roomId, seat.userId)
  await enforceRights(unit, { ...room, ...change }, seat.userId)
  if (isAttended(room)) {
    await tellLobby(unit, roomId)
    await tellWaiting(unit, roomId)
  }
  return told
}
