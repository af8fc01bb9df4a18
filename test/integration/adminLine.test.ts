// `npm run admin`: what it does in the database of a server that runs, and how soon that one's devices notice.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GOOD_PASSWORD } from '../support/accounts.ts'
import { startServer, type ServerProcess } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const ADMIN_MS = 20_000

let server: ServerProcess
let ann: TestDevice
beforeEach(async () => {
  server = await startServer({ args: ['--media-workers', '1'] })
  ann = await signedIn('ann')
})
afterEach(async () => {
  ann.disconnects()
  await server.stop()
})

async function signedIn(login: string, password = 'parley'): Promise<TestDevice> {
  const device = new TestDevice(() => server.url, login, `${login}'s laptop`)
  await device.signsIn(password)
  await device.connects()
  return device
}

function admin(words: string, input = ''): Promise<{ code: number | null; out: string; error: string }> {
  const args = ['server/admin.ts', ...words.split(' '), '--data', server.dataFolder]
  const child = spawn(process.execPath, args, { cwd: ROOT, timeout: ADMIN_MS })
  let [out, error] = ['', '']
  child.stdout.on('data', (chunk) => void (out += String(chunk)))
  child.stderr.on('data', (chunk) => void (error += String(chunk)))
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, error })))
}
const asked = async (words: string): Promise<unknown> => JSON.parse((await admin(`${words} --json`)).out)

test('people are added, listed, invited, given a new password, made administrators and disabled', async () => {
  const added = await admin('users add zoe Zoe van Dyk --administrator', `${GOOD_PASSWORD}\n`)
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('zoe  Zoe van Dyk  administrator') as string })
  expect(await admin('users add yan Yan', 'short\n')).toMatchObject({
    code: 1,
    error: expect.stringContaining('at least 10 characters') as string,
  })
  const zoe = await signedIn('zoe', GOOD_PASSWORD)
  expect((await zoe.syncs()).role).toBe('administrator')
  expect(await asked('users list --search zo')).toMatchObject([{ login: 'zoe', role: 'administrator', devices: 1 }])

  const invited = (await asked('users invite --days 2 --address https://parley.example')) as { link: string }
  expect(invited.link).toMatch(/^https:\/\/parley\.example\/invite\/[\w-]{32}$/)
  const [, token = ''] = invited.link.split('/invite/')
  const device = new TestDevice(() => server.url, 'xia', 'x').device
  const account = { token, login: 'xia', name: 'Xia', password: GOOD_PASSWORD, device }
  expect(await ann.posts('/api/invitation/accept', account)).toMatchObject({ ok: true })

  const reset = (await admin('users reset xia')).out
  expect(reset).toContain('http://127.0.0.1:4400/invite/')

  expect((await admin('users role zoe user')).error).toContain('only administrator')
  expect(await asked('users role xia administrator')).toMatchObject({ login: 'xia', role: 'administrator' })
  await asked('users role zoe user')
  expect(await zoe.hears('session.roleChanged')).toEqual({ role: 'user' })
  expect(await asked('users disable zoe')).toMatchObject({ disabled: true, devices: 0 })
  expect(await zoe.hears('session.ended')).toMatchObject({ reason: 'disabled' })
  await zoe.isCutOff()
  expect(await asked('users enable zoe')).toMatchObject({ disabled: false })
  await zoe.signsIn(GOOD_PASSWORD)
}, 120_000)

test('devices and meetings are ended within seconds, and all of it is written down', async () => {
  const { room } = await ann.opensMeeting()
  const ben = await signedIn('ben')
  await ben.joins(room.id)
  expect(await asked('rooms list')).toMatchObject([{ code: room.code, name: 'Standup', people: 2 }])
  expect(await asked('devices list ben')).toMatchObject([{ id: ben.device.id, label: "ben's laptop" }])
  await admin(`devices sign-out ben ${ben.device.id}`)
  expect(await ben.hears('session.ended')).toMatchObject({ reason: 'signedOutByOperator' })
  await ann.hears('participant.left', ({ userId }) => userId === ben.id)
  expect((await admin(`rooms end ${room.code}`)).out).toBe('Ended: Standup\n')
  await ann.hears('room.ended')
  expect(await admin(`rooms end ${room.code}`)).toMatchObject({ code: 1 })
  expect(await asked('devices sign-out ann')).toEqual({ signedOut: 1 })
  await ann.isCutOff()

  expect((await asked('audit list --limit 3')) as unknown[]).toHaveLength(3)
  const entries = (await admin('audit export')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { action: string; actorKind: string })
  expect(entries.filter(({ actorKind }) => actorKind === 'operator').map(({ action }) => action)).toEqual([
    'audit.exported',
    'session.ended',
    'room.ended',
    'session.ended',
  ])
  expect(await asked('audit list --limit 1')).toMatchObject([{ action: 'audit.exported' }])
  expect((await admin('audit export --csv')).out).toMatch(/^seq,time,action,/)
}, 120_000)

test('what is kept about somebody is given out, and erased on a running server', async () => {
  const ben = await signedIn('ben')
  expect(await asked('users export ben')).toMatchObject({ user: { login: 'ben' }, devices: [{ id: ben.device.id }] })
  expect(await admin('users erase ben')).toMatchObject({ code: 1 })
  expect(ben.connected).toBe(true)
  expect((await admin('users erase ben --yes')).out).toBe('Erased: ben\n')
  await ben.isCutOff()
  expect(await admin('users export ben')).toMatchObject({ code: 1 })
  const found = (await ann.does('people.list', {})).people.some(({ user }) => user.id === ben.id)
  expect(found).toBe(false)
  const actions = ((await asked('audit list --limit 5')) as { action: string }[]).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(['account.exported', 'account.erased']))
}, 120_000)

test('what cannot be done says so', async () => {
  expect(await admin('users disable nobody')).toMatchObject({ code: 1, error: 'There is no account "nobody".\n' })
  expect(await admin('devices sign-out ann nothing')).toMatchObject({ code: 1 })
  expect(await admin('users role ann king')).toMatchObject({ code: 1, error: 'A role is user or administrator.\n' })
}, 120_000)
