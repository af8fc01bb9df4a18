// Waiting to be let in: how a wait begins, goes on and ends without a seat, and who is told. Everything here runs inside the
// caller's transaction.
import { WAITING_KEEP_MS, WAITING_MAX, looksAfter } from '../../shared/entry.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'
import type { Denial, Lobby, Waiting } from '../../shared/protocol/lobby.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import {
  findRoom,
  nextParticipantVersion,
  participantsIn,
  seatDevices,
  seatsIn,
  type RoomRow,
} from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser, toUser } from '../storage/userRows.ts'
import {
  deleteWaiting,
  putWaiting,
  updateWaiting,
  waitingDroppedSince,
  waitingIn,
  waitOf,
  type WaitingRow,
} from '../storage/waitingRows.ts'

/** Somebody may have to wait here: the list of them is kept up at those who let people in. */
export const isAttended = ({ lobby, guestsAllowed, guestsWait }: RoomRow): boolean =>
  lobby === 1 || (guestsAllowed === 1 && guestsWait === 1)

type EndReason = Extract<ServerEvent, { name: 'lobby.ended' }>['payload']['reason']

/** The list as it is, under the room's number of the moment. */
export async function findLobby(db: Db, room: Pick<RoomRow, 'id' | 'participantVersion'>): Promise<Lobby> {
  const people = (await waitingIn(db, room.id)).map((row) => ({
    user: toUser({ ...row, id: row.userId }),
    since: row.since,
  }))
  return { roomId: room.id, people, version: room.participantVersion }
}

/** What the waiting device knows. */
export async function toWaiting(db: Db, row: WaitingRow): Promise<Waiting> {
  const room = await roomOf(db, row.roomId)
  const owner = await findUser(db, room.ownerId)
  if (owner === null) throw new Error(`room ${room.id} belongs to nobody`)
  const { roomId, since, version } = row
  return { roomId, roomName: room.name, owner: { id: owner.id, name: owner.name }, since, version }
}

async function roomOf(db: Db, roomId: string): Promise<RoomRow> {
  const room = await findRoom(db, roomId)
  if (room === null) throw new Error(`room ${roomId} does not exist`)
  return room
}

/** Owner and admins inside are told who waits now. Call it whenever that has changed. */
export async function tellLobby(unit: Work, roomId: string): Promise<void> {
  await nextParticipantVersion(unit.db, roomId)
  const roles = new Map((await participantsIn(unit.db, roomId)).map(({ user, role }) => [user.id, role]))
  const seats = (await seatsIn(unit.db, roomId)).filter((seat) => looksAfter(roles.get(seat.userId) ?? null))
  await tellLobbyTo(unit, roomId, seatDevices(seats))
}

/** As `tellLobby`, for a device that has only now got to know, or the right to. */
export async function tellLobbyTo(unit: Work, roomId: string, devices: readonly DeviceKey[]): Promise<void> {
  if (devices.length === 0) return
  const lobby = await findLobby(unit.db, await roomOf(unit.db, roomId))
  unit.effects.push({ kind: 'send', to: { devices }, event: { name: 'lobby.changed', payload: { lobby } } })
}

/**
 * This device waits from now on, in this room alone. `roomFull` when too many do. Whoever waits already goes on where they stood,
 * also when they have come to it with another device.
 */
export async function beginWait(unit: Work, room: RoomRow, device: DeviceKey): Promise<Result<null>> {
  const { userId, deviceId } = device
  const others = (await waitingIn(unit.db, room.id)).filter((row) => row.userId !== userId)
  if (others.length >= WAITING_MAX) return tooMany()
  const before = await waitOf(unit.db, userId)
  const here = before !== null && before.roomId === room.id
  if (here && before.deviceId !== deviceId) await leaveWait(unit, before, device, room.id)
  if (!here) await stopWaiting(unit, device, room.id)
  const version = await nextParticipantVersion(unit.db, room.id)
  const since = here ? before.since : unit.now
  await putWaiting(unit.db, { userId, roomId: room.id, deviceId, since, droppedAt: null, version })
  await tellLobby(unit, room.id)
  return success(null)
}

const tooMany = (): Failure => failure('roomFull', 'Too many people wait for this meeting. Try again in a while.')

/** Whoever takes a seat, or waits elsewhere, waits here no longer. `device`: where they are now, which needs no telling. */
export async function stopWaiting(unit: Work, device: DeviceKey, roomId: string): Promise<void> {
  const row = await waitOf(unit.db, device.userId)
  if (row === null) return
  await leaveWait(unit, row, device, roomId)
  await tellLobby(unit, row.roomId)
}

async function leaveWait(unit: Work, row: WaitingRow, now: DeviceKey, roomId: string): Promise<void> {
  await deleteWaiting(unit.db, row.userId)
  if (row.deviceId !== now.deviceId)
    await tellEnd(unit, row, row.roomId === roomId ? 'movedToOtherDevice' : 'elsewhere')
}

/** Ends a wait without a seat; tells the device why, and those inside that nobody waits there any more. */
export async function endWait(unit: Work, row: WaitingRow, reason: EndReason, denial?: Denial): Promise<void> {
  await deleteWaiting(unit.db, row.userId)
  await tellEnd(unit, row, reason, denial)
  await tellLobby(unit, row.roomId)
}

async function tellEnd(unit: Work, row: WaitingRow, reason: EndReason, denial?: Denial): Promise<void> {
  const { roomId, userId, deviceId } = row
  const version = await nextParticipantVersion(unit.db, roomId)
  const payload = { roomId, reason, version, ...(denial ? { denial } : {}) }
  const to = { devices: [{ userId, deviceId }] }
  unit.effects.push({ kind: 'send', to, event: { name: 'lobby.ended', payload } })
}

/** The room is over: nobody waits for it any more. */
export async function endAllWaits(unit: Work, roomId: string, reason: EndReason): Promise<void> {
  await endWaits(unit, roomId, await waitingIn(unit.db, roomId), reason)
}

export async function endWaitsOfGuests(unit: Work, roomId: string, reason: EndReason): Promise<void> {
  const rows = await waitingIn(unit.db, roomId)
  await endWaits(
    unit,
    roomId,
    rows.filter(({ guestOf }) => guestOf !== null),
    reason,
  )
}

export async function endWaits(
  unit: Work,
  roomId: string,
  rows: readonly WaitingRow[],
  reason: EndReason,
): Promise<void> {
  for (const row of rows) {
    await deleteWaiting(unit.db, row.userId)
    await tellEnd(unit, row, reason)
  }
  if (rows.length > 0) await tellLobby(unit, roomId)
}

/** The meeting has another name or owner: those who wait are shown it. */
export async function tellWaiting(unit: Work, roomId: string): Promise<void> {
  for (const { name: _, guestOf: __, ...row } of await waitingIn(unit.db, roomId)) {
    const version = await nextParticipantVersion(unit.db, roomId)
    await updateWaiting(unit.db, row.userId, { version })
    const waiting = await toWaiting(unit.db, { ...row, version })
    const to = { devices: [{ userId: row.userId, deviceId: row.deviceId }] }
    unit.effects.push({ kind: 'send', to, event: { name: 'lobby.waiting', payload: { waiting } } })
  }
}

/** The device's connection is lost: its place is kept for a while. */
export async function dropWait(unit: Work, { userId, deviceId }: DeviceKey): Promise<void> {
  const row = await waitOf(unit.db, userId)
  if (row === null || row.deviceId !== deviceId || row.droppedAt !== null) return
  await updateWaiting(unit.db, userId, { droppedAt: unit.now })
  unit.effects.push({ kind: 'due', at: unit.now + WAITING_KEEP_MS })
}

/** The device is (back) online. */
export async function resumeWait(unit: Work, { userId, deviceId }: DeviceKey): Promise<void> {
  const row = await waitOf(unit.db, userId)
  if (row?.deviceId === deviceId && row.droppedAt !== null) await updateWaiting(unit.db, userId, { droppedAt: null })
}

/** Whoever waits and has been away for too long. */
export async function endWaitsOfAbsentees(unit: Work): Promise<void> {
  for (const row of await waitingDroppedSince(unit.db, unit.now - WAITING_KEEP_MS)) await endWait(unit, row, 'gone')
}
