// Who may open a signaling connection: a handshake of this protocol, a live access token, a device that is still signed in.
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { handshakeSchema } from '../../shared/protocol/session.ts'
import type { Device, User } from '../../shared/protocol/things.ts'
import type { AccessTokens } from '../people/accessTokens.ts'
import type { Sessions } from '../people/sessions.ts'
import type { Store } from '../storage/store.ts'
import { findUser, saveDevice, toUser } from '../storage/userRows.ts'
import { checkInput } from './checkInput.ts'
import type { Connections } from './connections.ts'
import type { Limiter } from './rateLimit.ts'

export type Admitted = { user: User; guestOf: string | null; device: Device; accessExpiresAt: number }

export type AdmissionOptions = {
  store: Store
  connections: Connections
  accessTokens: AccessTokens
  sessions: Sessions
  limiter: Limiter
}

/** `invalid` with the field, `tokenExpired`, `unauthenticated`, or `notAllowed` for one device too many. */
export type Admit = (handshake: unknown) => Promise<Result<Admitted>>

export function createAdmission({ store, connections, accessTokens, sessions, limiter }: AdmissionOptions): Admit {
  return async (raw) => {
    const handshake = checkInput(handshakeSchema, raw)
    if (!handshake.ok) return handshake
    const { accessToken, device } = handshake.value
    const claims = await accessTokens.verify(accessToken)
    if (!claims.ok) return claims
    const { userId, deviceId, expiresAt } = claims.value
    const user = await store.read((db) => findUser(db, userId))
    if (deviceId !== device.id || user === null || user.disabledAt !== null || !(await sessions.isLive(claims.value))) {
      return failure('unauthenticated', 'Please sign in.')
    }
    const known = connections.find({ userId, deviceId }) !== undefined
    const most = limiter.max('connectionsPerUser')
    if (!known && connections.devicesOf(userId) >= most)
      return failure('notAllowed', `You are online on ${most} devices already.`)
    await store.write(({ db }) => saveDevice(db, userId, device))
    return success({ user: toUser(user), guestOf: user.guestOf, device, accessExpiresAt: expiresAt })
  }
}
