// Signing in, renewing and signing out one device. Refresh tokens are stored as hashes only.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { SignInInput, SignInOutput, Tokens } from '../../shared/protocol/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import {
  findSession,
  findSessionByRefresh,
  isLiveSession,
  putSession,
  type SessionRow,
} from '../storage/sessionRows.ts'
import type { Store, Work } from '../storage/store.ts'
import { findCredentials, saveDevice } from '../storage/userRows.ts'
import type { AccessTokens } from './accessTokens.ts'
import { audit } from './audit.ts'
import { endSession } from './endSession.ts'
import { createLockout } from './lockout.ts'
import { checkPassword } from './passwords.ts'
import { createRefreshTokens, hashOfToken, type RefreshTokens } from './refreshTokens.ts'

/**
 * How long a refresh token still works after it was replaced, and only until its successor is used: the answer with that one may have
 * been lost. A client notices a lost answer after at most 12 s and comes back within 15 s of having a network again.
 */
export const REFRESH_GRACE_MS = 60_000

/** `address`: the IP address it is asked from; null when there is none. `way`: how the person proved who they are. */
export type From = { address: string | null; way: 'password' | 'guest' | 'openid' | 'invitation' | 'reset' | 'setup' }

/** `userId`: when given, the token must be this user's. */
export type Renewal = { refreshToken: string; deviceId: string; userId?: string; address?: string | null }

export interface Sessions {
  /** `unauthenticated`, or `rateLimited` with the field `login` after a few wrong passwords. */
  signIn(input: SignInInput, from: From): Promise<Result<SignInOutput>>
  /** A session for this user on this device, in one transaction with what `prepare` does; nothing when that is refused. */
  start<Value>(
    userId: string,
    device: Device,
    from: From,
    prepare: (unit: Work) => Promise<Result<Value>>,
  ): Promise<Result<{ prepared: Value; tokens: Tokens }>>
  /** A token that was replaced before is in two hands: its session ends, whoever came with it. */
  renew(input: Renewal): Promise<Result<{ tokens: Tokens }>>
  /** Answers the same whether there was something to end or not. */
  signOut(input: { refreshToken: string; deviceId: string }, address?: string | null): Promise<Result<object>>
  isLive(session: DeviceKey & { sessionId: string }): Promise<boolean>
}

export type SessionsOptions = {
  store: Store
  accessTokens: AccessTokens
  entropy: Entropy
  /** Keys the succession of refresh tokens. */
  secret: Uint8Array
  /** Checked against when the login is unknown, so that both cases take the same time. */
  decoyHash: Promise<string>
  /** Whether the demo people may sign in. */
  demo: boolean
}

export function createSessions({ store, accessTokens, entropy, secret, decoyHash, demo }: SessionsOptions): Sessions {
  const refreshTokens = createRefreshTokens(secret, entropy)
  const lockout = createLockout(secret)

  async function tokensFor(
    session: Pick<SessionRow, 'userId' | 'deviceId' | 'id'>,
    refreshToken: string,
  ): Promise<Tokens> {
    const { userId, deviceId, id } = session
    const access = await accessTokens.issue({ userId, deviceId, sessionId: id })
    return { accessToken: access.token, accessExpiresAt: access.expiresAt, refreshToken }
  }

  const start: Sessions['start'] = async (userId, device, { address, way }, prepare) => {
    const id = entropy.uuid()
    const refreshToken = refreshTokens.first(id)
    const session = { userId, deviceId: device.id, id, refreshHash: hashOfToken(refreshToken) }
    const prepared = await store.write(async (unit) => {
      const ready = await prepare(unit)
      if (!ready.ok) return ready
      const { db, now } = unit
      await saveDevice(db, userId, device)
      const times = { previousHash: null, previousUntil: null, createdAt: now, renewedAt: now, seenAt: null }
      await putSession(db, { ...session, ...times })
      const details = { device: device.id, way }
      await audit(unit, { action: 'session.started', actor: { kind: 'user', id: userId }, address, details })
      return ready
    })
    if (!prepared.ok) return prepared
    return success({ prepared: prepared.value, tokens: await tokensFor(session, refreshToken) })
  }

  return {
    start,
    async signIn({ login: typed, password, device }, from) {
      const login = typed.toLowerCase()
      const { address } = from
      const attempt = await store.write((unit) => lockout.begin(unit, login, address))
      if (attempt.retryAfterMs > 0) return tooManyFailures(attempt.retryAfterMs)
      const found = await store.read((db) => findCredentials(db, login))
      const matches = await checkPassword(password, found?.passwordHash ?? (await decoyHash))
      if (found === null || !matches || (found.demo && !demo) || found.disabledAt !== null) {
        await store.write((unit) => noteRefusal(unit, { userId: found?.user.id, address, waitMs: attempt.waitMs }))
        return failure('unauthenticated', 'This name and password do not belong together.')
      }
      const started = await start(found.user.id, device, from, async (unit) => {
        // The password may have been changed, or the account disabled, while this one was being looked at.
        const still = await findCredentials(unit.db, login)
        if (still === null || still.passwordHash !== found.passwordHash || still.disabledAt !== null)
          return failure('unauthenticated', 'This name and password do not belong together.')
        await lockout.succeeded(unit, login, address)
        return success(found.user)
      })
      return started.ok ? success({ user: found.user, tokens: started.value.tokens }) : started
    },
    async renew(renewal) {
      const renewed = await store.write((unit) => rotate(unit, refreshTokens, renewal))
      if (renewed === null) return failure('unauthenticated', 'Please sign in again.')
      return success({ tokens: await tokensFor(renewed.session, renewed.refreshToken) })
    },
    async signOut({ refreshToken, deviceId }, address = null) {
      await store.write(async (unit) => {
        const session = await findSessionByRefresh(unit.db, hashOfToken(refreshToken))
        if (session === null || session.deviceId !== deviceId) return
        const actor = { kind: 'user', id: session.userId } as const
        await endSession(unit, session, { reason: 'signedOut', actor, address })
      })
      return success({})
    },
    isLive: ({ userId, deviceId, sessionId }) =>
      store.read((db) => isLiveSession(db, { userId, deviceId, id: sessionId })),
  }
}

export const tooManyFailures = (retryAfterMs: number) =>
  failure('rateLimited', `Too many wrong passwords. Try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`, {
    field: 'login',
    retryAfterMs,
  })

/** Of a login that nobody has, not even the fact is kept beyond its address: what people type there may be a password. */
export async function noteRefusal(
  unit: Work,
  { userId, address, waitMs }: { userId: string | undefined; address: string | null; waitMs: number },
): Promise<void> {
  const subject = userId === undefined ? {} : { subjectId: userId }
  const entry = { actor: { kind: 'server' }, address, ...subject } as const
  await audit(unit, { ...entry, action: 'session.refused' })
  if (waitMs > 0) await audit(unit, { ...entry, action: 'account.lockedOut', details: { waitMs } })
}

type Renewed = { session: SessionRow; refreshToken: string }

/** The session after its refresh token was replaced, and its new one; null when the token is not (or no longer) good. */
async function rotate(unit: Work, tokens: RefreshTokens, renewal: Renewal): Promise<Renewed | null> {
  const { db, now } = unit
  const { refreshToken, deviceId, userId, address = null } = renewal
  const hash = hashOfToken(refreshToken)
  const session = await findSessionByRefresh(db, hash)
  const isCurrent = session?.refreshHash === hash
  const isLost = session?.previousHash === hash && session.previousUntil !== null && now < session.previousUntil
  if (session === null || (!isCurrent && !isLost)) {
    const familyId = session?.id ?? tokens.sessionOf(refreshToken)
    const family = familyId === null ? null : await findSession(db, familyId)
    if (family !== null) await endFamily(unit, family, address)
    return null
  }
  if (session.deviceId !== deviceId || (userId !== undefined && session.userId !== userId)) return null
  const successor = tokens.successorOf(refreshToken, session.id)
  if (isLost) return { session, refreshToken: successor }
  const rotated = {
    ...session,
    refreshHash: hashOfToken(successor),
    previousHash: hash,
    previousUntil: now + REFRESH_GRACE_MS,
    renewedAt: now,
  }
  await putSession(db, rotated)
  return { session: rotated, refreshToken: successor }
}

/** A token used after it was replaced is in two hands, and nobody can tell which is the right one: neither goes on. */
async function endFamily(unit: Work, { userId, deviceId }: SessionRow, address: string | null): Promise<void> {
  const actor = { kind: 'server' } as const
  await audit(unit, { action: 'session.tokenReused', actor, subjectId: userId, address, details: { device: deviceId } })
  await endSession(unit, { userId, deviceId }, { reason: 'tokenReused', actor, address })
}
