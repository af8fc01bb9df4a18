// A real OpenID provider on this machine, with a page on which one chooses who one is; and a person's browser that goes through it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import type { OpenIdConfig } from '../../server/openid/settings.ts'

export type Claims = {
  email?: string
  email_verified?: boolean
  name?: string
  preferred_username?: string
  groups?: string[]
}

export type TestProvider = {
  issuer: string
  /** Whoever is not among them cannot sign in there. */
  people: Record<string, Claims>
  /** How a Parley server at this origin uses it. */
  config(publicUrl: string, more?: Partial<OpenIdConfig>): OpenIdConfig
  close(): Promise<void>
}

const CLIENT_SECRET = 'a secret that only tests know'

export async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void, port = 0) {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

/** A port that was free just now: the provider has to know where the server will be. */
export async function freePort(): Promise<number> {
  const { server, port } = await listen(() => {})
  await closed(server)
  return port
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** `publicUrl`: of the one Parley server it knows. `port`: where it listens; any when left out. */
export async function startProvider(
  publicUrl: string,
  options: { port?: number; open?: boolean } = {},
): Promise<TestProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const { server, port } = await listen((request, response) => handle(request, response), options.port)
  const issuer = `http://127.0.0.1:${port}`
  const people: TestProvider['people'] = {
    mia: { email: 'mia@acme.example', email_verified: true, name: 'Mia Novak', preferred_username: 'mia' },
  }
  const provider = new Provider(issuer, configuration(publicUrl, people, options.open ?? false))
  const callback = provider.callback()
  handle = (request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    if (!url.pathname.startsWith('/interaction/')) return callback(request, response)
    const as = url.searchParams.get('as')
    if (as === null) return void response.setHeader('content-type', 'text/html; charset=utf-8').end(choicePage(people))
    const result =
      as in people ? { login: { accountId: as } } : { error: 'access_denied', error_description: 'they said no' }
    provider
      .interactionFinished(request, response, result)
      .catch((error: unknown) => response.writeHead(400).end(String(error)))
  }
  return {
    issuer,
    people,
    config: (origin, more = {}) => ({
      issuer,
      clientId: 'parley',
      clientSecret: options.open ? null : CLIENT_SECRET,
      name: 'Acme',
      scopes: 'openid profile email',
      publicUrl: origin,
      linkAccounts: false,
      allowedDomains: [],
      adminGroup: null,
      groupsClaim: 'groups',
      ...more,
    }),
    close: () => closed(server),
  }
}

function configuration(publicUrl: string, people: Record<string, Claims>, open: boolean) {
  const client = {
    client_id: 'parley',
    redirect_uris: [`${publicUrl}/openid/callback`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    ...(open ? { token_endpoint_auth_method: 'none' } : { client_secret: CLIENT_SECRET }),
  }
  type Context = { oidc: { provider: Provider; session: { accountId: string }; client: { clientId: string } } }
  return {
    clients: [client],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['tests alone'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
    // Whoever signs in agrees.
    async loadExistingGrant({ oidc }: Context) {
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  }
}

const choicePage = (
  people: Record<string, Claims>,
): string => `<!doctype html><html lang="en"><title>Acme</title><h1>Acme</h1>
${Object.entries(people)
  .map(([id, { name }]) => `<p><a href="?as=${id}">${name ?? id}</a></p>`)
  .join('')}<p><a href="?as=-">Cancel</a></p></html>`

/** A browser at the provider, signing in as one of its people (`-` refuses). Gives the address it is sent back to, not fetched yet. */
export async function throughProvider(url: string, as: string): Promise<string> {
  const { origin } = new URL(url)
  const jar = new Map<string, string>()
  let next = url
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location !== null) next = new URL(location, next).href
    else if (new URL(next).pathname.startsWith('/interaction/')) next = `${next.split('?')[0]}?as=${as}`
    else throw new Error(`the provider answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    if (new URL(next).origin !== origin) return next
  }
  throw new Error('the provider sends round in circles')
}
