// Refresh tokens: `<session>.<secret>.<tag>`. The tag says that this server gave it to this session, however long ago, so that a token
// which comes a second time is known for what it is. Where a token is not remembered by its hash, it opens nothing.
import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { Entropy } from '../entropy.ts'

export type RefreshTokens = ReturnType<typeof createRefreshTokens>

export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

export function createRefreshTokens(secret: Uint8Array, entropy: Entropy) {
  const key = createSecretKey(secret)
  const keyed = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  const tagOf = (text: string) => keyed(`refresh tag ${text}`).slice(0, 22)
  const whole = (sessionId: string, part: string) => {
    const text = `${sessionId}.${part}`
    return `${text}.${tagOf(text)}`
  }

  return {
    first: (sessionId: string): string => whole(sessionId, Buffer.from(entropy.bytes(32)).toString('base64url')),
    /** Always the same successor for the same token: who asks again after a lost answer gets what the first answer held. */
    successorOf: (token: string, sessionId: string): string => whole(sessionId, keyed(`refresh ${token}`)),
    /** The session this token was once made for; null when it is not ours, or from before tokens said so. */
    sessionOf(token: string): string | null {
      const [sessionId, part, tag, ...more] = token.split('.')
      if (sessionId === undefined || part === undefined || tag === undefined || more.length > 0) return null
      const [given, wanted] = [Buffer.from(tag), Buffer.from(tagOf(`${sessionId}.${part}`))]
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? sessionId : null
    },
  }
}
