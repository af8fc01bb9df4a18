// Passwords for a TURN server that are good for a while (the convention of coturn's `use-auth-secret`): whoever knows the secret
// makes them, and the TURN server checks them without asking anybody. The secret itself goes to no client.
import { createHmac } from 'node:crypto'
import type { IceServers } from './iceServers.ts'

export type TurnConfig = {
  /** turn: and turns: addresses. */
  urls: string[]
  /** The TURN server's `static-auth-secret`. */
  secret: string
}

/**
 * So long one can begin to relay through the TURN server. Every offer and every ICE restart brings fresh ones, so it need not be
 * as long as meetings are; what is being relayed goes on.
 */
export const TURN_CREDENTIAL_MS = 60 * 60_000

/** `now` in ms since the epoch; the user name begins with the second at which it expires. */
export function turnCredential(secret: string, userId: string, now: number): { username: string; credential: string } {
  const username = `${Math.floor((now + TURN_CREDENTIAL_MS) / 1000)}:${userId}`
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}

/** What one person is handed: the servers that are the same for everybody, and TURN with a password of their own, made now. */
export function iceServersFor(
  fixed: IceServers,
  turn: TurnConfig | null,
  now: () => number,
): (userId: string) => IceServers {
  if (turn === null) return () => fixed
  return (userId) => [...fixed, { urls: turn.urls, ...turnCredential(turn.secret, userId, now()) }]
}
