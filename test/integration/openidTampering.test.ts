// An ID token is believed only when everything in it is right: a lie in any one place signs nobody in.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startLyingProvider, type Lie } from '../support/lyingProvider.ts'
import { freePort } from '../support/openIdProvider.ts'
import { begin, comeBack, fieldOf, finish } from '../support/openIdScene.ts'
import { openWorld, type World } from '../support/server.ts'

let world: World
let provider: Awaited<ReturnType<typeof startLyingProvider>>
let origin: string
beforeAll(async () => {
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  provider = await startLyingProvider(origin)
  world = await openWorld({ config: { port, publicUrl: origin, openId: provider.config } })
})
afterAll(async () => {
  await world.close()
  await provider.close()
})

async function toldWith(lie: Lie) {
  const begun = await begin(origin)
  const { grant } = await comeBack(provider.comesBack(begun.url, lie))
  return fieldOf(await finish(origin, { grant, verifier: begun.verifier }))
}
const seconds = Math.floor(Date.now() / 1000)

test.each<[string, Lie]>([
  ['signed by another key', { otherKey: true }],
  ['not signed', { unsigned: true }],
  ['with another nonce', { claims: { nonce: 'another' } }],
  ['without a nonce', { claims: { nonce: undefined } }],
  ['of another issuer', { claims: { iss: 'https://login.example' } }],
  ['for another client', { claims: { aud: 'somebody else' } }],
  ['that has expired', { claims: { iat: seconds - 900, exp: seconds - 600 } }],
  ['without a subject', { claims: { sub: undefined } }],
  ['with a subject that is none', { claims: { sub: '' } }],
  ['that is missing', { noToken: true }],
])('a token %s', async (_what, lie) => {
  expect(await toldWith(lie)).toBe('openid.untrusted')
  const made = await world.server.store.read((db) => db.selectFrom('identities').selectAll().execute())
  expect(made).toEqual([])
})

test('claims that are odd count as missing, and the truth signs in', async () => {
  const odd = { name: 7, preferred_username: ['x'], email: { a: 1 }, email_verified: 'perhaps' }
  // Last: it makes an account.
  expect(await toldWith({ claims: odd })).toBe('signed in')
  const users = await world.server.store.read((db) =>
    db.selectFrom('users').select(['login', 'name']).where('demo', '=', 0).execute(),
  )
  expect(users).toEqual([{ login: 'person', name: 'Unnamed' }])
})
