// docs/api.md says what is so: its examples run as they stand there, and its recipe tells genuine deliveries from others.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiRoutes } from '../../server/api/api.ts'
import type { ApiTools } from '../../server/api/route.ts'
import { signedHeaders } from '../../server/webhooks/secrets.ts'
import { SCOPES, WEBHOOK_EVENTS } from '../../shared/protocol/integrations.ts'
import { openProgram } from '../support/api.ts'
import { fenced, runShell, type Ran } from '../support/curl.ts'
import { openWorld, type World } from '../support/server.ts'
import { isGenuine } from '../support/webhookReceiver.ts'

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')

let world: World
beforeAll(async () => {
  world = await openWorld({ sendWebhook: async () => ({ status: 200 }) })
})
afterAll(() => world.close())

/** What the page shows is there, with values of the same kind; in a list the first stands for all. */
function shows(shown: unknown, real: unknown, where: string): void {
  if (Array.isArray(shown)) {
    expect(real, where).toBeInstanceOf(Array)
    if (shown.length > 0) shows(shown[0], (real as unknown[])[0], `${where}[0]`)
  } else if (typeof shown === 'object' && shown !== null) {
    expect(real, where).toBeTypeOf('object')
    for (const [name, value] of Object.entries(shown))
      shows(value, (real as Record<string, unknown> | null)?.[name], `${where}.${name}`)
  } else if (shown === null) expect(real, where).toBeNull()
  else expect(typeof real, where).toBe(typeof shown)
}

test('every example runs as written, and every route has one', async () => {
  const { token } = await openProgram(world, 'On-call alarm')
  await world.signIn('ben')
  const variables = new Map([
    ['PARLEY', world.server.address],
    ['TOKEN', token],
  ])
  const ran: Ran[] = []
  // A JSON block that stands behind a shell block is what its last request answers.
  const blocks = [...page.matchAll(/^```(sh|json)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
    language,
    text,
  }))
  let last: Ran | undefined
  let compared = 0
  for (const { language, text } of blocks) {
    if (language === 'sh') {
      ran.push(...(await runShell(text, variables)))
      last = ran.at(-1)
    } else if (last !== undefined && (JSON.parse(text) as { ok?: boolean }).ok === true) {
      shows(JSON.parse(text), last.answer, last.line)
      compared += 1
      last = undefined
    }
  }
  expect(compared).toBe(4)
  for (const { line, status, answer } of ran) {
    expect([200, 201], line).toContain(status)
    expect(answer, line).toMatchObject({ ok: true })
  }
  const used = new Set(
    ran.map(({ method, path }) => `${method} ${path.replace('/api/v1', '').replace(/[\da-f-]{36}/g, ':id')}`),
  )
  expect([...used].sort()).toEqual(
    apiRoutes({} as ApiTools)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  )
})

test('its tables name every scope and every event', () => {
  for (const name of [...SCOPES, ...WEBHOOK_EVENTS]) expect(page).toContain(`\`${name}\``)
})

test('its recipe knows a genuine delivery, and compares in constant time', async () => {
  const [recipe = ''] = fenced(page, 'js')
  expect(recipe).toContain('timingSafeEqual(given, wanted)')
  expect(recipe, 'no comparison that stops at the first difference').not.toMatch(/(signature'\]|given|wanted) ===? /)
  const source = `data:text/javascript,${encodeURIComponent(recipe)}`
  const { isGenuine: byThePage } = (await import(/* @vite-ignore */ source)) as { isGenuine: typeof isGenuine }
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const headers = signedHeaders(secret, 'msg_1', '{"a":1}', 1_000_000)
  const cases: [string, Record<string, string>, string, number][] = [
    [secret, headers, '{"a":1}', 1_000],
    [secret, { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }, '{"a":1}', 1_000],
    [secret, headers, '{"a":2}', 1_000],
    [secret, { ...headers, 'webhook-id': 'msg_2' }, '{"a":1}', 1_000],
    ['whsec_AAAA', headers, '{"a":1}', 1_000],
    [secret, headers, '{"a":1}', 1_301],
    [secret, { ...headers, 'webhook-signature': '' }, '{"a":1}', 1_000],
    [secret, { ...headers, 'webhook-timestamp': 'x' }, '{"a":1}', 1_000],
  ]
  const verdicts = cases.map((one) => byThePage(...one))
  expect(verdicts).toEqual([true, true, false, false, false, false, false, false])
  expect(cases.map((one) => isGenuine(...one))).toEqual(verdicts)
})

test('the signature is that of the standard’s own example', () => {
  // https://github.com/standard-webhooks/standard-webhooks, the example all its libraries are tested with.
  const headers = signedHeaders(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '{"test": 2432232314}',
    1_614_265_330_000,
  )
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})
