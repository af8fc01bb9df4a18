// The same for the doors that are open to anybody: requests to every address of the API, with bodies that fit, nearly fit, or are none.
import type { Dice } from '../simulation/random.ts'
import { guestInputSchema, guestLookInputSchema } from '../../shared/protocol/guests.ts'
import { invitationAcceptInputSchema, invitationLookInputSchema } from '../../shared/protocol/invitations.ts'
import { renewInputSchema, signInInputSchema } from '../../shared/protocol/session.ts'
import type { Maker } from './values.ts'

export type HttpFuzzOptions = { url: string; requests: number; dice: Dice; maker: Maker }

const DOORS = {
  '/api/sign-in': signInInputSchema,
  '/api/renew': renewInputSchema,
  '/api/sign-out': renewInputSchema,
  '/api/guest': guestInputSchema,
  '/api/guest/look': guestLookInputSchema,
  '/api/invitation/look': invitationLookInputSchema,
  '/api/invitation/accept': invitationAcceptInputSchema,
}
const PATHS = [
  ...Object.keys(DOORS),
  '/api/server',
  '/health',
  '/metrics',
  '/',
  '/join/abc',
  '/assets/../../package.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/socket/?EIO=4&transport=polling',
  '/api/openid/start',
  '/api/openid/finish',
  '/openid/callback?code=x&state=y',
  '/api/v1/people',
  '/%00',
]
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']
const TYPES = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
]
const AT_ONCE = 20

/** Throws when the server answers as if something of its own had broken. */
export async function fuzzHttp({ url, requests, dice, maker }: HttpFuzzOptions): Promise<void> {
  for (let sent = 0; sent < requests; sent += AT_ONCE) {
    const together = Array.from({ length: Math.min(AT_ONCE, requests - sent) }, () => oneRequest(dice, maker))
    const answers = await Promise.all(
      together.map(async ({ path, init }) => {
        const response = await fetch(url + path, init)
        const text = await response.text()
        return { path, init, status: response.status, text }
      }),
    )
    const broken = answers.find(({ status }) => status >= 500 && status !== 503)
    if (broken)
      throw new Error(`${broken.init.method} ${broken.path} answered ${broken.status}: ${broken.text.slice(0, 200)}`)
  }
}

function oneRequest(dice: Dice, maker: Maker): { path: string; init: RequestInit } {
  if (dice.chance(0.6)) {
    const [path, schema] = dice.pick(Object.entries(DOORS)) as [string, (typeof DOORS)['/api/renew']]
    const good = maker.value(schema)
    const body = JSON.stringify(dice.chance(0.5) ? good : maker.spoil(good)) ?? ''
    const cut = dice.chance(0.1) ? body.slice(0, dice.whole(0, body.length)) : body
    return { path, init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: cut } }
  }
  const method = dice.pick(METHODS) as string
  const headers: Record<string, string> = {}
  const type = dice.pick(TYPES)
  if (type) headers['content-type'] = type
  if (dice.chance(0.3))
    headers['authorization'] = dice.pick(['Bearer x', 'Basic eDp5', 'Bearer parley_x', 'Bearer ']) as string
  if (dice.chance(0.2)) headers['origin'] = 'https://evil.example'
  const body = ['GET', 'HEAD'].includes(method)
    ? null
    : (dice.pick(['', '{', '{}', '[]', 'null', 'a=b', '{"__proto__":{"x":1}}']) as string)
  return { path: dice.pick(PATHS) as string, init: { method, headers, body, redirect: 'manual' } }
}
