// Access tokens: JWTs signed with the server's own secret (HS256), good for one device for a short time.
import { SignJWT, errors, jwtVerify } from 'jose'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

export type AccessClaims = { userId: string; deviceId: string; sessionId: string }

export interface AccessTokens {
  /** `expiresAt` in ms since the epoch. */
  issue(claims: AccessClaims): Promise<{ token: string; expiresAt: number }>
  /** `tokenExpired`, or `unauthenticated` for anything that is not ours. */
  verify(token: string): Promise<Result<AccessClaims & { expiresAt: number }>>
}

const ISSUER = 'parley'

export function createAccessTokens(options: {
  secret: Uint8Array
  lifetimeMs: number
  now: () => number
}): AccessTokens {
  const { secret, lifetimeMs, now } = options
  return {
    async issue({ userId, deviceId, sessionId }) {
      // A JWT counts in whole seconds.
      const expires = Math.ceil((now() + lifetimeMs) / 1000)
      const token = await new SignJWT({ device: deviceId, session: sessionId })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setSubject(userId)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(expires)
        .sign(secret)
      return { token, expiresAt: expires * 1000 }
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          issuer: ISSUER,
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'sub', 'device', 'session'],
        })
        const { sub, device, session, exp } = payload
        if (typeof sub !== 'string' || typeof device !== 'string' || typeof session !== 'string') return notOurs()
        return success({ userId: sub, deviceId: device, sessionId: session, expiresAt: Number(exp) * 1000 })
      } catch (error) {
        return error instanceof errors.JWTExpired
          ? failure('tokenExpired', 'Your session has to be renewed.')
          : notOurs()
      }
    },
  }
}

const notOurs = () => failure('unauthenticated', 'Please sign in.')
