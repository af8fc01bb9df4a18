// Signing in with OpenID Connect: begun by a device, carried through the provider by a browser, finished by the device that began it.
import type {
  OpenIdFinishInput,
  OpenIdProblem,
  OpenIdStartInput,
  OpenIdStartOutput,
} from '../../shared/protocol/openid.ts'
import { failure, success, type ErrorCode, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { SignInOutput } from '../../shared/protocol/session.ts'
import type { Entropy } from '../entropy.ts'
import type { Log } from '../log.ts'
import { audit } from '../people/audit.ts'
import type { Sessions } from '../people/sessions.ts'
import type { Store } from '../storage/store.ts'
import { findUser } from '../storage/userRows.ts'
import { accountOf } from './account.ts'
import { ATTEMPT_MS, createAttempts, hashOf } from './attempts.ts'
import { createProvider } from './provider.ts'
import type { OpenIdConfig } from './settings.ts'

/** Where the browser goes on, with what the device that began is to bring. */
export type Return = { way: OpenIdStartInput['way']; grant: string }

export interface OpenId {
  readonly config: OpenIdConfig
  /** `origin`: of the page that asks; undefined when no page does. */
  start(input: OpenIdStartInput, origin: string | undefined): Promise<Result<OpenIdStartOutput>>
  /** The provider's answer, `search` as it came. Null when it belongs to nothing that was begun here, any more. */
  comeBack(search: string, address: string): Promise<Return | null>
  finish(input: OpenIdFinishInput, address: string): Promise<Result<SignInOutput>>
}

export type OpenIdOptions = {
  config: OpenIdConfig
  store: Store
  sessions: Sessions
  entropy: Entropy
  now: () => number
  log: Log
}

export function createOpenId({ config, store, sessions, entropy, now, log }: OpenIdOptions): OpenId {
  const provider = createProvider({ config, log, now })
  const attempts = createAttempts({ now, entropy })
  void provider.look()

  /** `subjectId`: whose account it would have been. */
  async function noteRefusal(reason: OpenIdProblem, address: string, subjectId?: string): Promise<void> {
    const about = subjectId === undefined ? {} : { subjectId }
    const details = { way: 'openid', reason }
    await store.write((unit) =>
      audit(unit, { action: 'session.refused', actor: { kind: 'server' }, ...about, address, details }),
    )
  }

  return {
    config,
    async start(input, origin) {
      if (input.way === 'web' && origin !== undefined && origin !== config.publicUrl)
        return refusal('elsewhere', config.name)
      const attempt = attempts.begin(input)
      const url = await provider.authorizationUrl(attempt)
      return url.ok ? success({ url: url.value, expiresInMs: ATTEMPT_MS }) : refusal(url.problem, config.name)
    },
    async comeBack(search, address) {
      const states = new URLSearchParams(search).getAll('state')
      const attempt = states.length === 1 ? attempts.takeAttempt(states[0]!) : null
      if (attempt === null) return null
      const outcome = await provider.exchange(search, attempt)
      if (!outcome.ok) await noteRefusal(outcome.problem, address)
      return { way: attempt.way, grant: attempts.grant(attempt, outcome) }
    },
    async finish({ grant, verifier, device }, address) {
      const granted = attempts.takeGrant(grant)
      if (granted === null) return refusal('expired', config.name)
      if (granted.verifierHash !== hashOf(verifier)) {
        await noteRefusal('unasked', address)
        return refusal('expired', config.name)
      }
      if (!granted.outcome.ok) return refusal(granted.outcome.problem, config.name)
      const person = granted.outcome.value
      const account = await store.write((unit) => accountOf(unit, person, { config, entropy, address }))
      if (!account.ok) {
        await noteRefusal(account.problem, address, account.subjectId)
        return refusal(account.problem, config.name)
      }
      const { id, name } = account.value
      // Looked at once more: it is another transaction, and an account may be disabled at any moment.
      const started = await sessions.start(id, device, { address, way: 'openid' }, async (unit) => {
        const row = await findUser(unit.db, id)
        return row === null || row.disabledAt !== null ? refusal('disabled', config.name) : success(null)
      })
      return started.ok ? success({ user: { id, name }, tokens: started.value.tokens }) : started
    },
  }
}

type ServerProblem = Exclude<OpenIdProblem, 'browser' | 'unasked'>

const REFUSALS: Record<ServerProblem, { code: ErrorCode; words: (name: string) => string }> = {
  off: { code: 'notAllowed', words: () => 'This server has no OpenID provider. Sign in with your password.' },
  provider: { code: 'unavailable', words: (name) => `${name} cannot be reached just now. Try again in a moment.` },
  untrusted: {
    code: 'unauthenticated',
    words: (name) => `The answer of ${name} could not be verified. Try again; if it stays so, tell your administrator.`,
  },
  denied: { code: 'notAllowed', words: (name) => `${name} did not let you in, or you cancelled there. Try again.` },
  expired: { code: 'unauthenticated', words: () => 'This sign-in is no longer valid. Start it again.' },
  disabled: { code: 'notAllowed', words: () => 'Your account here is disabled. Ask your administrator.' },
  domain: {
    code: 'notAllowed',
    words: () => 'People with your mail address may not sign in here. Use another account, or ask your administrator.',
  },
  elsewhere: {
    code: 'notAllowed',
    words: (name) => `${name} knows this server at another address. Open Parley there, or ask your administrator.`,
  },
}

export function refusal(problem: OpenIdProblem, name = ''): Failure {
  const { code, words } = REFUSALS[problem as ServerProblem] ?? REFUSALS.expired
  return failure(code, words(name), { field: `openid.${problem}` })
}
