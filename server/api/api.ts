// The HTTP API for other programs, `/api/v1`: who asks (a token), how often, whether they may, whether it is understood; then the route.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { failure, success, type ErrorCode, type Result } from '../../shared/protocol/result.ts'
import { checkInput } from '../gateway/checkInput.ts'
import { tooMuch } from '../gateway/rateLimit.ts'
import { scopesOf, updateToken, type TokenRow } from '../storage/apiRows.ts'
import { auditRoutes } from './auditRoutes.ts'
import { callRoutes } from './callRoutes.ts'
import { describeApi } from './openapi.ts'
import { peopleRoutes } from './peopleRoutes.ts'
import { changing, idempotencyKeySchema, pathNames, type ApiRoute, type ApiTools } from './route.ts'
import { roomRoutes } from './roomRoutes.ts'
import { findGoodToken, isUseWorthNoting } from './tokens.ts'
import { webhookRoutes } from './webhookRoutes.ts'

export const API_PREFIX = '/api/v1'

const STATUS: Record<ErrorCode, number> = {
  unauthenticated: 401,
  tokenExpired: 401,
  invalid: 400,
  tooLarge: 413,
  unknownUser: 404,
  unknownRoom: 404,
  unknownCall: 404,
  notInRoom: 409,
  notAllowed: 403,
  inOtherRoom: 409,
  roomFull: 409,
  roomLocked: 403,
  wrongPassword: 403,
  roomEnded: 409,
  rateLimited: 429,
  conflict: 409,
  unavailable: 503,
}

export const apiRoutes = (tools: ApiTools): ApiRoute[] => [
  ...peopleRoutes(tools),
  ...roomRoutes(tools),
  ...callRoutes(tools),
  ...webhookRoutes(tools),
  ...auditRoutes(tools),
]

export type ApiOptions = ApiTools & { version: string }

export async function addApiV1(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const routes = apiRoutes(options)
  const description = describeApi(routes, options.version)
  app.get(`${API_PREFIX}/openapi.json`, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(description),
  )
  for (const one of routes) {
    app.route({
      method: one.method,
      url: API_PREFIX + one.path,
      handler: async (request, reply) => answer(reply, one, await ask(one, options, request)),
    })
  }
}

async function ask(one: ApiRoute, tools: ApiTools, request: FastifyRequest): Promise<Result<unknown>> {
  const admitted = await admit(one, tools, request)
  if (!admitted.ok) return admitted
  const token = admitted.value
  const read = inputOf(one, request)
  if (!read.ok) return read
  const input = checkInput<unknown>(one.input, read.value)
  if (!input.ok) return input
  const key = request.headers['idempotency-key']
  if (key !== undefined && one.repeatable && !idempotencyKeySchema.safeParse(key).success)
    return failure('invalid', 'An Idempotency-Key is 1 to 255 visible characters.', { field: 'Idempotency-Key' })
  const url = request.url.split('?')[0] ?? ''
  const repeating = { key: one.repeatable ? (key as string | undefined) : undefined, method: one.method, url }
  return one.carryOut(
    {
      token,
      actor: { kind: 'token', id: token.id },
      address: request.ip,
      change: changing(tools, token, { ...repeating, input: input.value }),
    },
    input.value,
  )
}

/** The token, when it is good, has the scope, and did not ask too often. */
async function admit(
  { scope }: ApiRoute,
  { store, ringTools: { limiter } }: ApiTools,
  request: FastifyRequest,
): Promise<Result<TokenRow>> {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const found = await store.read(async (db, now) => ({ token: await findGoodToken(db, given, now), now }))
  const { token, now } = found
  if (token === null)
    return failure(
      'unauthenticated',
      'Send a token that is good: Authorization: Bearer parley_…; administrators make them.',
    )
  const retryAfterMs = limiter.take([['apiPerToken', token.id]], now)
  if (retryAfterMs > 0) return tooMuch(retryAfterMs)
  if (isUseWorthNoting(token, now)) await store.write(({ db }) => updateToken(db, token.id, { lastUsedAt: now }))
  if (!scopesOf(token).includes(scope))
    return failure('notAllowed', `This token lacks the scope ${scope}. It has: ${scopesOf(token).join(', ')}.`)
  return success(token)
}

/** Path, and query or body, as one object; what is in the path cannot be said otherwise in the body. */
function inputOf({ method, path }: ApiRoute, { params, query, body }: FastifyRequest): Result<object> {
  const rest: unknown = method === 'GET' || method === 'DELETE' ? query : (body ?? {})
  if (typeof rest !== 'object' || rest === null || Array.isArray(rest))
    return failure('invalid', 'Send a JSON object with the content type application/json.')
  const twice = pathNames(path).find((name) => name in rest)
  if (twice !== undefined) return failure('invalid', `${twice} is in the path already.`, { field: twice })
  return success({ ...rest, ...(params as object) })
}

function answer(reply: FastifyReply, { status, answer: schema }: ApiRoute, result: Result<unknown>) {
  reply.header('cache-control', 'no-store')
  // Only what the schema names leaves the server.
  if (result.ok) return reply.status(status ?? 200).send(success(schema.parse(result.value)))
  const { code, retryAfterMs } = result.error
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="parley"')
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  return reply.status(STATUS[code]).send(result)
}
