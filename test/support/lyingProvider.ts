// An issuer whose ID tokens can be made wrong in one way each: what a provider that was taken over, or somebody in between, might send.
import { SignJWT, exportJWK, generateKeyPair, type JWTPayload } from 'jose'
import type { OpenIdConfig } from '../../server/openid/settings.ts'
import { closed, listen } from './openIdProvider.ts'

export type Lie = {
  claims?: JWTPayload & Record<string, unknown>
  /** Signs with a key that is not among those it publishes. */
  otherKey?: boolean
  /** Not signed at all, in the way of `alg: none`. */
  unsigned?: boolean
  /** No ID token comes at all. */
  noToken?: boolean
}

export async function startLyingProvider(publicUrl: string) {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  let lie: Lie = {}
  let nonce = ''

  async function idToken(): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const truth = {
      iss: issuer,
      aud: 'parley',
      sub: 'mia',
      nonce,
      iat: now,
      exp: now + 60,
      name: 'Mia',
      email: 'm@acme.example',
    }
    const payload = { ...truth, ...lie.claims } as JWTPayload
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    if (lie.unsigned) return `${part({ alg: 'none' })}.${part(payload)}.`
    const { privateKey } = lie.otherKey ? other : own
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey)
  }
  const answers: Record<string, () => Promise<object>> = {
    '/.well-known/openid-configuration': async () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/keys': async () => ({ keys: [jwk] }),
    '/token': async () => ({
      access_token: 'x',
      token_type: 'Bearer',
      ...(lie.noToken ? {} : { id_token: await idToken() }),
    }),
  }
  const { server, port } = await listen((request, response) => {
    const answer = answers[request.url ?? '']
    if (!answer) return void response.writeHead(404).end()
    void answer().then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)))
  })
  const issuer = `http://127.0.0.1:${port}`
  const config: OpenIdConfig = {
    issuer,
    clientId: 'parley',
    clientSecret: 'secret',
    name: 'Acme',
    scopes: 'openid',
    publicUrl,
    linkAccounts: false,
    allowedDomains: [],
    adminGroup: null,
    groupsClaim: 'groups',
  }
  return {
    issuer,
    config,
    /** Where a browser that was sent to `url` is sent back to; what follows is told this lie. */
    comesBack(url: string, told: Lie): string {
      const { searchParams } = new URL(url)
      lie = told
      nonce = searchParams.get('nonce') ?? ''
      return `${publicUrl}/openid/callback?code=abc&state=${searchParams.get('state')}`
    },
    close: () => closed(server),
  }
}
