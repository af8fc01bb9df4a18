// A device is signed out, by whomever: whatever it holds goes at once, media and all, since nobody answers for it any more.
import type { SessionEnd } from '../../shared/protocol/session.ts'
import type { DeviceKey } from '../effects.ts'
import { endWait } from '../rooms/lobby.ts'
import { loseSeat } from '../rooms/seats.ts'
import { forgetGuest } from '../storage/guestRows.ts'
import { seatOf } from '../storage/roomRows.ts'
import { deleteSession, sessionsOf } from '../storage/sessionRows.ts'
import type { Work } from '../storage/store.ts'
import { waitOf } from '../storage/waitingRows.ts'
import { audit, type Actor } from './audit.ts'

const SENTENCES: Record<SessionEnd, string> = {
  signedOut: 'You have signed out.',
  signedOutElsewhere: 'You have signed out this device from another one.',
  signedOutByOperator: 'This device was signed out by whoever looks after the server.',
  tokenReused:
    'This session was used from two places at once. Please sign in again, and change your password if that was not you.',
  passwordChanged: 'Your password was changed. Please sign in again.',
  disabled: 'This account has been disabled. Ask whoever looks after the server.',
}

export type Ending = { reason: SessionEnd; actor: Actor; address?: string | null }

export async function endSession(unit: Work, { userId, deviceId }: DeviceKey, ending: Ending): Promise<void> {
  const { reason, actor, address = null } = ending
  await deleteSession(unit.db, { userId, deviceId })
  const seat = await seatOf(unit.db, userId)
  if (seat?.deviceId === deviceId) await loseSeat(unit, seat, { seatLost: 'gone' })
  const wait = await waitOf(unit.db, userId)
  if (wait?.deviceId === deviceId) await endWait(unit, wait, 'gone')
  await forgetGuest(unit.db, userId)
  const details = { device: deviceId, reason }
  await audit(unit, { action: 'session.ended', actor, subjectId: userId, address, details })
  unit.effects.push({ kind: 'signedOut', device: { userId, deviceId }, message: SENTENCES[reason], reason })
}

/** All devices of this person but one, if any. Gives how many. */
export async function endSessionsOf(unit: Work, userId: string, ending: Ending, exceptId?: string): Promise<number> {
  const others = (await sessionsOf(unit.db, userId)).filter(({ deviceId }) => deviceId !== exceptId)
  for (const session of others) await endSession(unit, session, ending)
  return others.length
}
