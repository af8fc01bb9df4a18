// The provider as this server talks to it. It is discovered when it is first needed, so that one that is down keeps nobody else out.
import * as client from 'openid-client'
import { z } from 'zod'
import type { OpenIdProblem } from '../../shared/protocol/openid.ts'
import type { Log } from '../log.ts'
import { CALLBACK_PATH, type OpenIdConfig } from './settings.ts'

/** Whoever waits has pressed a button. */
const TIMEOUT_S = 5
/** How long what a provider says about itself is taken for true. */
const KEEP_MS = 60 * 60_000

/** What one sign-in is recognised by; all of it random, and never told but where it has to be. */
export type Secrets = { state: string; nonce: string; codeVerifier: string }

/** Whom the provider vouches for. `subject` alone tells who it is; everything else may change or be chosen by the person. */
export type Person = {
  issuer: string
  subject: string
  name: string | null
  username: string | null
  email: string | null
  emailVerified: boolean
  groups: readonly string[]
}

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; problem: OpenIdProblem }

export interface Provider {
  /** Says in the log when it cannot be found; it is looked for again when somebody needs it. */
  look(): Promise<void>
  authorizationUrl(secrets: Secrets): Promise<Outcome<string>>
  /** Trades the code for the person: issuer, audience, nonce, signature and expiry of the ID token are checked. */
  exchange(search: string, secrets: Secrets): Promise<Outcome<Person>>
}

export type ProviderOptions = { config: OpenIdConfig; log: Log; now: () => number }

export function createProvider({ config, log, now }: ProviderOptions): Provider {
  const { issuer, clientId, clientSecret, publicUrl, scopes } = config
  const callback = publicUrl + CALLBACK_PATH
  let found: { configuration: client.Configuration; at: number } | null = null
  let looking: Promise<client.Configuration> | null = null

  async function discover(): Promise<client.Configuration> {
    const configuration = await client.discovery(new URL(issuer), clientId, undefined, authentication(clientSecret), {
      timeout: TIMEOUT_S,
      // Without it the signature of an ID token that came over TLS would not be looked at.
      execute: [client.enableNonRepudiationChecks, ...(isPlain(issuer) ? [client.allowInsecureRequests] : [])],
    })
    found = { configuration, at: now() }
    return configuration
  }
  /** What was known goes on being used when the provider cannot be asked again. */
  async function configuration(): Promise<client.Configuration> {
    if (found !== null && now() < found.at + KEEP_MS) return found.configuration
    looking ??= discover().finally(() => (looking = null))
    const known = found
    return known === null ? looking : looking.catch(() => known.configuration)
  }

  async function attempted<Value>(what: string, work: () => Promise<Value>): Promise<Outcome<Value>> {
    try {
      return { ok: true, value: await work() }
    } catch (error) {
      const problem = problemOf(error)
      if (problem !== 'denied') log.warn({ problem, reason: reasonOf(error), issuer }, `openid: ${what} failed`)
      return { ok: false, problem }
    }
  }

  return {
    look: async () => void (await attempted('finding the provider', configuration)),
    authorizationUrl: ({ state, nonce, codeVerifier }) =>
      attempted('finding the provider', async () => {
        const code_challenge = await client.calculatePKCECodeChallenge(codeVerifier)
        const url = client.buildAuthorizationUrl(await configuration(), {
          redirect_uri: callback,
          scope: scopes,
          state,
          nonce,
          code_challenge,
          code_challenge_method: 'S256',
        })
        return url.href
      }),
    exchange: (search, { state, nonce, codeVerifier }) =>
      attempted('signing in', async () => {
        const known = await configuration()
        const tokens = await client.authorizationCodeGrant(known, new URL(callback + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
        })
        const claims = claimsSchema.parse(tokens.claims())
        const complete = claims.email !== undefined && claims.name !== undefined && config.adminGroup === null
        const asks = !complete && known.serverMetadata().userinfo_endpoint !== undefined
        const more = asks ? await client.fetchUserInfo(known, tokens.access_token, claims.sub) : {}
        return personOf(claims, claimsSchema.partial().parse(more), config)
      }),
  }
}

const isPlain = (url: string): boolean => new URL(url).protocol === 'http:'

/** As the provider prefers it: with the secret in a header, or in the form where it takes no header. */
function authentication(secret: string | null): client.ClientAuth {
  if (secret === null) return client.None()
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

/** A claim that is not as it should be counts as missing; groups may stand in any claim, so the others are kept. */
const textSchema = z.string().trim().min(1).max(320).optional().catch(undefined)
const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  name: textSchema,
  given_name: textSchema,
  family_name: textSchema,
  preferred_username: textSchema,
  email: textSchema,
  // Some write it as text.
  email_verified: z.preprocess((value) => value === true || value === 'true', z.boolean()),
})
type Claims = z.output<typeof claimsSchema>

function personOf(claims: Claims, more: Partial<Claims>, config: OpenIdConfig): Person {
  // An address and whether it was verified must come from the same place.
  const mail = claims.email === undefined ? more : claims
  const both = (part: Partial<Claims>) => [part.given_name, part.family_name].filter(Boolean).join(' ') || undefined
  return {
    // As the provider writes it, which a setting may do with or without a slash at its end.
    issuer: claims.iss,
    subject: claims.sub,
    name: claims.name ?? more.name ?? both(claims) ?? both(more) ?? null,
    username: claims.preferred_username ?? more.preferred_username ?? null,
    email: mail.email?.toLowerCase() ?? null,
    emailVerified: mail.email_verified === true,
    groups: [...groupsIn(claims[config.groupsClaim]), ...groupsIn(more[config.groupsClaim])],
  }
}

function groupsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((group) => typeof group === 'string') : []
}

/** What a person can do something about. Everything unknown is an answer that is not to be trusted. */
function problemOf(error: unknown): OpenIdProblem {
  if (error instanceof client.AuthorizationResponseError) return error.error === 'access_denied' ? 'denied' : 'provider'
  if (error instanceof client.ResponseBodyError) return error.error === 'invalid_grant' ? 'expired' : 'provider'
  if (error instanceof client.ClientError) return UNREACHABLE.has(error.code ?? '') ? 'provider' : 'untrusted'
  return error instanceof TypeError && error.message === 'fetch failed' ? 'provider' : 'untrusted'
}
const UNREACHABLE = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_PARSE_ERROR',
])

/** For the log: which kind of failure, and never what was sent or received. */
function reasonOf(error: unknown): string {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return error.error.slice(0, 100)
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: { code?: unknown } }
  return [code, cause?.code, message]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .slice(0, 200)
}
