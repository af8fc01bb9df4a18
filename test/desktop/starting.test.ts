// How the app starts: as itself, whatever is on the command line and in its files, and without a keychain.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launchDesktop, ROOT } from '../support/desktop.ts'
import { MAIN, openScene, stateOf, temporaryFolder, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

test('it has the name, version and folder of package.json', async () => {
  const facts = await scene.app.evaluate(({ app }) => [app.getName(), app.getAppPath(), app.getVersion()])
  expect(facts).toEqual(['Parley', ROOT, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
})

test('junk on the command line and in every file is no obstacle', async () => {
  const userData = temporaryFolder()
  for (const name of ['settings.json', 'window.json', 'device.json']) writeFileSync(join(userData.path, name), '\0{[')
  writeFileSync(
    join(userData.path, 'window.json'),
    JSON.stringify({ x: 10, y: 30, width: 90_000, height: 50_000, maximized: false }),
  )
  const argv = ['--server=javascript:alert(1)', `--demo-user=${'x'.repeat(500)}`, 'parley://join/../../x', '--server']
  const app = await launchDesktop({ userData: userData.path, argv })
  try {
    const state = await stateOf(app)
    expect(state.prefill).toEqual({ login: 'x'.repeat(120) })
    expect(state.settings).toMatchObject({ theme: 'system', ringPopup: true })
    const area = await app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea)
    const [window] = await app.windows()
    expect(window!.bounds.width).toBeLessThanOrEqual(area.width)
    expect(window!.bounds.height).toBeLessThanOrEqual(area.height)
    expect(await app.secondInstance(['parley://join/abc', '--server=%00'])).toBe(0)
    expect(await app.windows()).toHaveLength(1)
  } finally {
    await app.close()
    userData.remove()
  }
})

test('a keychain that fails costs the memory of the session and nothing else', async (context) => {
  const { app } = scene
  if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
  const again = await app.evaluate((electron) => {
    const { safeStorage } = electron
    const broken = () => Promise.reject(new Error('the keychain is locked'))
    safeStorage.encryptStringAsync = broken as never
    return typeof safeStorage.encryptStringAsync
  })
  expect(again).toBe('function')
  const page = await app.window(MAIN)
  await page.evaluate(() => window.parley!.createRoom({ name: 'Own', microphone: false, camera: false }))
  await scene.untilState('a seat', (state) => state.mirror.seat !== null)
  expect(await scene.log()).not.toMatch(/ error |uncaught|unhandled/)
})
