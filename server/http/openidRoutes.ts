// The three doors of signing in with OpenID Connect. A browser that comes back is sent to our own page or to the app, and nowhere else.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  openIdFinishInputSchema,
  openIdStartInputSchema,
  type OpenIdFinishInput,
  type OpenIdStartInput,
} from '../../shared/protocol/openid.ts'
import type { Result } from '../../shared/protocol/result.ts'
import { checkInput } from '../gateway/checkInput.ts'
import { refusal, type OpenId } from '../openid/desk.ts'
import { PAGE_STYLE, STYLE_PATH, returnPage } from '../openid/page.ts'
import { CALLBACK_PATH } from '../openid/settings.ts'

/** No provider's answer is longer. */
const SEARCH_MAX = 8_192

export type OpenIdRoutes = {
  openId: OpenId | null
  answer(reply: FastifyReply, result: Result<unknown>): FastifyReply
  /** Options of a route that bounds how often one address may ask. */
  limit(): object
}

export function addOpenIdRoutes(app: FastifyInstance, { openId, answer, limit }: OpenIdRoutes): void {
  app.post('/api/openid/start', limit(), async (request, reply) => {
    const input = checkInput<OpenIdStartInput>(openIdStartInputSchema, request.body)
    if (!input.ok) return answer(reply, input)
    return answer(reply, (await openId?.start(input.value, request.headers.origin)) ?? refusal('off'))
  })
  app.post('/api/openid/finish', limit(), async (request, reply) => {
    const input = checkInput<OpenIdFinishInput>(openIdFinishInputSchema, request.body)
    if (!input.ok) return answer(reply, input)
    return answer(reply, (await openId?.finish(input.value, request.ip)) ?? refusal('off'))
  })
  if (openId === null) return
  app.get(STYLE_PATH, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(PAGE_STYLE),
  )
  // Without HEAD: whoever only looks must not use it up.
  app.get(CALLBACK_PATH, { ...limit(), exposeHeadRoute: false }, (request, reply) => comeBack(openId, request, reply))
}

async function comeBack(openId: OpenId, request: FastifyRequest, reply: FastifyReply) {
  const search = request.url.slice(CALLBACK_PATH.length)
  const back = search.length <= SEARCH_MAX ? await openId.comeBack(search, request.ip) : null
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
  // In the fragment: it reaches the page, and no server and no log.
  if (back?.way !== 'desktop') return reply.redirect(`/#openid=${back?.grant ?? 'expired'}`, 303)
  const page = returnPage(back.grant, request.headers['accept-language'])
  return reply.type('text/html; charset=utf-8').send(page)
}
