// Taking, keeping, moving and losing a seat (rules 5, 6, 11, 12). Everything here runs inside the caller's transaction.
import { CALLER_GONE_MS, EMPTY_ROOM_MS, SEAT_KEEP_MS } from '../../shared/call/limits.ts'
import { looksAfter } from '../../shared/entry.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Removal } from '../../shared/protocol/things.ts'
import { applyToRing, endRingsOfDesertedRoom } from '../calls/ringing.ts'
import type { DeviceKey } from '../effects.ts'
import { isMemberInside } from '../storage/guestRows.ts'
import { findRings } from '../storage/callRows.ts'
import {
  deleteSeat,
  findParticipant,
  findRoom,
  memberRole,
  nextParticipantVersion,
  putMember,
  putSeat,
  seatDevices,
  seatOf,
  seatsIn,
  updateRoom,
  updateSeat,
  type RoomRow,
  type SeatRow,
} from '../storage/roomRows.ts'
import { nothingStopped } from '../storage/rightRows.ts'
import { noteMet } from '../storage/reachRows.ts'
import { hasRingGroup } from '../storage/ringGroupRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { endRoom } from './endRoom.ts'
import { tellOtherDevices } from './elsewhere.ts'
import { isAttended, stopWaiting, tellLobbyTo } from './lobby.ts'
import { endRequestsOf, tellRequestsTo } from './requestNews.ts'
import { ownerAfter } from './serviceRooms.ts'

/**
 * Seats this user in the room on this device: a new seat, the one they have, or the one moved here from another device.
 * Refuses with `inOtherRoom` when they are in another room and did not choose to leave it; nothing has changed then.
 */
export async function enterRoom(
  unit: Work,
  room: RoomRow,
  device: DeviceKey,
  leaveOther: boolean,
): Promise<Result<null>> {
  const seat = await seatOf(unit.db, device.userId)
  if (seat !== null && seat.roomId !== room.id && !leaveOther) {
    return failure('inOtherRoom', 'You are in another meeting. Leave it to join this one.')
  }
  await stopWaiting(unit, device, room.id)
  if (seat !== null && seat.roomId === room.id) await resumeSeat(unit, seat, device)
  else {
    if (seat !== null) await loseSeat(unit, seat, { seatLost: 'leftForOtherRoom', unless: device })
    await takeSeat(unit, room, device)
  }
  await tellRequestsTo(unit, room.id, device.userId)
  if (isAttended(room)) await showLobby(unit, room, device)
  // Rule 5: being inside answers whatever still rings this user into this room.
  for (const call of await findRings(unit.db, { roomId: room.id, calleeId: device.userId })) {
    await applyToRing(unit, call, { type: 'join', deviceId: device.deviceId })
  }
  unit.effects.push({ kind: 'presence', userId: device.userId })
  return success(null)
}

async function showLobby(unit: Work, room: RoomRow, device: DeviceKey): Promise<void> {
  if (looksAfter(await memberRole(unit.db, room.id, device.userId))) await tellLobbyTo(unit, room.id, [device])
}

async function takeSeat(unit: Work, room: RoomRow, device: DeviceKey): Promise<void> {
  const { userId, deviceId } = device
  const ownerId = await ownerAfter(unit, room, userId)
  const role = ownerId === userId ? 'owner' : ((await memberRole(unit.db, room.id, userId)) ?? 'member')
  await putMember(unit.db, { roomId: room.id, userId, role, firstJoinedAt: unit.now })
  if ((await findUser(unit.db, userId))?.guestOf === null)
    await noteMet(unit.db, { userId, roomId: room.id, since: unit.now })
  await putSeat(unit.db, {
    userId,
    roomId: room.id,
    deviceId,
    joinedAt: unit.now,
    connected: 1,
    droppedAt: null,
    microphone: 0,
    camera: 0,
    screen: 0,
    ...nothingStopped,
    allowed: '',
    handRaisedAt: null,
    handVersion: null,
    version: await nextParticipantVersion(unit.db, room.id),
  })
  await updateRoom(unit.db, room.id, { emptySince: null })
  // Somebody has come: others need not be rung any more.
  if (await hasRingGroup(unit.db, room.id)) unit.effects.push({ kind: 'due', at: unit.now })
  await tellOfParticipant(unit, 'participant.joined', room.id, userId)
  await tellOtherDevices(unit, userId)
}

async function resumeSeat(unit: Work, seat: SeatRow, device: DeviceKey): Promise<void> {
  if (seat.deviceId === device.deviceId) return void (await reconnectSeat(unit, device))
  const untouched = { microphone: 0, camera: 0, screen: 0, ...nothingStopped }
  const moved = { deviceId: device.deviceId, connected: 1, droppedAt: null, ...untouched }
  const version = await changeSeat(unit, seat, moved)
  const payload = { roomId: seat.roomId, reason: 'movedToOtherDevice', version } as const
  const to = { devices: [{ userId: seat.userId, deviceId: seat.deviceId }] }
  unit.effects.push({ kind: 'send', to, event: { name: 'participant.seatLost', payload } })
  unit.effects.push({
    kind: 'closeSeatMedia',
    seat: { roomId: seat.roomId, userId: seat.userId, deviceId: seat.deviceId },
  })
  await tellOtherDevices(unit, seat.userId)
}

/** The device is (back) online: the seat it has, if any, counts as connected. */
export async function reconnectSeat(unit: Work, device: DeviceKey): Promise<SeatRow | null> {
  const seat = await seatOf(unit.db, device.userId)
  if (seat === null || seat.deviceId !== device.deviceId) return null
  if (seat.connected === 0) await changeSeat(unit, seat, { connected: 1, droppedAt: null })
  return seat
}

/** The device's connection is lost: its seat is kept for a while (calls.md, section 7). */
export async function dropSeat(unit: Work, device: DeviceKey): Promise<void> {
  const seat = await seatOf(unit.db, device.userId)
  if (seat === null || seat.deviceId !== device.deviceId || seat.connected === 0) return
  await changeSeat(unit, seat, { connected: 0, droppedAt: unit.now })
  unit.effects.push({ kind: 'due', at: unit.now + CALLER_GONE_MS }, { kind: 'due', at: unit.now + SEAT_KEEP_MS })
}

type SeatChange = Partial<SeatRow> | ((version: number) => Partial<SeatRow>)

/** Changes a seat and tells everybody inside. Gives its new version. */
export async function changeSeat(unit: Work, seat: SeatRow, change: SeatChange): Promise<number> {
  const version = await nextParticipantVersion(unit.db, seat.roomId)
  const fields = typeof change === 'function' ? change(version) : change
  await updateSeat(unit.db, seat.userId, { ...fields, version })
  await tellOfParticipant(unit, 'participant.updated', seat.roomId, seat.userId)
  return version
}

export type SeatLoss = {
  /** Why, for the device that had the seat; left out when it asked for it itself. */
  seatLost?: 'leftForOtherRoom' | 'gone' | 'removed'
  /** With `removed`. */
  removal?: Removal
  /** The device that caused it, which needs no telling. */
  unless?: DeviceKey
}

/** Frees a seat: the others are told, its media closes, and a room left by everybody ends its rings and then itself. */
export async function loseSeat(unit: Work, seat: SeatRow, loss: SeatLoss = {}): Promise<void> {
  const { roomId, userId, deviceId } = seat
  await deleteSeat(unit.db, userId)
  const version = await nextParticipantVersion(unit.db, roomId)
  const others = await seatsIn(unit.db, roomId)
  unit.effects.push(
    {
      kind: 'send',
      to: { devices: seatDevices(others) },
      event: {
        name: 'participant.left',
        payload: { roomId, userId, version, ...(loss.removal ? { removedBy: loss.removal.by } : {}) },
      },
    },
    { kind: 'closeSeatMedia', seat: { roomId, userId, deviceId } },
    { kind: 'presence', userId },
  )
  if (loss.seatLost !== undefined && loss.unless?.deviceId !== deviceId) {
    const payload = { roomId, reason: loss.seatLost, version, ...(loss.removal ? { removal: loss.removal } : {}) }
    const event: ServerEvent = { name: 'participant.seatLost', payload }
    unit.effects.push({ kind: 'send', to: { devices: [{ userId, deviceId }] }, event })
  }
  await endRequestsOf(unit, roomId, userId)
  const room = await findRoom(unit.db, roomId)
  // Guests alone are nobody's meeting: it counts as empty from when the last one with an account has gone.
  if (room?.emptySince === null && !(await isMemberInside(unit.db, roomId))) {
    await updateRoom(unit.db, roomId, { emptySince: unit.now })
    unit.effects.push({ kind: 'due', at: unit.now + EMPTY_ROOM_MS })
  }
  await endRingsOfDesertedRoom(unit, roomId)
  // A call between two is over when either side leaves (calls.md, section 1).
  if (room?.kind === 'direct' && room.status === 'running') await endRoom(unit, room, userId)
  // With `unless` the next seat follows at once, and is told instead.
  if (loss.unless === undefined) await tellOtherDevices(unit, userId)
}

async function tellOfParticipant(
  unit: Work,
  name: 'participant.joined' | 'participant.updated',
  roomId: string,
  userId: string,
): Promise<void> {
  const participant = await findParticipant(unit.db, roomId, userId)
  if (participant === null) throw new Error(`user ${userId} should have a seat in room ${roomId}`)
  const devices = seatDevices(await seatsIn(unit.db, roomId))
  unit.effects.push({ kind: 'send', to: { devices }, event: { name, payload: { participant } } })
}
