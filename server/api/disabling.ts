// An account that may not be used any more: signed out everywhere, and rung by nobody.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { settleRing } from '../calls/settling.ts'
import { audit, type Actor } from '../people/audit.ts'
import { endWait } from '../rooms/lobby.ts'
import { loseSeat } from '../rooms/seats.ts'
import { findRings } from '../storage/callRows.ts'
import { seatOf } from '../storage/roomRows.ts'
import type { Work } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { waitOf } from '../storage/waitingRows.ts'

type Change = { userId: string; actor: Actor; disabled: boolean }

export async function setDisabled(unit: Work, { userId, actor, disabled }: Change): Promise<Result<object>> {
  const { db, now } = unit
  const user = await findUser(db, userId)
  if (user === null) return failure('unknownUser', 'There is no such account.')
  if ((user.disabledAt !== null) === disabled) return success({})
  if (disabled && user.role === 'administrator')
    return failure('notAllowed', 'A program cannot disable an administrator.', { field: 'disabled' })
  await db
    .updateTable('users')
    .set({ disabledAt: disabled ? now : null })
    .where('id', '=', userId)
    .execute()
  await audit(unit, { action: disabled ? 'account.disabled' : 'account.enabled', actor, subjectId: userId })
  if (disabled) await signOutEverywhere(unit, userId)
  return success({})
}

async function signOutEverywhere(unit: Work, userId: string): Promise<void> {
  const { db } = unit
  // Before the seat goes: what rings them has nobody to answer it any more.
  for (const call of await findRings(db, { calleeId: userId }))
    await settleRing(unit, call, { type: 'revoke', reason: 'permissionLost' })
  const sessions = await db.deleteFrom('sessions').where('userId', '=', userId).returning('deviceId').execute()
  const seat = await seatOf(db, userId)
  if (seat !== null) await loseSeat(unit, seat, { seatLost: 'gone' })
  const wait = await waitOf(db, userId)
  if (wait !== null) await endWait(unit, wait, 'gone')
  const message = 'This account has been disabled.'
  for (const { deviceId } of sessions) unit.effects.push({ kind: 'signedOut', device: { userId, deviceId }, message })
}
