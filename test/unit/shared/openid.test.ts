// A device that signs in through a provider: what it asks, what it waits for, and what it never does.
import { expect, test, vi } from 'vitest'
import { createOpenIdSignIn, isSignInAddress, type OpenIdAttempt } from '../../../shared/client/openid.ts'
import { failure, success, type Result } from '../../../shared/protocol/result.ts'
import type { SignInOutput } from '../../../shared/protocol/session.ts'
import { createManualTimers } from '../../support/manualTimers.ts'
import { ann } from '../../support/things.ts'

const output: SignInOutput = { user: ann, tokens: { accessToken: 'a', accessExpiresAt: 1, refreshToken: 'r' } }
const SERVER = 'https://parley.example'
const LOGIN = 'https://login.example/authorize?x=1'

function aDevice(kept: OpenIdAttempt | null = null) {
  const timers = createManualTimers(1_000)
  const account = {
    startOpenId: vi.fn(
      async () => success({ url: LOGIN, expiresInMs: 60_000 }) as Result<{ url: string; expiresInMs: number }>,
    ),
    finishOpenId: vi.fn(async () => success(output) as Result<SignInOutput>),
    signOut: vi.fn(async () => null),
  }
  const open = vi.fn(async () => true)
  const signedIn = vi.fn()
  const keep = { load: () => kept, save: vi.fn(), clear: vi.fn() }
  const openId = createOpenIdSignIn({
    account,
    way: 'desktop',
    device: { id: 'd', platform: 'linux', label: 'l' },
    timers,
    createVerifier: () => 'verifier',
    hash: async (text) => `hash of ${text}`,
    open,
    keep,
    signedIn,
    onChange: () => {},
  })
  return { openId, account, open, signedIn, keep, timers }
}

test('begins with the hash alone, opens the browser, and finishes with the verifier', async () => {
  const { openId, account, open, signedIn } = aDevice()
  await openId.start(SERVER)
  expect(account.startOpenId).toHaveBeenCalledWith(SERVER, { way: 'desktop', verifierHash: 'hash of verifier' })
  expect(open).toHaveBeenCalledExactlyOnceWith(LOGIN)
  expect(openId.state).toEqual({ status: 'waiting', error: null })
  await openId.openAgain()
  expect(open).toHaveBeenCalledTimes(2)
  await openId.receive('grant')
  expect(account.finishOpenId).toHaveBeenCalledWith(
    SERVER,
    expect.objectContaining({ grant: 'grant', verifier: 'verifier' }),
  )
  expect(signedIn).toHaveBeenCalledExactlyOnceWith(SERVER, output)
  expect(openId.state).toBeNull()
  // The page in the browser has a button as well.
  await openId.receive('grant')
  expect(openId.state).toBeNull()
})

test('a grant that nobody here asked for is told, and asked about nowhere', async () => {
  const { openId, account, signedIn } = aDevice()
  await openId.receive('injected')
  expect(account.finishOpenId).not.toHaveBeenCalled()
  expect(signedIn).not.toHaveBeenCalled()
  expect(openId.state).toMatchObject({ status: 'refused', error: { field: 'openid.unasked' } })
  openId.cancel()
  expect(openId.state).toBeNull()
})

test('one that is not ours does not end the waiting for our own', async () => {
  const { openId, account, signedIn } = aDevice()
  await openId.start(SERVER)
  account.finishOpenId.mockResolvedValueOnce(failure('unauthenticated', 'x', { field: 'openid.expired' }))
  await openId.receive('injected')
  expect(openId.state).toMatchObject({ status: 'waiting', error: { field: 'openid.expired' } })
  await openId.receive('ours')
  expect(signedIn).toHaveBeenCalledOnce()
})

test.each([
  ['the server refuses to begin', 'openid.provider'],
  ['the browser does not open', 'openid.browser'],
  ['it takes too long', 'openid.expired'],
  ['it is refused in the end', 'openid.denied'],
])('%s: told, and over', async (what, field) => {
  const { openId, account, open, timers, keep, signedIn } = aDevice()
  if (field === 'openid.provider') account.startOpenId.mockResolvedValueOnce(failure('unavailable', 'x', { field }))
  if (field === 'openid.browser') open.mockResolvedValueOnce(false)
  if (field === 'openid.denied') account.finishOpenId.mockResolvedValueOnce(failure('notAllowed', 'x', { field }))
  await openId.start(SERVER)
  if (field === 'openid.expired') await timers.advance(60_000)
  if (field === 'openid.denied') await openId.receive('grant')
  expect(openId.state, what).toMatchObject({ status: 'refused', error: { field } })
  expect(keep.clear).toHaveBeenCalled()
  await openId.receive('later')
  expect(openId.state).toMatchObject({ error: { field: 'openid.unasked' } })
  expect(signedIn).not.toHaveBeenCalled()
})

test('cancelled while the server is asked: no browser opens, and a session that came too late is given back', async () => {
  const { openId, account, open, signedIn } = aDevice()
  const starting = openId.start(SERVER)
  openId.cancel()
  await starting
  expect(open).not.toHaveBeenCalled()
  expect(openId.state).toBeNull()
  await openId.start(SERVER)
  const finishing = openId.receive('grant')
  openId.cancel()
  await finishing
  expect(signedIn).not.toHaveBeenCalled()
  expect(account.signOut).toHaveBeenCalledWith(SERVER, { refreshToken: 'r', deviceId: 'd' })
})

test('a page that comes back goes on with what it kept, while that is good', async () => {
  const back = aDevice({ server: SERVER, verifier: 'kept', endsAt: 2_000 })
  await back.openId.receive('grant')
  expect(back.account.finishOpenId).toHaveBeenCalledWith(SERVER, expect.objectContaining({ verifier: 'kept' }))
  const late = aDevice({ server: SERVER, verifier: 'kept', endsAt: 1_000 })
  await late.openId.receive('grant')
  expect(late.account.finishOpenId).not.toHaveBeenCalled()
})

test('an address that is no page to sign in on is not opened', async () => {
  const { openId, account, open } = aDevice()
  account.startOpenId.mockResolvedValueOnce(success({ url: 'http://login.example/', expiresInMs: 1_000 }))
  await openId.start(SERVER)
  expect(open).not.toHaveBeenCalled()
  expect(openId.state).toMatchObject({ error: { field: 'openid.browser' } })
})

test('pages to sign in on are encrypted, or on this machine', () => {
  for (const good of [
    LOGIN,
    'https://login.example',
    'http://127.0.0.1:4000/a?b#c',
    'http://localhost/',
    'http://[::1]:80/',
  ])
    expect(isSignInAddress(good), good).toBe(true)
  for (const bad of [
    'http://login.example/',
    'http://127.0.0.1@evil.example/',
    'https://login.example@evil.example/',
    'https:\\\\evil.example',
    'https://',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://a b/',
    'http://localhost.evil.example/',
    'parley://openid/x',
  ])
    expect(isSignInAddress(bad), bad).toBe(false)
})
