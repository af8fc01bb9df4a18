// The app as a good citizen of the desktop: it stays in the tray, exists once, remembers, and keeps its secrets.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launchDesktop } from '../support/desktop.ts'
import { MAIN, openScene, stateOf, type Scene } from './scene.ts'

let userData: string
let scene: Scene
beforeEach(async () => {
  userData = mkdtempSync(join(tmpdir(), 'parley-desktop-'))
  scene = await openScene({ userData })
})
afterEach(async () => {
  await scene.close()
  rmSync(userData, { recursive: true, force: true })
})

test('second instance focuses the first', async () => {
  const { app } = scene
  await app.closeWindow(MAIN)
  await scene.untilVisible(MAIN, false)
  expect(await app.secondInstance([])).toBe(0)
  await app.until('the main window in front', async () =>
    (await app.windows()).some(({ visible, focused }) => visible && focused),
  )
  expect((await app.windows()).filter(({ url }) => url.includes(MAIN))).toHaveLength(1)
})

test('closing the main window goes to the tray and keeps the connection', async () => {
  const { app } = scene
  await app.closeWindow(MAIN)
  await scene.untilVisible(MAIN, false)
  expect((await scene.state()).status).toBe('online')
  await scene.annRings()
  await app.pressTray('Open Parley')
  await scene.untilVisible(MAIN, true)
})

test('New meeting in the tray opens the main window and starts one', async () => {
  const { app } = scene
  await app.closeWindow(MAIN)
  await app.pressTray('New meeting')
  await scene.untilVisible(MAIN, true)
  const { mirror } = await scene.untilState('a meeting of his own', (state) => state.mirror.seat !== null)
  expect(mirror.seat?.room.ownerId).toBe(scene.benElsewhere.id)
})

test('New meeting in the tray while in one shows that one', async () => {
  const { app } = scene
  await app.pressTray('New meeting')
  const { mirror } = await scene.untilState('a meeting of his own', (state) => state.mirror.seat !== null)
  await app.closeWindow(MAIN)
  await scene.untilVisible(MAIN, false)
  await app.pressTray('New meeting')
  await scene.untilVisible(MAIN, true)
  const page = await app.window(MAIN)
  await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect((await scene.state()).mirror.seat?.room.id).toBe(mirror.seat?.room.id)
})

test('New meeting in the tray without a connection opens the window and says why it cannot be', async () => {
  const { app } = scene
  await app.closeWindow(MAIN)
  await scene.world.stop()
  await scene.untilState('the connection to be lost', (state) => state.status !== 'online')
  await app.pressTray('New meeting')
  await scene.untilVisible(MAIN, true)
  const page = await app.window(MAIN)
  const why = 'No meeting can be started while Parley is reconnecting. Try again in a moment.'
  await page.getByRole('status').filter({ hasText: why }).waitFor()
})

test('waking up connects anew', async (context) => {
  const { app } = scene
  if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
  await app.evaluate((_electron, _nothing, standin) => standin.power('resume'))
  await app.until('a new connection', async () =>
    /woke up: resume[^]*connection reconnecting[^]*connection online/.test(await scene.log()),
  )
  await scene.annRings()
})

test('settings, place and device survive a restart, and so does the session', async () => {
  const page = await scene.app.window(MAIN)
  await page.evaluate(() => window.parley!.setSettings({ theme: 'dark', ringVolume: 0.25 }))
  await page.evaluate(() => window.parley!.setSettings({ language: 'zh-CN' }))
  await scene.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.webContents.getURL().includes('/index.html'))!
      .setBounds({ x: 40, y: 60, width: 1000, height: 700 }),
  )
  const { deviceId } = (await scene.state()).mirror
  expect(await scene.app.quit()).toBe(0)

  const again = await launchDesktop({ userData })
  try {
    const state = await again.until('Ben to be online again', async () => {
      const now = await stateOf(again)
      return now.status === 'online' ? now : null
    })
    expect(state.settings).toMatchObject({ theme: 'dark', ringVolume: 0.25, language: 'zh-CN', ringPopup: true })
    expect(state.user?.name).toBe('Ben Osei')
    expect(state.mirror.deviceId).toBe(deviceId)
    expect((await again.windows())[0]?.bounds).toEqual({ x: 40, y: 60, width: 1000, height: 700 })
    expect(await again.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
    expect(await again.trayMenu()).toContain('新会议')
  } finally {
    await again.close()
  }
})

test('broken settings fall back one by one, and a broken session asks to sign in', async () => {
  expect(await scene.app.quit()).toBe(0)
  writeFileSync(join(userData, 'settings.json'), '{"theme":"purple","ringVolume":0.5}')
  writeFileSync(join(userData, 'session.bin'), 'not what a keychain made')
  rmSync(join(userData, 'window.json'), { force: true })
  const again = await launchDesktop({ userData })
  try {
    const state = await stateOf(again)
    expect(state.settings).toMatchObject({ theme: 'system', ringVolume: 0.5 })
    expect(state.user).toBeNull()
    expect((await again.tray())?.toolTip).toBe('Parley – signed out')
  } finally {
    await again.close()
  }
})

test('the token file is not plain text, and no file holds a token', async () => {
  const page = await scene.app.window(MAIN)
  await scene.app.until('the session to be on disk', async () => existsSync(join(userData, 'session.bin')))
  const texts = readdirSync(userData, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  expect(texts.length).toBeGreaterThan(2)
  for (const text of texts) expect(text).not.toMatch(/eyJ|refreshToken|accessToken/)
  expect(await page.evaluate(async () => JSON.stringify(await window.parley!.snapshot()))).not.toMatch(
    /eyJ|refreshToken/,
  )

  await page.evaluate(() => window.parley!.signOut())
  await scene.app.until('the session to be gone from disk', async () => !existsSync(join(userData, 'session.bin')))
})

test('quitting in a meeting asks first, can be taken back, and then leaves the meeting', async () => {
  const { app, ann, roomId } = scene
  const page = await app.window(MAIN)
  await page.evaluate((id) => window.parley!.joinRoom({ room: { id }, microphone: false, camera: false }), roomId)
  await ann.hears('participant.joined')
  await app.closeWindow(MAIN)
  await app.pressTray('Quit')
  await scene.untilVisible(MAIN, true)
  const question = page.getByRole('dialog', { name: 'Leave the meeting and quit?' })
  await question.getByRole('button', { name: 'Stay' }).click()
  await question.waitFor({ state: 'detached' })
  expect((await scene.state()).mirror.seat?.room.id).toBe(roomId)

  await app.pressTray('Quit')
  await question.getByRole('button', { name: 'Leave and quit' }).click()
  expect(await app.exited).toBe(0)
  const left = await ann.hears('participant.left')
  expect(left.userId).toBe(scene.benElsewhere.id)
})

test('the command line fills in the sign-in, and the form signs in', async () => {
  const other = mkdtempSync(join(tmpdir(), 'parley-desktop-'))
  const server = scene.world.server.address
  const app = await launchDesktop({ userData: other, argv: [`--server=${server}/`, '--demo-user=chloe'] })
  try {
    expect((await stateOf(app)).prefill).toEqual({ server, login: 'chloe' })
    const page = await app.window(MAIN)
    const field = (name: string) => page.getByRole('textbox', { name })
    await field('User name').waitFor()
    expect(await field('Server address').inputValue()).toBe(server)
    expect(await field('User name').inputValue()).toBe('chloe')
    await page.getByLabel('Password', { exact: true }).fill('parley')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await app
      .until('the tray to say that she is signed in', async () => (await app.tray())?.toolTip === 'Parley – ready')
      .catch(async (error: Error) => {
        const text = await page.locator('body').innerText()
        throw new Error(`${error.message}\ntray: ${(await app.tray())?.toolTip}\npage: ${text}`)
      })
    expect((await stateOf(app)).user?.name).toBe('Chloe Martin')
  } finally {
    await app.close()
    rmSync(other, { recursive: true, force: true })
  }
})
