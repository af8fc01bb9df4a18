// Several people of whom one is to come: who is rung next, and when it is over. All of it is read from rows, so that a restart goes
// on where it was; `deadlines` looks whenever a ring of a program has ended or somebody has come in.
import { isTerminal } from '../../shared/call/call.ts'
import type { RingGroup } from '../../shared/protocol/integrations.ts'
import type { InviteResult } from '../../shared/protocol/calls.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { audit } from '../people/audit.ts'
import type { RingTools } from './reach.ts'
import { findTokenById } from '../storage/apiRows.ts'
import { findCall } from '../storage/callRows.ts'
import {
  calleesOf,
  callIdsOf,
  insertRingGroup,
  linkRing,
  openRingGroups,
  updateRingGroup,
  type RingGroupRow,
} from '../storage/ringGroupRows.ts'
import { findRoom, memberRole, seatsIn } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { ringCallee } from './callDesk.ts'
import { settleRing } from './settling.ts'

export async function settleRingGroups(unit: Work, tools: RingTools): Promise<void> {
  for (const group of await openRingGroups(unit.db)) await settleGroup(unit, group, tools)
}

async function settleGroup(unit: Work, group: RingGroupRow, tools: RingTools): Promise<void> {
  const calls = await callsOf(unit, group)
  const room = await findRoom(unit.db, group.roomId)
  const inside = new Set((await seatsIn(unit.db, group.roomId)).map((seat) => seat.userId))
  const hasCome = calls.some(({ status }) => status === 'accepted') || calleesOf(group).some((id) => inside.has(id))
  if (hasCome) return endGroup(unit, group, 'answered')
  // Somebody in the meeting, or the program itself, has said that nobody need come.
  const takenBack = calls.some(({ status }) => status === 'cancelled' || status === 'revoked')
  const token = await findTokenById(unit.db, group.tokenId)
  if (room?.status !== 'running' || takenBack || token?.revokedAt !== null) return endGroup(unit, group, 'stopped')
  if (calls.some(({ status }) => !isTerminal(status))) return
  await ringNext(unit, group, tools)
}

/** Stores the group and rings those whose turn it is. Gives what came of each of them. */
export async function startGroup(unit: Work, group: RingGroupRow, tools: RingTools): Promise<InviteResult[]> {
  await insertRingGroup(unit.db, group)
  return ringNext(unit, group, tools)
}

async function callsOf({ db }: Work, { id }: RingGroupRow): Promise<Call[]> {
  const calls: Call[] = []
  for (const callId of await callIdsOf(db, id)) {
    const call = await findCall(db, callId)
    if (call !== null) calls.push(call)
  }
  return calls
}

/** Rings everybody left, or, one after the other, whoever comes next and can be rung; with nobody left, it is over. */
async function ringNext(unit: Work, group: RingGroupRow, tools: RingTools): Promise<InviteResult[]> {
  const results: InviteResult[] = []
  const turns = calleesOf(group).slice(group.started)
  for (const calleeId of turns) {
    const result = await ringForToken(unit, group, calleeId, tools)
    results.push(result)
    if ('call' in result) await linkRing(unit.db, { groupId: group.id, callId: result.call.id })
    if (result.outcome === 'alreadyInRoom') break
    if (isRinging(result) && group.strategy === 'oneAfterTheOther') break
  }
  await updateRingGroup(unit.db, group.id, { started: group.started + results.length })
  if (results.some(({ outcome }) => outcome === 'alreadyInRoom')) await endGroup(unit, group, 'answered')
  else if (!results.some(isRinging)) await endGroup(unit, group, 'exhausted')
  return results
}

const isRinging = (result: InviteResult): boolean => 'call' in result && !isTerminal(result.call.status)

export type TokenRing = Pick<RingGroupRow, 'tokenId' | 'roomId' | 'media' | 'extension' | 'timeoutSeconds'>

/** One ring in the name of a token: its service is the caller, with the role it has in the room. */
export async function ringForToken(
  unit: Work,
  { tokenId, roomId, media, extension, timeoutSeconds }: TokenRing,
  calleeId: string,
  tools: RingTools,
): Promise<InviteResult> {
  const token = await findTokenById(unit.db, tokenId)
  if (token === null) throw new Error(`there is no token ${tokenId}`)
  const callee = await findUser(unit.db, calleeId)
  if (callee !== null && callee.disabledAt !== null) return { calleeId, outcome: 'notAllowed' }
  const role = (await memberRole(unit.db, roomId, token.serviceId)) ?? 'member'
  const caller = { user: { id: token.serviceId, name: token.name, service: true as const }, role }
  const wish = { roomId, media, timeoutSeconds, ...(extension === null ? {} : { extension }) }
  const result = await ringCallee(unit, caller, calleeId, wish, tools)
  if (result.outcome === 'success') {
    const actor = { kind: 'token', id: tokenId } as const
    const from = tools.address === undefined ? {} : { address: tools.address }
    const details = { call: result.call.id }
    await audit(unit, { action: 'call.invited', actor, subjectId: calleeId, roomId, ...from, details })
  }
  return result
}

/** It is over: whatever it still has ringing ends. */
export async function endGroup(
  unit: Work,
  group: RingGroupRow,
  status: Exclude<RingGroup['status'], 'ringing'>,
): Promise<void> {
  await updateRingGroup(unit.db, group.id, { status, endedAt: unit.now })
  const token = await findTokenById(unit.db, group.tokenId)
  for (const call of await callsOf(unit, group)) {
    // A ring of somebody else that was found under way is theirs to end.
    if (isTerminal(call.status) || call.caller.id !== token?.serviceId) continue
    await settleRing(unit, call, { type: 'cancel', byUserId: call.caller.id })
  }
}
