import { expect, test, vi } from 'vitest'
import { useSignInForm } from '../../../renderer/screens/signInForm.ts'
import { emptyMirror } from '../../../shared/client/mirror.ts'
import type { HostState } from '../../../shared/host.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import type { ServerInfo } from '../../../shared/protocol/session.ts'
import { aHostState, ann } from '../../support/things.ts'

const info: ServerInfo = { name: 'Parley', version: '0.1.0', protocol: 1, signIn: { password: true, openid: null } }
const demoInfo: ServerInfo = { ...info, demo: { password: 'parley', people: [{ login: 'ann', name: 'Ann Kovač' }] } }
const state = (prefill: HostState['prefill'] = null) =>
  aHostState({ status: 'stopped', server: null, user: null, mirror: emptyMirror, prefill })
function aHost(answer: ServerInfo | null = info) {
  return {
    kind: 'electron' as const,
    checkServer: vi.fn(async () => (answer ? success(answer) : failure('unavailable', 'none'))),
    signIn: vi.fn(async () => success(ann)),
  }
}

test('no password is sent to an address where no Parley server answers', async () => {
  const host = aHost(null)
  const { form } = useSignInForm(host, state())
  Object.assign(form.values, { server: 'parley.example.org', login: 'ann', password: 'secret' })
  await form.submit()
  expect(host.checkServer).toHaveBeenCalledWith('https://parley.example.org')
  expect(host.signIn).not.toHaveBeenCalled()
  expect(form.problems.server).toEqual({ key: 'signIn.serverUnreachable' })
})

test('every empty field says so beside itself', async () => {
  const host = aHost()
  const { form } = useSignInForm(host, state())
  await form.submit()
  expect(form.problems).toEqual({
    server: { key: 'signIn.serverMissing' },
    login: { key: 'signIn.loginMissing' },
    password: { key: 'signIn.passwordMissing' },
  })
  form.values.server = 'not an address'
  await form.submit()
  expect(form.problems.server).toEqual({ key: 'signIn.serverInvalid' })
  expect(host.checkServer).not.toHaveBeenCalled()
})

test('a wrong password is told at the password, and the server is not asked twice who it is', async () => {
  const host = aHost()
  host.signIn.mockResolvedValue(failure('unauthenticated', 'no') as never)
  const { form, checkServer } = useSignInForm(host, state({ server: 'https://parley.example.org', login: 'ann' }))
  await checkServer()
  form.values.password = 'wrong'
  await form.submit()
  expect(form.problems).toEqual({ password: { key: 'signIn.wrong' } })
  expect(host.checkServer).toHaveBeenCalledTimes(1)
})

test('on a demo server the person asked for is filled in, so that one press signs in', async () => {
  const host = aHost(demoInfo)
  const { form, checkServer } = useSignInForm(host, state({ server: 'http://127.0.0.1:4400', login: 'ann' }))
  await checkServer()
  await form.submit()
  expect(host.signIn).toHaveBeenCalledWith({ server: 'http://127.0.0.1:4400', login: 'ann', password: 'parley' })
})

test('pressed before the server has answered, it signs in once it has', async () => {
  const host = aHost(demoInfo)
  const answers: (() => void)[] = []
  host.checkServer.mockImplementation(() => new Promise((resolve) => answers.push(() => resolve(success(demoInfo)))))
  const { form, checkServer } = useSignInForm(host, state({ server: 'http://127.0.0.1:4400', login: 'ann' }))
  void checkServer()
  const sent = form.submit()
  expect(form.busy).toBe(true)
  answers[0]!()
  await sent
  expect(form.problems).toEqual({})
  expect(host.checkServer, 'it was asked already').toHaveBeenCalledTimes(1)
  expect(host.signIn).toHaveBeenCalledWith({ server: 'http://127.0.0.1:4400', login: 'ann', password: 'parley' })
})

test('pressed before it is known that no server answers, it says both that and what is missing', async () => {
  const host = aHost(null)
  const { form, checkServer } = useSignInForm(host, state({ server: 'https://parley.example.org', login: 'ann' }))
  void checkServer()
  await form.submit()
  expect(form.problems).toEqual({
    server: { key: 'signIn.serverUnreachable' },
    password: { key: 'signIn.passwordMissing' },
  })
  expect(host.checkServer).toHaveBeenCalledTimes(1)
})

test('after too many wrong passwords it says when to try again', async () => {
  const host = aHost()
  const { form } = useSignInForm(host, state({ server: 'https://parley.example.org', login: 'ann' }))
  form.values.password = 'wrong'
  host.signIn.mockResolvedValue(failure('rateLimited', 'Too many.', { field: 'login', retryAfterMs: 30_000 }) as never)
  const before = Date.now()
  await form.submit()
  const { password } = form.problems
  expect(password).toMatchObject({ error: { code: 'rateLimited' } })
  expect(password && 'until' in password && password.until! - before).toBeGreaterThanOrEqual(30_000)
  expect(form.values.password, 'nothing typed is lost').toBe('wrong')
})

test('a server of another version says so in the words of the language', async () => {
  const host = { ...aHost(), checkServer: vi.fn(async () => failure('conflict', 'Another version.')) }
  const { form } = useSignInForm(host, state())
  Object.assign(form.values, { server: 'parley.example.org', login: 'ann', password: 'secret' })
  await form.submit()
  expect(form.problems).toMatchObject({ server: { key: 'signIn.serverOther' } })
  expect(host.signIn).not.toHaveBeenCalled()
})
