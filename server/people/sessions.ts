// Signing in, renewing and signing out one device. Refresh tokens are stored as hashes only.
import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { SignInInput, SignInOutput, Tokens } from '../../shared/protocol/session.ts'
import type { Device } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import type { Entropy } from '../entropy.ts'
import { endWait } from '../rooms/lobby.ts'
import { loseSeat } from '../rooms/seats.ts'
import { forgetGuest } from '../storage/guestRows.ts'
import { seatOf } from '../storage/roomRows.ts'
import { waitOf } from '../storage/waitingRows.ts'
import {
  deleteSession,
  findSessionByRefresh,
  isLiveSession,
  putSession,
  type SessionRow,
} from '../storage/sessionRows.ts'
import type { Store, Work } from '../storage/store.ts'
import { findCredentials, saveDevice } from '../storage/userRows.ts'
import type { AccessTokens } from './accessTokens.ts'
import { audit } from './audit.ts'
import { checkPassword } from './passwords.ts'

/** How long a refresh token still works after it was replaced: the answer with its successor may have been lost. */
export const REFRESH_GRACE_MS = 2 * 60_000

/** `address`: the IP address it is asked from; null when there is none. `way`: how the person proved who they are. */
export type From = { address: string | null; way: 'password' | 'guest' | 'openid' | 'invitation' | 'setup' }

export interface Sessions {
  signIn(input: SignInInput, from: From): Promise<Result<SignInOutput>>
  /** A session for this user on this device, in one transaction with what `prepare` does; nothing when that is refused. */
  start<Value>(
    userId: string,
    device: Device,
    from: From,
    prepare: (unit: Work) => Promise<Result<Value>>,
  ): Promise<Result<{ prepared: Value; tokens: Tokens }>>
  /** `userId`: when given, the token must be this user's. */
  renew(input: { refreshToken: string; deviceId: string; userId?: string }): Promise<Result<{ tokens: Tokens }>>
  /** Answers the same whether there was something to end or not. */
  signOut(input: { refreshToken: string; deviceId: string }): Promise<Result<object>>
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

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

export function createSessions({ store, accessTokens, entropy, secret, decoyHash, demo }: SessionsOptions): Sessions {
  const key = createSecretKey(secret)
  /** Always the same successor for the same token: who asks again after a lost answer gets what the first answer held. */
  const successorOf = (token: string) => createHmac('sha256', key).update(`refresh ${token}`).digest('base64url')

  async function tokensFor(
    session: Pick<SessionRow, 'userId' | 'deviceId' | 'id'>,
    refreshToken: string,
  ): Promise<Tokens> {
    const { userId, deviceId, id } = session
    const access = await accessTokens.issue({ userId, deviceId, sessionId: id })
    return { accessToken: access.token, accessExpiresAt: access.expiresAt, refreshToken }
  }

  const start: Sessions['start'] = async (userId, device, { address, way }, prepare) => {
    const refreshToken = Buffer.from(entropy.bytes(32)).toString('base64url')
    const session = { userId, deviceId: device.id, id: entropy.uuid(), refreshHash: hashOf(refreshToken) }
    const prepared = await store.write(async (unit) => {
      const ready = await prepare(unit)
      if (!ready.ok) return ready
      const { db, now } = unit
      await saveDevice(db, userId, device)
      await putSession(db, { ...session, previousHash: null, previousUntil: null, createdAt: now, renewedAt: now })
      const details = { device: device.id, way }
      await audit(unit, { action: 'session.started', actor: { kind: 'user', id: userId }, address, details })
      return ready
    })
    if (!prepared.ok) return prepared
    return success({ prepared: prepared.value, tokens: await tokensFor(session, refreshToken) })
  }

  return {
    start,
    async signIn({ login, password, device }, from) {
      const found = await store.read((db) => findCredentials(db, login.toLowerCase()))
      const matches = await checkPassword(password, found?.passwordHash ?? (await decoyHash))
      if (found === null || !matches || (found.demo && !demo) || found.disabledAt !== null)
        return failure('unauthenticated', 'This name and password do not belong together.')
      const started = await start(found.user.id, device, from, async () => success(found.user))
      return started.ok ? success({ user: found.user, tokens: started.value.tokens }) : started
    },
    async renew({ refreshToken, deviceId, userId }) {
      const successor = successorOf(refreshToken)
      const [hash, nextHash] = [hashOf(refreshToken), hashOf(successor)]
      const session = await store.write((unit) => rotate(unit, { hash, nextHash, deviceId, userId }))
      if (session === null) return failure('unauthenticated', 'Please sign in again.')
      return success({ tokens: await tokensFor(session, successor) })
    },
    async signOut({ refreshToken, deviceId }) {
      await store.write(async (unit) => {
        const session = await findSessionByRefresh(unit.db, hashOf(refreshToken))
        if (session === null || session.deviceId !== deviceId) return
        await endSession(unit, session, 'You have signed out.')
      })
      return success({})
    },
    isLive: ({ userId, deviceId, sessionId }) =>
      store.read((db) => isLiveSession(db, { userId, deviceId, id: sessionId })),
  }
}

/** The device is signed out: whatever seat it holds goes at once, media and all, since nobody answers for it any more. */
async function endSession(unit: Work, { userId, deviceId }: DeviceKey, message: string): Promise<void> {
  await deleteSession(unit.db, { userId, deviceId })
  const seat = await seatOf(unit.db, userId)
  if (seat?.deviceId === deviceId) await loseSeat(unit, seat, { seatLost: 'gone' })
  const wait = await waitOf(unit.db, userId)
  if (wait?.deviceId === deviceId) await endWait(unit, wait, 'gone')
  await forgetGuest(unit.db, userId)
  unit.effects.push({ kind: 'signedOut', device: { userId, deviceId }, message })
}

type Rotation = { hash: string; nextHash: string; deviceId: string; userId: string | undefined }

/** The session after its refresh token was replaced; null when the token is not (or no longer) good. */
async function rotate(unit: Work, rotation: Rotation): Promise<SessionRow | null> {
  const { db, now } = unit
  const { hash, nextHash, deviceId, userId } = rotation
  const session = await findSessionByRefresh(db, hash)
  if (session === null || session.deviceId !== deviceId) return null
  if (userId !== undefined && session.userId !== userId) return null
  if (session.previousHash === hash) {
    if (session.previousUntil !== null && now < session.previousUntil) return session
    // A token used long after it was replaced is in two hands: neither goes on.
    await endSession(unit, session, 'Please sign in again.')
    return null
  }
  const previousUntil = now + REFRESH_GRACE_MS
  const rotated = { ...session, refreshHash: nextHash, previousHash: hash, previousUntil, renewedAt: now }
  await putSession(db, rotated)
  return rotated
}
