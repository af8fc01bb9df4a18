// What is made of settings and of what a provider says; the flow itself is tested against a real one (test/integration/openid.test.ts).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readCommandLine, USAGE } from '../../../server/config.ts'
import { systemEntropy } from '../../../server/entropy.ts'
import { loginOf, nameOf } from '../../../server/openid/account.ts'
import { createAttempts } from '../../../server/openid/attempts.ts'
import { returnPage } from '../../../server/openid/page.ts'

const FULL = {
  PARLEY_OIDC_ISSUER: 'https://login.example.org/realms/acme',
  PARLEY_OIDC_CLIENT_ID: 'parley',
  PARLEY_PUBLIC_URL: 'https://parley.example.org/',
}
function read(env: Record<string, string>) {
  const line = readCommandLine([], { env, webDir: 'x', version: '0' })
  if (!line.ok) return line.error.message
  if (line.value.kind !== 'serve') throw new Error('does not serve')
  return line.value.config
}

test('nothing set is no provider, and passwords', () => {
  expect(read({})).toMatchObject({ openId: null, passwordSignIn: true })
})

test('what is left out has a default', () => {
  expect(read(FULL)).toMatchObject({
    publicUrl: 'https://parley.example.org',
    openId: {
      issuer: FULL.PARLEY_OIDC_ISSUER,
      clientId: 'parley',
      clientSecret: null,
      name: 'login.example.org',
      scopes: 'openid profile email',
      linkAccounts: false,
      allowedDomains: [],
      adminGroup: null,
      groupsClaim: 'groups',
    },
  })
})

test('what is set is read', () => {
  const set = {
    ...FULL,
    PARLEY_OIDC_NAME: 'Acme',
    PARLEY_OIDC_LINK_ACCOUNTS: 'on',
    PARLEY_OIDC_ALLOWED_DOMAINS: '@Acme.example, other.example',
    PARLEY_OIDC_ADMIN_GROUP: 'it',
    PARLEY_PASSWORD_SIGN_IN: 'off',
  }
  expect(read(set)).toMatchObject({
    passwordSignIn: false,
    openId: { name: 'Acme', linkAccounts: true, allowedDomains: ['acme.example', 'other.example'], adminGroup: 'it' },
  })
})

test('a secret may come from a file, and is never repeated', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-secret-'))
  const file = path.join(folder, 'secret')
  writeFileSync(file, 'very secret\n')
  expect(read({ ...FULL, PARLEY_OIDC_CLIENT_SECRET_FILE: file })).toMatchObject({
    openId: { clientSecret: 'very secret' },
  })
  writeFileSync(file, '\n')
  expect(read({ ...FULL, PARLEY_OIDC_CLIENT_SECRET_FILE: file })).toMatch(/is empty/)
  rmSync(folder, { recursive: true })
  expect(read({ ...FULL, PARLEY_OIDC_CLIENT_SECRET_FILE: file })).toMatch(/cannot be read/)
  const both = { ...FULL, PARLEY_OIDC_CLIENT_SECRET: 'hush', PARLEY_OIDC_CLIENT_SECRET_FILE: file }
  expect(read(both)).toMatch(/^PARLEY_OIDC_CLIENT_SECRET: either/)
  expect(read(both)).not.toContain('hush')
})

test.each([
  [{ PARLEY_OIDC_CLIENT_ID: 'parley' }, 'PARLEY_OIDC_ISSUER: PARLEY_OIDC_CLIENT_ID is set'],
  [{ ...FULL, PARLEY_OIDC_ISSUER: 'login' }, 'PARLEY_OIDC_ISSUER: the https://'],
  [{ ...FULL, PARLEY_OIDC_ISSUER: 'http://login.example' }, 'PARLEY_OIDC_ISSUER: the https://'],
  [{ ...FULL, PARLEY_OIDC_CLIENT_ID: ' ' }, 'PARLEY_OIDC_CLIENT_ID'],
  [{ ...FULL, PARLEY_PUBLIC_URL: '' }, 'PARLEY_PUBLIC_URL: say where'],
  [{ ...FULL, PARLEY_PUBLIC_URL: 'https://parley.example/app' }, 'PARLEY_PUBLIC_URL: where browsers'],
  [{ ...FULL, PARLEY_PUBLIC_URL: 'http://parley.example' }, 'PARLEY_PUBLIC_URL: where browsers'],
  [{ ...FULL, PARLEY_OIDC_SCOPES: 'profile email' }, 'PARLEY_OIDC_SCOPES: "openid"'],
  [{ ...FULL, PARLEY_OIDC_LINK_ACCOUNTS: 'maybe' }, 'PARLEY_OIDC_LINK_ACCOUNTS: "on" or "off"'],
  [{ ...FULL, PARLEY_OIDC_ALLOWED_DOMAINS: 'a b' }, 'PARLEY_OIDC_ALLOWED_DOMAINS: "a b"'],
  [{ ...FULL, PARLEY_OIDC_NAME: 'x'.repeat(41) }, 'PARLEY_OIDC_NAME'],
  [{ PARLEY_PASSWORD_SIGN_IN: 'off' }, 'PARLEY_PASSWORD_SIGN_IN: with "off" nobody'],
])('%o is told', (env, message) => {
  expect(read(env)).toContain(message)
})

test('every setting is in the help', () => {
  for (const name of ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'CLIENT_SECRET_FILE', 'NAME', 'SCOPES', 'LINK_ACCOUNTS'])
    expect(USAGE).toContain(`PARLEY_OIDC_${name}`)
  for (const name of ['ALLOWED_DOMAINS', 'ADMIN_GROUP', 'GROUPS_CLAIM']) expect(USAGE).toContain(`PARLEY_OIDC_${name}`)
  expect(USAGE).toContain('PARLEY_PASSWORD_SIGN_IN')
})

const nobody = { name: null, username: null, email: null }
test('names and logins are taken from whatever there is, and are fit to be shown', () => {
  expect(nameOf({ ...nobody, name: ' Mia\u202e Novak\n' })).toBe('Mia Novak')
  expect(nameOf({ ...nobody, name: '\u200b', email: 'mia@acme.example' })).toBe('mia')
  expect(nameOf(nobody)).toBe('Unnamed')
  expect(loginOf({ ...nobody, username: 'Mia Novak' })).toBe('mia.novak')
  expect(loginOf({ ...nobody, username: '<<<', email: 'Mia+x@Acme.example' })).toBe('mia.x@acme.example')
  expect(loginOf({ ...nobody, name: '王小明' })).toBe('王小明')
  expect(loginOf({ ...nobody, username: 'guest 1' })).toBe('guest.1')
  expect(loginOf(nobody)).toBe('person')
})

test('however many begin, few are kept, and the oldest go first', () => {
  let now = 0
  const attempts = createAttempts({ now: () => now, entropy: systemEntropy })
  const first = attempts.begin({ way: 'web', verifierHash: 'x' })
  for (let count = 0; count < 10_000; count++) attempts.begin({ way: 'web', verifierHash: 'x' })
  expect(attempts.size).toBe(10_000)
  expect(attempts.takeAttempt(first.state)).toBeNull()
  now = 3_600_000
  attempts.begin({ way: 'web', verifierHash: 'x' })
  expect(attempts.size).toBe(1)
})

test('the page that leads back speaks the language of the browser', () => {
  expect(returnPage('abc', 'zh-CN,zh;q=0.9')).toContain('<html lang="zh-CN">')
  expect(returnPage('abc', 'de-DE, en;q=0.5')).toContain('Open Parley')
  expect(returnPage('abc', undefined)).toContain('<html lang="en">')
})
