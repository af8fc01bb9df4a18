// Signing in through the system's browser: the app waits, a link brings it back, and a link that nobody asked for does nothing but say so.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchDesktop, type DesktopApp } from '../support/desktop.ts'
import { throughProvider } from '../support/openIdProvider.ts'
import { begin, comeBack, openIdScene, type OpenIdScene } from '../support/openIdScene.ts'
import { MAIN, stateOf, temporaryFolder } from './scene.ts'

let scene: OpenIdScene
let app: DesktopApp
let profile: ReturnType<typeof temporaryFolder>
beforeEach(async (context) => {
  profile = temporaryFolder()
  scene = await openIdScene()
  app = await launchDesktop({ userData: profile.path, argv: [`--server=${scene.origin}`] })
  if (app.kind !== 'standin') context.skip('only the stand-in tells what the system was asked to open')
})
afterEach(async () => {
  await app.close()
  await scene.close()
  profile.remove()
})

/** What the system's browser was asked to show. */
const opened = () =>
  app.evaluate((_electron, _nothing, standin) =>
    standin.os.record.filter(({ api }) => api === 'shell.openExternal').map(({ args }) => String(args[0])),
  )
const untilOpened = (count: number) =>
  app.until(`${count} pages in the browser`, async () => (await opened()).length === count && (await opened()).at(-1)!)
const focused = async () => (await app.windows()).find(({ url }) => url.includes(MAIN))?.focused ?? false

async function waiting() {
  const page = await app.window(MAIN)
  await page.getByRole('button', { name: 'Continue with Acme' }).click()
  await page.getByRole('heading', { name: 'Go on in your browser' }).waitFor()
  return page
}

test('the link that the browser brings back signs in, and brings the window up', async () => {
  const page = await waiting()
  const address = await untilOpened(1)
  expect(address.startsWith(`${scene.provider.issuer}/`)).toBe(true)
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Open it again' }).click()
  expect(await untilOpened(2)).toBe(address)

  const { grant } = await comeBack(await throughProvider(address, 'mia'))
  await app.closeWindow(MAIN)
  expect(await app.secondInstance([`parley://openid/${grant}`])).toBe(0)
  await app.until('Mia to be signed in', async () => (await stateOf(app)).user?.name === 'Mia Novak')
  await app.until('the window in front', focused)
  await page.getByRole('button', { name: 'New meeting' }).waitFor()
  // A second press in the browser changes nothing, and says nothing.
  expect(await app.secondInstance([`parley://openid/${grant}`])).toBe(0)
  expect((await stateOf(app)).openid).toBeNull()
})

test('a link nobody asked for does nothing but say so, before signing in, while waiting, and after it', async () => {
  scene.provider.people['eve'] = { name: 'Eve' }
  const injected = async () => {
    const { grant } = await comeBack(await throughProvider((await begin(scene.origin, 'desktop')).url, 'eve'))
    expect(await app.secondInstance([`parley://openid/${grant}`])).toBe(0)
  }
  const page = await app.window(MAIN)
  await page.getByRole('button', { name: 'Continue with Acme' }).waitFor()
  await injected()
  await page.getByRole('alert').filter({ hasText: 'you did not start that here' }).waitFor()
  expect((await stateOf(app)).user).toBeNull()

  await waiting()
  const address = await untilOpened(1)
  await injected()
  await page.getByRole('alert').filter({ hasText: 'took too long, or was used already' }).waitFor()
  expect((await stateOf(app)).user).toBeNull()
  const { grant } = await comeBack(await throughProvider(address, 'mia'))
  await app.secondInstance([`parley://openid/${grant}`])
  await page.getByRole('button', { name: 'New meeting' }).waitFor()

  await injected()
  await page.getByText('you did not start that here').waitFor()
  expect((await stateOf(app)).user?.name).toBe('Mia Novak')
  const sessions = await scene.world.server.store.read((db) => db.selectFrom('sessions').selectAll().execute())
  expect(sessions).toHaveLength(1)
})

test('cancelled, nothing is waited for: what the browser brings then is not used', async () => {
  const page = await waiting()
  const address = await untilOpened(1)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Continue with Acme' }).waitFor()
  const { grant } = await comeBack(await throughProvider(address, 'mia'))
  await app.secondInstance([`parley://openid/${grant}`])
  await page.getByRole('alert').filter({ hasText: 'you did not start that here' }).waitFor()
  expect((await stateOf(app)).user).toBeNull()
})
