// Signing in with OpenID Connect against a real provider: codes, keys, signatures and redirects are real.
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { OpenIdConfig } from '../../server/openid/settings.ts'
import { setRole } from '../../server/people/administration.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { ATTEMPT_MS, GRANT_MS } from '../../server/openid/attempts.ts'
import { systemEntropy } from '../../server/entropy.ts'
import { freePort, startProvider, throughProvider } from '../support/openIdProvider.ts'
import {
  audited,
  begin,
  comeBack,
  fieldOf,
  finish,
  hashOf,
  openIdScene,
  post,
  randomToken,
  signInAs,
  type OpenIdScene,
} from '../support/openIdScene.ts'
import { openWorld, type World } from '../support/server.ts'

let scene: OpenIdScene
afterEach(() => scene.close())

const open = async (more: Partial<OpenIdConfig> = {}) => (scene = await openIdScene(more))

async function userRow(world: World, id: string) {
  return world.server.store.read((db) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst())
}
const sessionCount = (world: World) =>
  world.server.store.read(async (db) => (await db.selectFrom('sessions').selectAll().execute()).length)

async function localAccount(world: World, login: string): Promise<string> {
  const { store } = world.server
  const account = { login, name: 'Mia of old', password: 'a good password' }
  const added = await addAccount({ store, entropy: systemEntropy, passwordCost: 4 }, account)
  if (!added.ok) throw new Error(added.error.message)
  return added.value.id
}
const disable = (world: World, id: string) =>
  world.server.store.write(({ db, now }) =>
    db.updateTable('users').set({ disabledAt: now }).where('id', '=', id).execute(),
  )

describe('the whole way', () => {
  test('in a browser: the grant comes in the fragment of our own page, an account is made, and it is the same one next time', async () => {
    const { world, origin } = await open()
    const begun = await begin(origin)
    const asked = new URL(begun.url)
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
    expect(asked.searchParams.get('redirect_uri')).toBe(`${origin}/openid/callback`)
    expect(begun.url).not.toContain(begun.verifier)
    const { grant, response } = await comeBack(await throughProvider(begun.url, 'mia'))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`/#openid=${grant}`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    const deviceId = randomUUID()
    const signedIn = await finish(origin, { grant, verifier: begun.verifier, deviceId })
    if (!signedIn.ok) throw new Error(signedIn.error.message)
    expect(signedIn.value.user.name).toBe('Mia Novak')
    const { id } = signedIn.value.user
    expect(await userRow(world, id)).toMatchObject({ login: 'mia', role: 'user', demo: 0 })
    expect(await audited(world)).toEqual([
      { action: 'account.created', subjectId: id, details: { way: 'openid', role: 'user' } },
      { action: 'session.started', subjectId: null, details: { device: deviceId, way: 'openid' } },
    ])
    const again = await signInAs(origin, 'mia')
    expect(again.ok && again.value.user.id).toBe(id)
    // Its session is one as any other: renewed by us.
    const { tokens } = signedIn.value
    const renewed = await post(origin, '/api/renew', { refreshToken: tokens.refreshToken, deviceId })
    expect(renewed.ok).toBe(true)
  })

  test('in the desktop app: a page that leads back by a link with nothing but the grant', async () => {
    const { origin } = await open()
    const begun = await begin(origin, 'desktop')
    const { grant, response, text } = await comeBack(await throughProvider(begun.url, 'mia'))
    expect(response.status).toBe(200)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(text.match(/parley:\/\/[^"]*/g)).toEqual([`parley://openid/${grant}`, `parley://openid/${grant}`])
    expect(text).not.toMatch(/<script|mia|acme/i)
    expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('signed in')
  })

  test('as a public client, and as people of the same name: nobody gets an account that is there already', async () => {
    scene = await openIdScene({}, {}, { open: true })
    const { world, provider, origin } = scene
    provider.people['twin'] = { preferred_username: 'Ann', name: 'Ann Other' }
    const answer = await signInAs(origin, 'twin')
    if (!answer.ok) throw new Error(answer.error.message)
    expect(await userRow(world, answer.value.user.id)).toMatchObject({ login: 'ann-2', name: 'Ann Other' })
  })

  test('the server tells which ways there are', async () => {
    scene = await openIdScene({}, { passwordSignIn: false })
    const { origin } = scene
    const info = (await (await fetch(`${origin}/api/server`)).json()) as object
    expect(info).toMatchObject({ signIn: { password: false, openid: { name: 'Acme' } } })
    const device = { id: randomUUID(), platform: 'linux', label: 'a test' }
    const answer = await post(origin, '/api/sign-in', { login: 'ann', password: 'parley', device })
    expect(!answer.ok && answer.error).toMatchObject({
      code: 'notAllowed',
      message: expect.stringContaining('Acme') as string,
    })
    // No link leads around the provider either.
    const token = randomToken()
    const accepted = { token, login: 'eve', name: 'Eve', password: 'a password of her own', device }
    for (const [path, body] of [
      ['/api/invitation/look', { token }],
      ['/api/invitation/accept', accepted],
    ] as const)
      expect(await post(origin, path, body)).toMatchObject({
        ok: false,
        error: { code: 'notAllowed', message: answer.ok ? '' : answer.error.message },
      })
  })
})

describe('what is refused', () => {
  test('a grant with another verifier, which is spent by it', async () => {
    const { world, origin } = await open()
    const begun = await begin(origin, 'desktop')
    const { grant } = await comeBack(await throughProvider(begun.url, 'mia'))
    expect(fieldOf(await finish(origin, { grant, verifier: randomToken() }))).toBe('openid.expired')
    expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('openid.expired')
    expect(await sessionCount(world)).toBe(0)
    expect(await audited(world)).toEqual([
      { action: 'session.refused', subjectId: null, details: { way: 'openid', reason: 'unasked' } },
    ])
  })

  test('an attacker’s grant on a device that began a sign-in of its own', async () => {
    const { world, provider, origin } = await open()
    provider.people['eve'] = { name: 'Eve' }
    const [theirs, mine] = [await begin(origin, 'desktop'), await begin(origin, 'desktop')]
    const { grant } = await comeBack(await throughProvider(theirs.url, 'eve'))
    expect(fieldOf(await finish(origin, { grant, verifier: mine.verifier }))).toBe('openid.expired')
    expect(await sessionCount(world)).toBe(0)
    const { grant: own } = await comeBack(await throughProvider(mine.url, 'mia'))
    expect(fieldOf(await finish(origin, { grant: own, verifier: mine.verifier }))).toBe('signed in')
  })

  test('a grant or an answer of the provider that was used', async () => {
    const { world, origin } = await open()
    const begun = await begin(origin)
    const address = await throughProvider(begun.url, 'mia')
    const { grant } = await comeBack(address)
    expect((await comeBack(address)).grant).toBe('expired')
    expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('signed in')
    expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('openid.expired')
    expect(await sessionCount(world)).toBe(1)
  })

  test('what comes too late, at the provider and after it', async () => {
    const { world, origin } = await open()
    const slow = await begin(origin)
    const address = await throughProvider(slow.url, 'mia')
    await world.advance(ATTEMPT_MS)
    expect((await comeBack(address)).grant).toBe('expired')
    const begun = await begin(origin)
    const { grant } = await comeBack(await throughProvider(begun.url, 'mia'))
    await world.advance(GRANT_MS)
    expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('openid.expired')
    expect(await sessionCount(world)).toBe(0)
  })

  test('answers that are not whole: another code, two states, none, another issuer', async () => {
    const { world, origin } = await open()
    const spoil = async (change: (params: URLSearchParams) => void) => {
      const begun = await begin(origin)
      const address = new URL(await throughProvider(begun.url, 'mia'))
      change(address.searchParams)
      const { grant } = await comeBack(address.href)
      return grant === 'expired' ? 'no grant' : fieldOf(await finish(origin, { grant, verifier: begun.verifier }))
    }
    expect(await spoil((params) => params.set('code', randomToken()))).toBe('openid.expired')
    expect(await spoil((params) => params.append('code', randomToken()))).toBe('openid.untrusted')
    expect(await spoil((params) => params.set('iss', 'http://127.0.0.1:1'))).toBe('openid.untrusted')
    expect(await spoil((params) => params.delete('iss'))).toBe('openid.untrusted')
    expect(await spoil((params) => params.append('state', randomToken()))).toBe('no grant')
    expect(await spoil((params) => params.delete('state'))).toBe('no grant')
    expect(await sessionCount(world)).toBe(0)
  })

  test('somebody else’s code: PKCE and nonce bind it to its own sign-in', async () => {
    const { world, origin } = await open()
    const [one, other] = [await begin(origin), await begin(origin)]
    const [a, b] = [new URL(await throughProvider(one.url, 'mia')), new URL(await throughProvider(other.url, 'mia'))]
    b.searchParams.set('code', a.searchParams.get('code')!)
    const { grant } = await comeBack(b.href)
    expect(fieldOf(await finish(origin, { grant, verifier: other.verifier }))).toBe('openid.expired')
    expect(await sessionCount(world)).toBe(0)
  })

  test('whoever says no at the provider', async () => {
    const { world, origin } = await open()
    expect(fieldOf(await signInAs(origin, '-'))).toBe('openid.denied')
    expect(await audited(world)).toEqual([
      { action: 'session.refused', subjectId: null, details: { way: 'openid', reason: 'denied' } },
    ])
  })

  test('an account that is disabled', async () => {
    const { world, origin } = await open()
    const first = await signInAs(origin, 'mia')
    if (!first.ok) throw new Error(first.error.message)
    await disable(world, first.value.user.id)
    const before = await sessionCount(world)
    expect(fieldOf(await signInAs(origin, 'mia'))).toBe('openid.disabled')
    expect(await sessionCount(world)).toBe(before)
    expect((await audited(world)).at(-1)).toEqual({
      action: 'session.refused',
      subjectId: first.value.user.id,
      details: { way: 'openid', reason: 'disabled' },
    })
  })

  test('people of other domains, and addresses that nobody verified', async () => {
    const { world, provider, origin } = await open({ allowedDomains: ['acme.example'] })
    provider.people['eve'] = { email: 'eve@evil.example', email_verified: true }
    provider.people['sub'] = { email: 'sub@not-acme.example', email_verified: true }
    provider.people['fay'] = { email: 'fay@acme.example', email_verified: false }
    provider.people['noname'] = {}
    for (const one of ['eve', 'sub', 'fay', 'noname'])
      expect(fieldOf(await signInAs(origin, one))).toBe('openid.domain')
    expect(await sessionCount(world)).toBe(0)
    expect(fieldOf(await signInAs(origin, 'mia'))).toBe('signed in')
  })

  test('pages of other places, and a server without a provider', async () => {
    const { origin } = await open()
    const body = { way: 'web', verifierHash: hashOf('x') }
    const elsewhere = await post(origin, '/api/openid/start', body, { origin: 'http://evil.example' })
    expect(fieldOf(elsewhere)).toBe('openid.elsewhere')
    const plain = await openWorld()
    const off = await post(plain.server.address, '/api/openid/start', body)
    await plain.close()
    expect(fieldOf(off)).toBe('openid.off')
  })

  test('too many from one address', async () => {
    scene = await openIdScene({}, { signInsPerMinute: 1 })
    const body = { way: 'web', verifierHash: hashOf('x') }
    const answers = []
    for (let count = 0; count < 6; count++) answers.push(await post(scene.origin, '/api/openid/start', body))
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false])
    expect(answers.at(-1)).toMatchObject({ error: { code: 'rateLimited' } })
  })
})

describe('accounts', () => {
  test('one that is there is linked only when that is on, and the address verified', async () => {
    const { world, provider, origin } = await open({ linkAccounts: true })
    const id = await localAccount(world, 'mia@acme.example')
    provider.people['fake'] = { email: 'mia@acme.example', email_verified: false, name: 'Not Mia' }
    const fake = await signInAs(origin, 'fake')
    expect(fake.ok && fake.value.user.id).not.toBe(id)
    const linked = await signInAs(origin, 'mia')
    expect(linked.ok && linked.value.user).toEqual({ id, name: 'Mia of old' })
    expect(await audited(world)).toContainEqual({ action: 'account.linked', subjectId: id, details: { way: 'openid' } })
    // Another person at the provider with that address later: the account is taken.
    provider.people['next'] = { email: 'mia@acme.example', email_verified: true, name: 'Next Mia' }
    const next = await signInAs(origin, 'next')
    expect(next.ok && next.value.user.id).not.toBe(id)
  })

  test('without linking it stays whose it was', async () => {
    const { world, origin } = await open()
    const id = await localAccount(world, 'mia@acme.example')
    const answer = await signInAs(origin, 'mia')
    expect(answer.ok && answer.value.user.id).not.toBe(id)
  })

  test('a disabled one is not linked, and no second one is made beside it', async () => {
    const { world, origin } = await open({ linkAccounts: true })
    await disable(world, await localAccount(world, 'mia@acme.example'))
    expect(fieldOf(await signInAs(origin, 'mia'))).toBe('openid.disabled')
    const rows = await world.server.store.read((db) => db.selectFrom('identities').selectAll().execute())
    expect(rows).toEqual([])
  })

  test('with a group for it, the provider says who is an administrator, each time', async () => {
    const { world, provider, origin } = await open({ adminGroup: 'it' })
    provider.people['mia']!.groups = ['staff', 'it']
    const first = await signInAs(origin, 'mia')
    if (!first.ok) throw new Error(first.error.message)
    const { id } = first.value.user
    expect((await userRow(world, id))?.role).toBe('administrator')
    provider.people['mia']!.groups = ['staff']
    // Somebody has to look after the server.
    expect(fieldOf(await signInAs(origin, 'mia'))).toBe('signed in')
    expect((await userRow(world, id))?.role).toBe('administrator')
    const other = await localAccount(world, 'root')
    await world.server.store.write((unit) =>
      setRole(unit, { userId: other, actor: { kind: 'operator' }, role: 'administrator' }),
    )
    await signInAs(origin, 'mia')
    expect((await userRow(world, id))?.role).toBe('user')
    expect(await audited(world)).toContainEqual({
      action: 'account.roleChanged',
      subjectId: id,
      details: { role: 'user' },
    })
  })
})

test('a provider that is down keeps nobody else out, and is found once it is there', async () => {
  const [port, providerPort] = [await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const provider = await startProvider(origin, { port: providerPort })
  const config = provider.config(origin)
  await provider.close()
  const world = await openWorld({ config: { port, publicUrl: origin, openId: config } })
  scene = { world, provider, origin, close: () => world.close() }
  expect((await world.device('ann')).user.name).toBe('Ann Kovač')
  const body = { way: 'web', verifierHash: hashOf('x') }
  const refused = await post(origin, '/api/openid/start', body)
  expect(!refused.ok && refused.error).toMatchObject({ code: 'unavailable', field: 'openid.provider' })

  const again = await startProvider(origin, { port: providerPort })
  const begun = await begin(origin)
  const address = await throughProvider(begun.url, 'mia')
  await again.close()
  // Gone in the middle of it.
  const { grant } = await comeBack(address)
  expect(fieldOf(await finish(origin, { grant, verifier: begun.verifier }))).toBe('openid.provider')
})
