// How requests end, and who is told of them: whoever asked, and whom it was put to, on the devices that are inside.
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import type { Role } from '../../shared/protocol/things.ts'
import type { DeviceKey, Target } from '../effects.ts'
import {
  findRequest,
  openRequestsIn,
  recentRequestsIn,
  requestsExpiredAt,
  updateRequest,
} from '../storage/requestRows.ts'
import { memberRole, participantsIn, seatOf } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'

/** Asks this person, or was asked by them. */
function concerns({ kind, from, to }: MeetingRequest, userId: string, role: Role): boolean {
  if (from.id === userId || to?.id === userId) return true
  return kind === 'permission' && role !== 'member'
}

export async function tellRequest(unit: Work, request: MeetingRequest): Promise<void> {
  const inside = await participantsIn(unit.db, request.roomId)
  const devices: DeviceKey[] = inside
    .filter(({ user, role }) => concerns(request, user.id, role))
    .map(({ user, deviceId }) => ({ userId: user.id, deviceId }))
  send(unit, { devices }, request)
}

const send = (unit: Work, to: Target, request: MeetingRequest) =>
  unit.effects.push({ kind: 'send', to, event: { name: 'participant.requestChanged', payload: { request } } })

/** For a sync: open ones of or to this user, and those over lately. */
export async function requestsFor(db: Db, roomId: string, userId: string, now: number): Promise<MeetingRequest[]> {
  const role = (await memberRole(db, roomId, userId)) ?? 'member'
  return (await recentRequestsIn(db, roomId, now)).filter((request) => concerns(request, userId, role))
}

/** Somebody came in, moved to this device, or looks after the meeting from now on: what is open and concerns them. */
export async function tellRequestsTo(unit: Work, roomId: string, userId: string): Promise<void> {
  const seat = await seatOf(unit.db, userId)
  const role = (await memberRole(unit.db, roomId, userId)) ?? 'member'
  if (seat === null || seat.roomId !== roomId) return
  const devices = [{ userId, deviceId: seat.deviceId }]
  for (const request of await openRequestsIn(unit.db, roomId))
    if (concerns(request, userId, role)) send(unit, { devices }, request)
}

type Ending = { status: Exclude<MeetingRequest['status'], 'open'>; byUserId?: string | undefined }

export async function endRequest(unit: Work, { id, version }: MeetingRequest, ending: Ending): Promise<MeetingRequest> {
  const { status, byUserId: endedBy = null } = ending
  await updateRequest(unit.db, id, { status, endedBy, endedAt: unit.now, version: version + 1 })
  const ended = await findRequest(unit.db, id)
  if (ended === null) throw new Error(`request ${id} is gone`)
  await tellRequest(unit, ended)
  return ended
}

/** This person has left: nobody is there to ask them, or to be answered. */
export async function endRequestsOf(unit: Work, roomId: string, userId: string): Promise<void> {
  for (const request of await openRequestsIn(unit.db, roomId))
    if (request.from.id === userId || request.to?.id === userId) await endRequest(unit, request, { status: 'ended' })
}

/** Deadlines: nobody has answered in time. */
export async function settleRequests(unit: Work): Promise<void> {
  for (const request of await requestsExpiredAt(unit.db, unit.now))
    await endRequest(unit, request, { status: 'timeout' })
}
