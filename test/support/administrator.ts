// A server with an administrator and one more person, both with passwords of their own, and a device of each.
import { signInOutputSchema } from '../../shared/protocol/session.ts'
import { GOOD_PASSWORD } from './accounts.ts'
import type { ServerProcess } from './serverProcess.ts'
import { TestDevice } from './testDevice.ts'

/** A new account by its invitation, and a device of it. */
export async function accepts(server: ServerProcess, token: string, login: string, name: string): Promise<TestDevice> {
  const device = new TestDevice(() => server.url, login, `${name}’s laptop`)
  const input = { token, login, name, password: GOOD_PASSWORD, device: device.device }
  const answer = await device.posts('/api/invitation/accept', input)
  if (!answer.ok) throw new Error(`${name} cannot make an account: ${answer.error.message}`)
  const { user, tokens } = signInOutputSchema.parse(answer.value)
  device.user = user
  device.tokens = tokens
  await device.connects()
  return device
}

/** `server` has no account yet. */
export async function setUpServer(server: ServerProcess): Promise<{ ada: TestDevice; zoe: TestDevice }> {
  const setUp = /\/setup\/(\S+)/.exec(server.output())?.[1]
  if (setUp === undefined) throw new Error('the server printed no link to set it up')
  const ada = await accepts(server, setUp, 'ada', 'Ada Park')
  const { token } = await ada.does('admin.invite', {})
  return { ada, zoe: await accepts(server, token, 'zoe', 'Zoe van Dyk') }
}
