// An invitation's link in the desktop app: put where the server's address goes, it leads to an account.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemEntropy } from '../../server/entropy.ts'
import { makeInvitation } from '../../server/people/invitations.ts'
import { GOOD_PASSWORD } from '../support/accounts.ts'
import { MAIN, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

test('a link in the address field opens what it is for, and signs in as whoever was invited', async () => {
  const { store, address } = scene.world.server
  const wanted = { role: 'user', actor: { kind: 'operator' } } as const
  const { token } = await store.write((unit) => makeInvitation(unit, wanted, systemEntropy))
  const page = await scene.app.window(MAIN)
  await page.evaluate(() => window.parley!.signOut())
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  await field('Server address').fill(`${address}/invite/${token}`)
  await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
  await field('Your name').fill('Zoe van Dyk')
  await field('User name').fill('zoe')
  await field('Password').fill(GOOD_PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  const state = await scene.untilState('Zoe to be online', ({ status, user }) => status === 'online' && user !== null)
  expect(state.user).toMatchObject({ name: 'Zoe van Dyk' })
  expect(state.server).toBe(address)
  expect(await scene.log()).not.toContain(token)
})
