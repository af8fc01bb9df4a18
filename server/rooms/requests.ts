// Requests in a meeting (`protocol/requests.ts`). Each command runs inside one transaction; refusals come before any change.
import { REQUEST_MS } from '../../shared/call/limits.ts'
import { maySend } from '../../shared/rights.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { MeetingRequest } from '../../shared/protocol/requests.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import { findRequest, insertRequest, openRequestsIn, type RequestRow } from '../storage/requestRows.ts'
import { membersMayOf } from '../storage/rightRows.ts'
import { findParticipant, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { allowSeat, findModerator, seatIn, notInside } from './moderation.ts'
import { endRequest, tellRequest } from './requestNews.ts'
import { findPresent } from './roomDesk.ts'

type Answer = Promise<Result<{ request: MeetingRequest }>>

export async function askToTurnOn(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.askToTurnOn'>,
  entropy: Entropy,
): Answer {
  const { roomId, userId, source } = input
  const moderator = await findModerator(unit, roomId, device)
  if (!moderator.ok) return moderator
  if (userId === device.userId)
    return failure('notAllowed', 'Your own microphone and camera have buttons of their own.', { field: 'userId' })
  const asked = await findParticipant(unit.db, roomId, userId)
  if (asked === null) return notInside()
  if (asked[source]) return failure('conflict', 'It is on already.')
  return success({
    request: await open(unit, entropy, { roomId, kind: 'turnOn', source, fromId: device.userId, toId: userId }),
  })
}

export async function askPermission(
  unit: Work,
  device: DeviceKey,
  input: CheckedInput<'participant.askPermission'>,
  entropy: Entropy,
): Answer {
  const { roomId, source } = input
  const present = await findPresent(unit.db, roomId, device.userId)
  if (!present.ok) return present
  const { room, participant } = present.value
  if (room.kind === 'direct') return failure('notAllowed', 'In a call between two nobody has to be asked.')
  if (maySend(membersMayOf(room), participant, source)) return failure('conflict', 'You may do this already.')
  return success({
    request: await open(unit, entropy, { roomId, kind: 'permission', source, fromId: device.userId, toId: '' }),
  })
}

type Asking = Pick<RequestRow, 'roomId' | 'kind' | 'source' | 'fromId' | 'toId'>

/** Asked again while it is open, it is the same one. */
async function open(unit: Work, entropy: Entropy, asking: Asking): Promise<MeetingRequest> {
  const same = (request: MeetingRequest) =>
    request.kind === asking.kind &&
    request.source === asking.source &&
    request.from.id === asking.fromId &&
    (request.to?.id ?? '') === asking.toId
  const known = (await openRequestsIn(unit.db, asking.roomId)).find(same)
  if (known !== undefined && known.expiresAt > unit.now) return known
  // Its time was over, and the timer has not come to it yet.
  if (known !== undefined) await endRequest(unit, known, { status: 'timeout' })
  const id = entropy.uuid()
  const expiresAt = unit.now + REQUEST_MS
  const fresh = { ...asking, id, status: 'open', createdAt: unit.now, expiresAt, version: 1 } as const
  await insertRequest(unit.db, { ...fresh, endedAt: null, endedBy: null })
  unit.effects.push({ kind: 'due', at: expiresAt })
  const request = await findRequest(unit.db, id)
  if (request === null) throw new Error('a request that was just made is gone')
  await tellRequest(unit, request)
  return request
}

const unknown = () => failure('conflict', 'This request is over.')

export async function answerRequest(
  unit: Work,
  device: DeviceKey,
  { requestId, accept }: CheckedInput<'participant.answerRequest'>,
): Answer {
  const request = await findRequest(unit.db, requestId)
  if (request === null) return unknown()
  const allowed = await mayAnswer(unit, device, request)
  if (!allowed.ok) return allowed
  if (request.status !== 'open' || request.expiresAt <= unit.now) return unknown()
  const byUserId = device.userId
  if (!accept) return success({ request: await endRequest(unit, request, { status: 'rejected', byUserId }) })
  const { room } = allowed.value
  const subjectId = request.kind === 'turnOn' ? device.userId : request.from.id
  const seat = await seatIn(unit, room.id, subjectId)
  const subject = await findParticipant(unit.db, room.id, subjectId)
  if (seat === null || subject === null) return unknown()
  const ended = await endRequest(unit, request, { status: 'accepted', byUserId })
  // Whoever is asked to speak by somebody who may allow it is allowed to.
  if (!maySend(membersMayOf(room), subject, request.source)) await allowSeat(unit, seat, request.source)
  return success({ request: ended })
}

/** Asked to turn something on, that person alone, on the device in the meeting; asked for a permission, the owner and admins. */
async function mayAnswer(unit: Work, device: DeviceKey, request: MeetingRequest): Promise<Result<{ room: RoomRow }>> {
  if (request.kind === 'permission') return findModerator(unit, request.roomId, device)
  const present = await findPresent(unit.db, request.roomId, device.userId)
  if (!present.ok) return present
  if (request.to?.id !== device.userId) return failure('notAllowed', 'Somebody else was asked.')
  return present.value.participant.deviceId === device.deviceId
    ? present
    : failure('notInRoom', 'You are not in this meeting on this device.')
}

export async function cancelRequest(
  unit: Work,
  device: DeviceKey,
  { requestId }: CheckedInput<'participant.cancelRequest'>,
): Answer {
  const request = await findRequest(unit.db, requestId)
  if (request === null) return unknown()
  const present = await findPresent(unit.db, request.roomId, device.userId)
  if (!present.ok) return present
  if (request.from.id !== device.userId) return failure('notAllowed', 'Somebody else has asked this.')
  if (request.status !== 'open' || request.expiresAt <= unit.now) return unknown()
  return success({ request: await endRequest(unit, request, { status: 'cancelled', byUserId: device.userId }) })
}
