// Rules about what the rows say together, looked at after every commit that tells somebody something.
import type { DatabaseSync } from 'node:sqlite'
import type { Effect } from '../../server/effects.ts'
import { isMutual } from '../../shared/call/call.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { rowOf, rowsOf } from './look.ts'

export type Violated = (rule: string, details: string) => void

const short = (id: unknown) => `…${String(id).slice(-4)}`

export const callOf = (effect: Effect): Call | undefined => {
  if (effect.kind !== 'send') return undefined
  const { payload } = effect.event
  return 'call' in payload ? payload.call : 'ring' in payload ? payload.ring.call : undefined
}

/** How many are inside each direct room that goes on, how many ring, and whether the caller is among those inside. */
const DIRECT_ROOMS = `select id,
    (select count(*) from seats where roomId = rooms.id) as inside,
    (select count(*) from seats where roomId = rooms.id and userId = rooms.ownerId) as callerInside,
    (select count(*) from seats where roomId = rooms.id and userId in (select calleeId from calls where roomId = rooms.id)) as calleeInside,
    (select count(*) from calls where roomId = rooms.id) as calls,
    (select count(*) from calls where roomId = rooms.id and status = 'calling') as ringing
  from rooms where kind = 'direct' and status = 'running'`

/** Calls.md, section 1: a room of two, made by the call, over when either side leaves or nobody comes. */
export function checkDirectRooms(look: DatabaseSync, violated: Violated): void {
  for (const room of rowsOf(look, DIRECT_ROOMS)) {
    const { inside, callerInside, calleeInside, calls, ringing } = room as Record<string, number>
    const waits = inside === 1 && callerInside === 1 && ringing === 1
    const talks = inside === 2 && callerInside === 1 && calleeInside === 1 && ringing === 0
    if (calls !== 1 || (!waits && !talks))
      violated('a direct room ends when either side leaves', `room ${short(room['id'])}: ${JSON.stringify(room)}`)
  }
}

/** Section 3, permissionLost: nobody rings people into a room without the right to. */
export function checkRights(look: DatabaseSync, violated: Violated): void {
  const ring = rowOf(
    look,
    `select calls.id from calls join rooms on rooms.id = calls.roomId and rooms.whoMayInvite = 'admins'
     left join members on members.roomId = calls.roomId and members.userId = calls.callerId
     where calls.status = 'calling' and coalesce(members.role, 'member') = 'member'`,
  )
  if (ring) violated('who may not invite does not ring', `call ${short(ring['id'])}`)
}

/** A room that goes on has one owner, by its own word and by the roles in it. */
export function checkOwners(look: DatabaseSync, violated: Violated): void {
  const room = rowOf(
    look,
    `select id, ownerId from rooms where status = 'running' and kind = 'meeting' and
       (select group_concat(userId) from members where roomId = rooms.id and role = 'owner') is not ownerId`,
  )
  if (room) violated('a meeting has one owner', `room ${short(room['id'])}, owned by ${short(room['ownerId'])}`)
}

/** Whoever was not to come back is not inside, and nothing rings them in: a ring of the owner or an admin lets them in. */
export function checkBarred(look: DatabaseSync, violated: Violated): void {
  const barred = rowOf(
    look,
    `select userId, roomId from members where mayReturn = 0 and (
       exists (select 1 from seats where seats.userId = members.userId and seats.roomId = members.roomId) or
       exists (select 1 from calls where calleeId = members.userId and calls.roomId = members.roomId and status = 'calling'))`,
  )
  if (barred) violated('whoever may not return stays outside', `user ${short(barred['userId'])}`)
}

/** Rule 10: of two who ring each other, the answer to one ends the other, at once and as nobody's missed call. */
export function checkGlare(told: readonly Call[], look: DatabaseSync, violated: Violated): void {
  for (const answered of told.filter(({ status }) => status === 'accepted')) {
    const left = rowOf(
      look,
      `select calls.id from calls join rooms on rooms.id = calls.roomId and rooms.kind = 'direct'
       where calls.status = 'calling' and calls.callerId = ?`,
      answered.callee.id,
    )
    if (left)
      violated('answering ends the other ring', `call ${short(answered.id)} leaves ${short(left['id'])} ringing`)
    for (const other of told) {
      const mirrored = other.caller.id === answered.callee.id && other.callee.id === answered.caller.id
      if (!mirrored || other.status === 'calling' || other.status === 'accepted' || isMutual(other, answered)) continue
      // Its own deadline had passed, and a late timer had not noticed: rule 3 comes first.
      if (other.status === 'timeout' && (answered.endedAt ?? 0) >= other.expiresAt) continue
      if (other.status !== 'revoked' || other.reason !== 'roomEnded')
        violated('answering ends the other ring', `call ${short(other.id)} became ${other.status}/${other.reason}`)
      else violated('answering ends the other ring', `call ${short(other.id)} counts as missed`)
    }
  }
}

/** Rule 8: whom a policy keeps from ringing is declined at once and for that reason, and nobody else is. */
export function checkPolicy(call: Call, at: number, look: DatabaseSync, violated: Violated): void {
  const row = rowOf(
    look,
    `select declineWhenBusy, doNotDisturbUntil, exists (select 1 from seats where userId = users.id) as busy
     from users where id = ?`,
    call.callee.id,
  )
  const undisturbed = Number(row?.['doNotDisturbUntil'] ?? 0) > at
  const busy = row?.['declineWhenBusy'] === 1 && row['busy'] === 1
  const expected = undisturbed ? 'rejected/doNotDisturb' : busy ? 'rejected/inOtherRoom' : 'calling/'
  const found = `${call.status}/${call.reason ?? ''}`
  if (found !== expected) violated('policies decide at once', `call ${short(call.id)} is ${found} and not ${expected}`)
  if (call.status === 'rejected' && (call.handledBy !== undefined || call.endedAt !== call.createdAt))
    violated('policies decide at once', `call ${short(call.id)} looks as if a person had declined it`)
}
