// Sign-ins under way, in memory: short-lived, each good once, and never more than so many. A restart forgets them; one presses again.
import { createHash } from 'node:crypto'
import type { OpenIdStartInput } from '../../shared/protocol/openid.ts'
import type { Entropy } from '../entropy.ts'
import type { Outcome, Person, Secrets } from './provider.ts'

/** How long somebody may take at the provider. */
export const ATTEMPT_MS = 10 * 60_000
/** From the provider's answer to the device's: the browser asks whether Parley may be opened. */
export const GRANT_MS = 3 * 60_000
/** About 5 MB; the oldest go first. */
const KEPT_MAX = 10_000

export type Attempt = OpenIdStartInput & Secrets & { endsAt: number }
/** What came of an attempt, for whoever knows the verifier. */
export type Grant = { outcome: Outcome<Person>; verifierHash: string; endsAt: number }

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

export function createAttempts({ now, entropy }: { now: () => number; entropy: Entropy }) {
  const attempts = new Map<string, Attempt>()
  /** By the hash of what opens them: nothing that leaks from here opens anything. */
  const grants = new Map<string, Grant>()
  const random = () => Buffer.from(entropy.bytes(32)).toString('base64url')

  function put<Kept extends { endsAt: number }>(map: Map<string, Kept>, key: string, kept: Kept): void {
    // In the order of their end, since all of one kind live equally long.
    for (const [old, { endsAt }] of map) {
      if (endsAt > now() && map.size < KEPT_MAX) break
      map.delete(old)
    }
    map.set(key, kept)
  }
  function take<Kept extends { endsAt: number }>(map: Map<string, Kept>, key: string): Kept | null {
    const kept = map.get(key)
    map.delete(key)
    return kept !== undefined && now() < kept.endsAt ? kept : null
  }

  return {
    begin(input: OpenIdStartInput): Attempt {
      const secrets = { state: random(), nonce: random(), codeVerifier: random() }
      const attempt = { ...input, ...secrets, endsAt: now() + ATTEMPT_MS }
      put(attempts, attempt.state, attempt)
      return attempt
    },
    /** Null when there is no such attempt, any more. Whatever comes of it, it was the only try. */
    takeAttempt: (state: string) => take(attempts, state),
    grant({ verifierHash }: Attempt, outcome: Outcome<Person>): string {
      const grant = random()
      put(grants, hashOf(grant), { outcome, verifierHash, endsAt: now() + GRANT_MS })
      return grant
    },
    /** Spent even by whoever has the wrong verifier: it is in two hands then. */
    takeGrant: (grant: string) => take(grants, hashOf(grant)),
    /** How many are kept, of both kinds. */
    get size() {
      return attempts.size + grants.size
    },
  }
}
