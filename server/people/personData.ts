// What is kept about one person: given out whole, and erased. What others said or did to them stays, without their name.
import type { AuditRow } from '../../shared/protocol/reach.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { firstInLine } from '../../shared/succession.ts'
import { settleRing } from '../calls/settling.ts'
import { endRoom } from '../rooms/endRoom.ts'
import { endWait } from '../rooms/lobby.ts'
import { makeOwner } from '../rooms/moderation.ts'
import { loseSeat } from '../rooms/seats.ts'
import { findRings } from '../storage/callRows.ts'
import { closeSeriesOf, eraseUser, openRoomsOwnedBy, personRows, sessionsOf } from '../storage/personRows.ts'
import { participantsIn, seatOf, type RoomRow } from '../storage/roomRows.ts'
import type { Db, Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { waitOf } from '../storage/waitingRows.ts'
import { audit, type Actor } from './audit.ts'
import { listAudit } from './auditLog.ts'

const AUDIT_PAGE = 500

/** What history, chat and meetings say in place of the name of somebody who was erased. */
export const ERASED_NAME = 'Deleted account'

export type PersonExport = Awaited<ReturnType<typeof personRows>> & { audit: AuditRow[] }

/** Everything kept about a person, as JSON can hold it; never a password or a token, not even as a hash. Null when there is none. */
export async function exportPerson(db: Db, userId: string): Promise<PersonExport | null> {
  if ((await findUser(db, userId)) === null) return null
  const entries: AuditRow[] = []
  let after: number | undefined
  do {
    const page = await listAudit(db, { userId, after, limit: AUDIT_PAGE })
    entries.push(...page.entries)
    after = page.nextAfter ?? undefined
  } while (after !== undefined)
  return { ...(await personRows(db, userId)), audit: entries }
}

/**
 * Ends what they are in the middle of, and lets go of the account: its login, password, devices, sessions, contacts, blocks and
 * choices. A meeting that others are in gets one of them as its owner, all other meetings of theirs end. In calls, chat and lists of
 * the past stands nothing of them but that somebody was there. The audit log keeps ids alone. `unknownUser`; erased already, it changes nothing.
 */
export async function erasePerson(
  unit: Work,
  userId: string,
  actor: Actor = { kind: 'operator' },
): Promise<Result<object>> {
  const user = await findUser(unit.db, userId)
  if (user === null || user.guestOf !== null) return failure('unknownUser', 'There is no such account.')
  if (user.erasedAt !== null) return success({})
  // Rings first: their room may end with the seat.
  for (const call of await findRings(unit.db, { calleeId: userId }))
    await settleRing(unit, call, { type: 'revoke', reason: 'byAdmin' })
  for (const call of await findRings(unit.db, { callerId: userId }))
    await settleRing(unit, call, { type: 'revoke', reason: 'permissionLost' })
  const wait = await waitOf(unit.db, userId)
  if (wait !== null) await endWait(unit, wait, 'gone')
  const seat = await seatOf(unit.db, userId)
  if (seat !== null) await loseSeat(unit, seat, { seatLost: 'gone' })
  await closeSeriesOf(unit.db, userId)
  for (const room of await openRoomsOwnedBy(unit.db, userId)) await passOn(unit, room)
  for (const deviceId of await sessionsOf(unit.db, userId))
    unit.effects.push({ kind: 'signedOut', device: { userId, deviceId }, message: 'This account was deleted.' })
  await eraseUser(unit.db, { userId, name: ERASED_NAME, at: unit.now })
  await audit(unit, { action: 'account.erased', actor, subjectId: userId })
  unit.effects.push({ kind: 'presence', userId })
  return success({})
}

/** To whoever could take it over by themselves. */
async function passOn(unit: Work, room: RoomRow): Promise<void> {
  const next = firstInLine({ room, participants: await participantsIn(unit.db, room.id) })
  const seat = next === null ? null : await seatOf(unit.db, next.user.id)
  if (room.kind === 'direct' || seat === null) await endRoom(unit, room)
  else await makeOwner(unit, room, seat, { kind: 'server' })
}
