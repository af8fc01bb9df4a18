// A person's signed-in devices, as they see and end them, and changing their password.
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { SignedInDevice } from '../../shared/protocol/devices.ts'
import { passwordProblem, passwordSentence } from '../../shared/passwords.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey } from '../effects.ts'
import { findAccount, findPasswordHash, setPasswordHash } from '../storage/accountRows.ts'
import { deleteResetLinks } from '../storage/invitationRows.ts'
import { sessionsOf, signedInDevices } from '../storage/sessionRows.ts'
import type { Db, Store, Work } from '../storage/store.ts'
import { audit } from './audit.ts'
import { endSession, endSessionsOf } from './endSession.ts'
import type { Lockout } from './lockout.ts'
import { checkPassword } from './passwords.ts'
import { noteRefusal, tooManyFailures } from './sessions.ts'

export async function listDevices(
  db: Db,
  now: number,
  { userId, deviceId }: DeviceKey,
  isOnline: (device: DeviceKey) => boolean,
): Promise<SignedInDevice[]> {
  const rows = await signedInDevices(db, userId)
  return rows.map(({ id, label, platform, createdAt, renewedAt, seenAt }) => {
    const online = isOnline({ userId, deviceId: id })
    const lastSeenAt = online ? now : Math.max(renewedAt, seenAt ?? 0)
    return { id, label, platform, current: id === deviceId, online, signedInAt: createdAt, lastSeenAt }
  })
}

export async function signOutDevice(
  unit: Work,
  { userId, deviceId }: DeviceKey,
  input: CheckedInput<'session.signOutDevice'>,
): Promise<Result<object>> {
  if (input.deviceId === deviceId)
    return failure('notAllowed', 'This is the device you are using. Sign out on it instead.', { field: 'deviceId' })
  const isSignedIn = (await sessionsOf(unit.db, userId)).some((session) => session.deviceId === input.deviceId)
  const actor = { kind: 'user', id: userId } as const
  if (isSignedIn) await endSession(unit, { userId, deviceId: input.deviceId }, { reason: 'signedOutElsewhere', actor })
  return success({})
}

export async function signOutOthers(unit: Work, { userId, deviceId }: DeviceKey): Promise<Result<{ count: number }>> {
  const actor = { kind: 'user', id: userId } as const
  return success({ count: await endSessionsOf(unit, userId, { reason: 'signedOutElsewhere', actor }, deviceId) })
}

export type OwnPasswordOptions = { store: Store; lockout: Lockout; hash(password: string): Promise<string> }

export type OwnPassword = ReturnType<typeof createOwnPassword>

export function createOwnPassword({ store, lockout, hash }: OwnPasswordOptions) {
  return {
    async change(
      { userId, deviceId }: DeviceKey,
      { oldPassword, password }: CheckedInput<'session.changePassword'>,
    ): Promise<Result<object>> {
      const known = await store.read(async (db) => ({
        account: await findAccount(db, { userId }),
        oldHash: await findPasswordHash(db, userId),
      }))
      const { account, oldHash } = known
      if (account === null || oldHash === null)
        return failure('notAllowed', 'This account has no password of its own here.', { field: 'password' })
      const problem = passwordProblem(password, account)
      if (problem !== null) return failure('invalid', passwordSentence(problem), { field: 'password' })
      // An open screen is no proof either: guessing is as slow here as at the door.
      const place = `change of ${userId}`
      const attempt = await store.write((unit) => lockout.begin(unit, account.login, place))
      if (attempt.retryAfterMs > 0) return tooManyFailures(attempt.retryAfterMs)
      if (!(await checkPassword(oldPassword, oldHash))) {
        await store.write((unit) => noteRefusal(unit, { userId, address: null, waitMs: attempt.waitMs }))
        return failure('wrongPassword', 'This is not your password.', { field: 'oldPassword' })
      }
      const passwordHash = await hash(password)
      return store.write(async (unit) => {
        // Changed elsewhere while this one was being looked at, or signed out meanwhile.
        const isSignedIn = (await sessionsOf(unit.db, userId)).some((session) => session.deviceId === deviceId)
        if (!isSignedIn || (await findPasswordHash(unit.db, userId)) !== oldHash)
          return failure('conflict', 'Your password was changed meanwhile.')
        await setPasswordHash(unit.db, userId, passwordHash)
        await deleteResetLinks(unit.db, userId)
        await lockout.succeeded(unit, account.login, place)
        const actor = { kind: 'user', id: userId } as const
        await endSessionsOf(unit, userId, { reason: 'passwordChanged', actor }, deviceId)
        await audit(unit, { action: 'account.passwordChanged', actor, subjectId: userId, details: { way: 'own' } })
        return success({})
      })
    },
  }
}
