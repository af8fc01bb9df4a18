// A program rings people in. Its token's service user is the caller: it needs no seat, so its rings go on until they are answered,
// run out or are taken back; in a room of somebody's it may what a member may, and a room made for its rings it looks after itself
// until the first person comes.
import { CALLEES_MAX } from '../../shared/call/limits.ts'
import { mayRing } from '../../shared/entry.ts'
import type { InviteResult } from '../../shared/protocol/calls.ts'
import type { RingGroup } from '../../shared/protocol/integrations.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { CallMedia } from '../../shared/protocol/things.ts'
import { endGroup, ringForToken, startGroup, type TokenRing } from '../calls/ringGroups.ts'
import { settleRing } from '../calls/settling.ts'
import { audit } from '../people/audit.ts'
import { findLiveRoom } from '../rooms/roomDesk.ts'
import { findIdByLogin } from '../storage/apiListRows.ts'
import { findCall } from '../storage/callRows.ts'
import { findRingGroup, groupOfCall, toRingGroup, type RingGroupRow } from '../storage/ringGroupRows.ts'
import { memberRole, putMember, type RoomRow } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser, hasAccount } from '../storage/userRows.ts'
import type { ApiRingResult } from './callRoutes.ts'
import { openHeldRoom } from './roomRoutes.ts'
import type { ApiAsking, ApiTools } from './route.ts'
import { callOf, roomOf, type ApiCall, type ApiRoom } from './things.ts'

export type RingWish = {
  calleeIds: string[]
  logins: string[]
  media: CallMedia
  timeoutSeconds: number
  message?: string | undefined
  strategy: 'all' | RingGroup['strategy']
}
export type RingAnswer = { room: ApiRoom; results: ApiRingResult[]; group: RingGroup | null }

/** How long a room made for rings stays after the last of them, for whoever sees a missed call and comes then. */
const ROOM_KEPT_AFTER_RING_MS = 15 * 60_000

export async function ringIntoNewRoom(
  unit: Work,
  asking: ApiAsking,
  { title, ...wish }: RingWish & { title?: string | undefined },
  tools: ApiTools,
): Promise<Result<RingAnswer>> {
  const { serviceId, name } = asking.token
  const turns = wish.strategy === 'oneAfterTheOther' ? wish.calleeIds.length + wish.logins.length : 1
  const heldMs = turns * wish.timeoutSeconds * 1000 + ROOM_KEPT_AFTER_RING_MS
  const room = await openHeldRoom(unit, asking, { name: title ?? name, ownerId: serviceId, heldMs }, tools)
  await putMember(unit.db, { roomId: room.id, userId: serviceId, role: 'owner', firstJoinedAt: unit.now })
  return ring(unit, asking, room, wish, tools)
}

export async function ringIntoRoom(
  unit: Work,
  asking: ApiAsking,
  { roomId, ...wish }: RingWish & { roomId: string },
  tools: ApiTools,
): Promise<Result<RingAnswer>> {
  const live = await findLiveRoom(unit.db, roomId)
  if (!live.ok) return live
  const room = live.value
  if (room.kind === 'direct') return failure('notAllowed', 'This is a call between two, which takes nobody else.')
  if (room.status === 'scheduled') return failure('notAllowed', 'This meeting has not begun yet.')
  const role = (await memberRole(unit.db, roomId, asking.token.serviceId)) ?? 'member'
  const may = mayRing({ whoMayInvite: room.whoMayInvite, locked: room.locked === 1 }, role)
  if (may === 'locked')
    return failure('roomLocked', 'The meeting is locked: only its owner and admins can ring people in.')
  if (may === 'notAllowed') return failure('notAllowed', 'Only the owner and admins can add people to this meeting.')
  return ring(unit, asking, room, wish, tools)
}

async function ring(
  unit: Work,
  { token, address }: ApiAsking,
  room: RoomRow,
  wish: RingWish,
  tools: ApiTools,
): Promise<Result<RingAnswer>> {
  const ringTools = { ...tools.ringTools, address }
  const { ids, results: unknown } = await whoIsMeant(unit, wish)
  if (ids.length + unknown.length === 0)
    return failure('invalid', 'Name somebody to ring, in calleeIds or in logins.', { field: 'calleeIds' })
  if (ids.length + unknown.length > CALLEES_MAX)
    return failure('tooLarge', `At most ${CALLEES_MAX} people at once.`, { field: 'calleeIds' })
  if (ids.length === 0)
    return failure('unknownUser', 'None of them has an account here that can be rung.', { field: 'calleeIds' })
  const { media, timeoutSeconds, strategy } = wish
  const tokenRing: TokenRing = {
    tokenId: token.id,
    roomId: room.id,
    media,
    extension: wish.message ?? null,
    timeoutSeconds,
  }
  const rung: InviteResult[] = []
  let group: RingGroup | null = null
  if (strategy === 'all') {
    for (const id of ids) rung.push(await ringForToken(unit, tokenRing, id, ringTools))
  } else {
    const fresh = { status: 'ringing', started: 0, createdAt: unit.now, endedAt: null } as const
    const row: RingGroupRow = { ...tokenRing, ...fresh, id: ringTools.entropy.uuid(), strategy, calleeIds: ids.join() }
    rung.push(...(await startGroup(unit, row, ringTools)))
    group = await toRingGroup(unit.db, (await findRingGroup(unit.db, row.id)) ?? row)
  }
  const yetTo = group?.status === 'ringing' ? 'waiting' : 'notNeeded'
  const later = ids.slice(rung.length).map((calleeId): ApiRingResult => ({ calleeId, outcome: yetTo }))
  const told: ApiRingResult[] = []
  for (const one of rung) told.push(await asItIs(unit, one, token.serviceId))
  return success({ room: roomOf(room), results: [...told, ...later, ...unknown], group })
}

/** By id, each once, in the order they were named; who is not there to be rung is told apart. */
async function whoIsMeant(
  { db }: Work,
  { calleeIds, logins }: RingWish,
): Promise<{ ids: string[]; results: ApiRingResult[] }> {
  const ids = new Set<string>()
  const results: ApiRingResult[] = []
  for (const calleeId of calleeIds) {
    const user = await findUser(db, calleeId)
    if (user !== null && hasAccount(user)) ids.add(calleeId)
    else results.push({ calleeId, outcome: 'unknownUser' })
  }
  for (const login of logins) {
    const id = await findIdByLogin(db, login)
    if (id === null) results.push({ login, outcome: 'unknownUser' })
    else ids.add(id)
  }
  return { ids: [...ids], results }
}

/** Of a group that is over already, the rings have ended meanwhile. */
async function asItIs({ db }: Work, result: InviteResult, serviceId: string): Promise<ApiRingResult> {
  if (!('call' in result)) return result
  const call = (await findCall(db, result.call.id)) ?? result.call
  return { ...result, call: callOf(call, serviceId) }
}

export async function cancelCall(
  unit: Work,
  { token, actor, address }: ApiAsking,
  callId: string,
): Promise<Result<{ call: ApiCall; group: RingGroup | null }>> {
  const { db } = unit
  const call = await findCall(db, callId)
  if (call === null) return failure('unknownCall', 'There is no such call.')
  if (call.caller.id !== token.serviceId)
    return failure('notAllowed', 'This call was not made with this token. In the meeting its admins can take it back.')
  const group = await groupOfCall(db, callId, token.id)
  if (group?.status === 'ringing') await endGroup(unit, group, 'stopped')
  else await settleRing(unit, call, { type: 'cancel', byUserId: token.serviceId })
  const now = (await findCall(db, callId)) ?? call
  if (now.version !== call.version || group?.status === 'ringing')
    await audit(unit, { action: 'call.cancelled', actor, roomId: call.roomId, address, details: { call: callId } })
  const left = await groupOfCall(db, callId, token.id)
  const shown = left === null ? null : await toRingGroup(db, left)
  return success({ call: callOf(now, token.serviceId), group: shown })
}
