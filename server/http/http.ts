// HTTP: health, metrics, the server's own description, signing in, and the built web client. Errors are Results here too.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import serveFiles from '@fastify/static'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { failure, success, type ErrorCode, type Failure, type Result } from '../../shared/protocol/result.ts'
import { invitationAcceptInputSchema, invitationLookInputSchema } from '../../shared/protocol/invitations.ts'
import { guestInputSchema, guestLookInputSchema } from '../../shared/protocol/guests.ts'
import {
  PROTOCOL_VERSION,
  renewInputSchema,
  signInInputSchema,
  type ServerInfo,
} from '../../shared/protocol/session.ts'
import { addApiV1 } from '../api/api.ts'
import type { ApiTools } from '../api/route.ts'
import type { ServerConfig } from '../config.ts'
import type { Certificate } from './certificate.ts'
import { checkInput } from '../gateway/checkInput.ts'
import type { Log } from '../log.ts'
import type { OpenId } from '../openid/desk.ts'
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../people/demo.ts'
import type { Guests } from '../people/guests.ts'
import type { Invitations } from '../people/invitations.ts'
import type { Sessions } from '../people/sessions.ts'
import { addOpenIdRoutes } from './openidRoutes.ts'

/** Sign-in and renewal are small; nothing else is posted. */
const BODY_BYTES_MAX = 16 * 1024

export type HttpOptions = {
  config: ServerConfig
  log: Log
  sessions: Sessions
  guests: Guests
  invitations: Invitations
  /** Null when no provider is set. */
  openId: OpenId | null
  workers(): { pid: number; rooms: number }[]
  /** What `GET /metrics` tells. */
  metrics(): Promise<string>
  /** Why nobody should be sent here now; null when all is well. */
  trouble(): Promise<string | null>
  /** The refusal of a request that comes too often; null for all others. */
  limitAttempts(request: { url: string; ip: string; body: unknown }): Failure | null
  uptimeSeconds(): number
  /** What programs may ask for with a token. */
  api: ApiTools
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  tokenExpired: 401,
  notAllowed: 403,
  tooLarge: 413,
  rateLimited: 429,
  unavailable: 503,
}

/** `certificate`: it speaks HTTPS with this one. */
export async function createHttp(options: HttpOptions, certificate: Certificate | null): Promise<FastifyInstance> {
  const { trustedProxies = [] } = options.config
  const app: FastifyInstance = fastify({
    ...(certificate === null ? {} : { https: certificate }),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    logger: false,
    // Of its own making: what a stranger sends is not written into the log.
    genReqId: () => randomUUID(),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
  })
  await app.register(helmet, SECURITY_HEADERS)
  await app.register(rateLimit, { global: false })
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Also behind a proxy that is trusted and says so.
    if (request.protocol === 'https') reply.header('strict-transport-security', `max-age=${HSTS_SECONDS}`)
    reply.header('permissions-policy', 'camera=(self), microphone=(self), display-capture=(self), geolocation=()')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => answer(reply, failureOf(error, options.log, request.id)))
  app.addHook('preHandler', async (request, reply) => {
    const refusal = options.limitAttempts(request)
    if (refusal !== null) return answer(reply, refusal)
    return undefined
  })
  addApi(app, options)
  await addApiV1(app, { ...options.api, version: options.config.version })
  await addWebClient(app, options.config.webDir)
  return app
}

/** Half a year: browsers that have been here by HTTPS come by nothing else. */
const HSTS_SECONDS = 15_552_000

const SECURITY_HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      // WebAssembly alone, for noise suppression; no script from text.
      'script-src': ["'self'", "'wasm-unsafe-eval'"],
      'style-src': ["'self'"],
      'font-src': ["'self'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'media-src': ["'self'", 'blob:'],
      'worker-src': ["'self'", 'blob:'],
      // In current browsers 'self' covers ws: and wss: of the same host.
      'connect-src': ["'self'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
  // Only where the answer goes out by HTTPS: see the hook.
  strictTransportSecurity: false,
} as const

function addApi(app: FastifyInstance, options: HttpOptions) {
  const { config, openId } = options
  const { passwordSignIn = true } = config
  app.get('/health', async (request) => ({
    ok: true,
    version: config.version,
    // Process ids are for whoever sits at this machine.
    workers: options.workers().map(({ pid, rooms }) => (isFromHere(request) ? { pid, rooms } : { rooms })),
    uptimeSeconds: options.uptimeSeconds(),
  }))
  app.get('/ready', async (_request, reply) => {
    const trouble = await options.trouble()
    return answer(reply, trouble === null ? success({ ready: true }) : failure('unavailable', trouble))
  })
  addMetrics(app, options)
  app.get('/api/server', async (): Promise<ServerInfo> => ({
    name: 'Parley',
    version: config.version,
    protocol: PROTOCOL_VERSION,
    signIn: { password: passwordSignIn, openid: openId && { name: openId.config.name } },
    ...(config.demo
      ? { demo: { password: DEMO_PASSWORD, people: DEMO_PEOPLE.map(({ login, name }) => ({ login, name })) } }
      : {}),
  }))
  const post = <Input, Output>(
    url: string,
    schema: z.ZodType<Input>,
    carryOut: (input: Input, address: string) => Promise<Result<Output>>,
    routeOptions: object = {},
  ) =>
    app.post(url, routeOptions, async (request, reply) => {
      const input = checkInput(schema, request.body)
      return answer(reply, input.ok ? await carryOut(input.value, request.ip) : input)
    })
  post(
    '/api/sign-in',
    signInInputSchema,
    async (input, address) =>
      passwordSignIn ? options.sessions.signIn(input, { address, way: 'password' }) : noPasswords(openId),
    attemptsLimit(config.signInsPerMinute, addressAndLogin, 'Too many attempts to sign in. Wait a minute.'),
  )
  const guestLimit = () =>
    attemptsLimit(config.guestsPerMinute, ({ ip }) => ip, 'Too many attempts to join from here. Wait a minute.')
  post('/api/guest/look', guestLookInputSchema, (input) => options.guests.look(input), guestLimit())
  post('/api/guest', guestInputSchema, (input, address) => options.guests.arrive(input, address), guestLimit())
  // Looser than with passwords, since nothing can be guessed: an office behind one address comes in together.
  const limit = () =>
    attemptsLimit(config.signInsPerMinute * 5, ({ ip }) => ip, 'Too many sign-ins from here. Wait a minute.')
  addOpenIdRoutes(app, { openId, answer, limit })
  const linkLimit = () =>
    attemptsLimit(config.guestsPerMinute, ({ ip }) => ip, 'Too many attempts with such links from here. Wait a minute.')
  const { invitations } = options
  // All of them end in a password, which would be a way around the provider.
  const look: Invitations['look'] = async (input) => (passwordSignIn ? invitations.look(input) : noPasswords(openId))
  const accept: Invitations['accept'] = async (input, address) =>
    passwordSignIn ? invitations.accept(input, address) : noPasswords(openId)
  post('/api/invitation/look', invitationLookInputSchema, look, linkLimit())
  post('/api/invitation/accept', invitationAcceptInputSchema, accept, linkLimit())
  post('/api/renew', renewInputSchema, (input, address) => options.sessions.renew({ ...input, address }))
  post('/api/sign-out', renewInputSchema, (input, address) => options.sessions.signOut(input, address))
}

const noPasswords = (openId: OpenId | null) =>
  failure('notAllowed', `Nobody signs in with a password here. Continue with ${openId?.config.name}.`)

/** A proxy in front would make everybody look as if they were. */
const isFromHere = ({ socket, headers }: FastifyRequest): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '') &&
  headers['x-forwarded-for'] === undefined &&
  headers['forwarded'] === undefined

/** For whoever has the token alone: a proxy in front makes strangers look like this machine, so that addresses prove nothing. */
function addMetrics(app: FastifyInstance, { config, metrics }: HttpOptions) {
  const { metricsToken } = config
  if (metricsToken === undefined) return
  const wanted = digest(`Bearer ${metricsToken}`)
  app.get('/metrics', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) {
      reply.header('www-authenticate', 'Bearer')
      return answer(reply, failure('unauthenticated', 'The metrics need their token.'))
    }
    return reply
      .header('cache-control', 'no-store')
      .type('text/plain; version=0.0.4; charset=utf-8')
      .send(await metrics())
  })
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

type Asking = { ip: string; body?: unknown }

/** Guessing passwords is made slow per login and address, so that one office behind one address is not locked out. */
function addressAndLogin({ ip, body }: Asking): string {
  const login: unknown = (body as { login?: unknown } | null | undefined)?.login
  return `${ip} ${typeof login === 'string' ? login.trim().toLowerCase().slice(0, 120) : ''}`
}

const attemptsLimit = (max: number, keyGenerator: (request: Asking) => string, words: string) => ({
  config: {
    rateLimit: {
      max,
      timeWindow: 60_000,
      hook: 'preHandler',
      keyGenerator,
      errorResponseBuilder: (_request: unknown, context: { ttl: number }) => new TooManyAttempts(words, context.ttl),
    },
  },
})

class TooManyAttempts extends Error {
  readonly statusCode = 429
  readonly retryAfterMs: number

  constructor(words: string, retryAfterMs: number) {
    super(words)
    this.retryAfterMs = retryAfterMs
  }
}

function answer<Value>(reply: FastifyReply, result: Result<Value>) {
  const status = result.ok ? 200 : (STATUS[result.error.code] ?? 400)
  return reply
    .status(status)
    .header('cache-control', 'no-store')
    .send(result.ok ? success(result.value) : result)
}

function failureOf(error: FastifyError | TooManyAttempts, log: Log, requestId: string): Failure {
  if (error instanceof TooManyAttempts)
    return failure('rateLimited', error.message, { retryAfterMs: error.retryAfterMs })
  const status = error.statusCode ?? 500
  if (status === 413) return failure('tooLarge', `At most ${BODY_BYTES_MAX} bytes.`)
  if (status < 500) return failure('invalid', 'This request is not understood.')
  log.error({ err: error, requestId }, 'request failed')
  return failure('unavailable', 'The server could not do this just now.')
}

/** The built renderer, when there is one; the paths of its own screens (`/join/…`) all start at index.html. */
async function addWebClient(app: FastifyInstance, webDir: string) {
  const built = existsSync(path.join(webDir, 'index.html'))
  const root = path.resolve(webDir)
  const assets = path.join(root, 'assets') + path.sep
  if (built) {
    await app.register(serveFiles, {
      root,
      wildcard: false,
      cacheControl: false,
      // The build names assets after their content; everything else keeps its name and has to be asked about.
      setHeaders: (response, file) => {
        const value = file.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache'
        response.header('cache-control', value)
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const url = request.url.split('?')[0] ?? ''
    const isScreen =
      request.method === 'GET' && !/^\/(api|assets|socket|metrics)(\/|$)/.test(url) && path.extname(url) === ''
    if (built && isScreen) return reply.sendFile('index.html')
    return reply
      .status(404)
      .header('cache-control', 'no-store')
      .send(failure('invalid', built ? 'There is nothing here.' : 'The web client has not been built.'))
  })
}
