// What each system has of its own: starting with it, a desktop without a tray, notifications, task bar, dock, and its settings pages.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launchDesktop, realElectron, type DesktopApp } from '../support/desktop.ts'
import { MAIN, openScene, POPUP, stateOf, temporaryFolder, type Scene } from './scene.ts'

let scene: Scene | null = null
let other: DesktopApp | null = null
let profile: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  profile = temporaryFolder()
})
afterEach(async () => {
  await other?.close()
  await scene?.close()
  scene = null
  other = null
  profile.remove()
})

type Platform = 'linux' | 'win32' | 'darwin'
const open = async (platform: Platform, env: Record<string, string> = {}, argv: string[] = []) => {
  scene = await openScene({ platform, env: { STANDIN_PACKAGED: '1', ...env }, argv, userData: profile.path })
  return scene
}
const recorded = (app: DesktopApp, api: string) =>
  app.evaluate(
    (_electron, wanted, standin) => standin.os.record.filter((entry) => entry.api === wanted).map(({ args }) => args),
    api,
  )
const set = async (app: DesktopApp, change: object) =>
  (await app.window(MAIN)).evaluate((given) => window.parley!.setSettings(given), change)
const mainWindow = async (app: DesktopApp) => (await app.windows()).find(({ url }) => url.includes(MAIN))!
const shownPopups = async (app: DesktopApp) =>
  (await app.windows()).filter(({ url, visible }) => visible && url.includes(POPUP))

/** A program of the desktop that answers what the test says. */
function program(name: string, script: string): string {
  const folder = join(profile.path, 'bin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
  return `${folder}:${process.env.PATH}`
}

describe.skipIf(realElectron() !== null)('on Linux', () => {
  test('without a tray closing minimises, says why once, and a meeting goes on in small', async () => {
    const PATH = program('gdbus', 'echo "(false,)"')
    const { app } = await open('linux', { PATH, XDG_CURRENT_DESKTOP: 'GNOME' })
    const page = await app.window(MAIN)
    const toMinimised = () =>
      app.until('the window to be minimised', async () => {
        const { visible, minimized } = await mainWindow(app)
        return minimized && visible
      })
    await app.closeWindow(MAIN)
    await app.until('it to be minimised', async () => (await mainWindow(app)).minimized)
    await app.until('the reason', async () => (await app.notifications()).length === 1)
    expect((await app.notifications())[0]?.title).toBe('Parley goes on in the task bar')
    await app.clickNotification()
    await app.until('the window again', async () => !(await mainWindow(app)).minimized)
    await page.evaluate(() => window.parley!.createRoom({ name: 'Own', microphone: false, camera: false }))
    await scene!.untilState('a seat', ({ mirror }) => mirror.seat !== null)
    await app.closeWindow(MAIN)
    await toMinimised()
    expect(await app.notifications()).toEqual([])
    await app.window('/mini.html')
  })

  test('it starts at login by an entry of its own, hidden, and an entry taken away turns the setting off', async () => {
    const { app } = await open('linux')
    const entry = join(profile.path, 'autostart', 'app.parley.desktop.desktop')
    expect(existsSync(entry)).toBe(false)
    await set(app, { startAtLogin: true })
    expect(readFileSync(entry, 'utf8')).toMatch(/^\[Desktop Entry\]\nType=Application\n[^]*\nExec="[^"]+" --hidden\n/)
    await set(app, { startAtLogin: false })
    expect(existsSync(entry)).toBe(false)
    await set(app, { startAtLogin: true })
    writeFileSync(entry, readFileSync(entry, 'utf8').replace('X-GNOME-Autostart-enabled=true', 'Hidden=true'))
    expect(await app.quit()).toBe(0)

    other = await launchDesktop({ userData: profile.path, argv: ['--hidden'], env: { STANDIN_PACKAGED: '1' } })
    const state = await stateOf(other)
    expect(state.settings.startAtLogin).toBe(false)
    expect(state.user?.name).toBe('Ben Osei')
    expect((await other.windows()).filter(({ visible }) => visible)).toEqual([])
  })

  test('under Wayland a ring is a notification and a sign in the task bar, and the pop-up comes when asked for', async () => {
    const { app } = await open('linux', { XDG_SESSION_TYPE: 'wayland' })
    await scene!.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    expect(await shownPopups(app)).toEqual([])
    expect((await recorded(app, 'BrowserWindow.flashFrame')).at(-1)).toEqual([true])
    await app.clickNotification()
    await scene!.popup()
  })

  test("while the desktop's own do not disturb is on, only the tray rings", async () => {
    const state = join(profile.path, 'banners')
    writeFileSync(state, 'true\n')
    const script = `case "$1" in get) cat "${state}";; monitor) exec tail -n +1 -f "${state}";; esac`
    const { app } = await open('linux', { PATH: program('gsettings', script), XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' })
    appendFileSync(state, 'show-banners: false\n')
    await scene!.untilState('the device to keep quiet', ({ desktop }) => desktop?.quiet === true)
    await scene!.annRings()
    await scene!.untilTray('Parley – Ann Kovač is calling')
    expect([await app.notifications(), await shownPopups(app)]).toEqual([[], []])
    appendFileSync(state, 'show-banners: true\n')
    await scene!.popup()
    expect(await app.notifications()).toHaveLength(1)
  })
})

describe.skipIf(realElectron() !== null)('on Windows', () => {
  test('it starts at login with the system, carries signs on its button, and leads to the system settings', async () => {
    const { app } = await open('win32')
    await set(app, { startAtLogin: true })
    expect((await recorded(app, 'app.setLoginItemSettings')).at(-1)).toEqual([
      { openAtLogin: true, args: ['--hidden'] },
    ])
    expect(await recorded(app, 'app.setAsDefaultProtocolClient')).toEqual([['parley', expect.any(String), ['--']]])
    await scene!.annRings()
    await scene!.popup()
    const signs = async () => (await recorded(app, 'BrowserWindow.setOverlayIcon')).map(([words]) => words)
    expect((await signs()).at(-1)).toBe('Somebody is calling')
    await scene!.ann.does('call.cancel', { roomId: scene!.roomId, calleeIds: [scene!.benElsewhere.id] })
    await app.until('the sign of a missed call', async () => (await signs()).at(-1) === 'Missed calls: 1')

    const page = await app.window(MAIN)
    await page.evaluate(() => {
      for (const one of ['camera', 'microphone', 'https://example.org'] as never[]) window.parley!.openSystemPage(one)
    })
    const opened = async () => (await recorded(app, 'shell.openExternal')).map(([address]) => address)
    await app.until('two pages', async () => (await opened()).length >= 2)
    expect(await opened()).toEqual(['ms-settings:privacy-webcam', 'ms-settings:privacy-microphone'])
  })

  test('a press on a notification from before the app was started answers once it knows the ring', async () => {
    const { app } = await open('win32')
    const call = await scene!.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    // As one that nobody remembers: of an earlier run, by its id alone.
    await set(app, { ringNotification: false })
    await app.until('no notification', async () => (await app.notifications()).length === 0)
    const press = (given: { callId: string; actionIndex: number }) =>
      app.evaluate((_electron, { callId, actionIndex }, { os }) => {
        os.activationHandler!({ type: 'action', arguments: `type=action&tag=${callId}`, actionIndex })
      }, given)
    await press({ callId: '00000000-0000-4000-8000-000000000000', actionIndex: 0 })
    expect((await scene!.state()).mirror.seat).toBeNull()
    await press({ callId: call.id, actionIndex: 0 })
    await scene!.untilState('Ben to have a seat', ({ mirror }) => mirror.seat?.room.id === scene!.roomId)
  })
})

describe.skipIf(realElectron() !== null)('on macOS', () => {
  test('a reply in the notification declines with these words, and a dismissed one declines nothing', async () => {
    const { app, ann } = await open('darwin')
    const call = await scene!.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    expect((await app.notifications())[0]?.hasReply).toBe(true)
    await app.replyToNotification('In a minute')
    const { call: told } = await ann.hears('call.rejected')
    expect(told).toMatchObject({ id: call.id, response: 'In a minute' })
    await scene!.untilTray('Parley – ready')
    await set(app, { startAtLogin: true })
    expect((await stateOf(app)).settings.startAtLogin).toBe(true)

    await scene!.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    await app.dismissNotification()
    await scene!.untilTray('Parley – Ann Kovač is calling')
  })

  test('a refused camera is told in place, with the way to the system settings', async () => {
    const { app } = await open('darwin')
    await app.evaluate((_electron, _nothing, { os }) => {
      os.mediaAccess = { microphone: 'granted', camera: 'denied', screen: 'not-determined' }
    })
    const page = await app.window(MAIN)
    await page.evaluate(() => window.parley!.createRoom({ name: 'Own', microphone: false, camera: true }))
    await page.getByText('Parley may not use the camera.').waitFor()
    await page.getByRole('button', { name: 'Open system settings' }).click()
    const opened = () => recorded(app, 'shell.openExternal')
    await app.until('the page', async () => (await opened()).length === 1)
    expect((await opened())[0]![0]).toBe('x-apple.systempreferences:com.apple.preference.security?Privacy_Camera')

    await app.evaluate((_electron, _nothing, { os }) => void (os.mediaAccess.camera = 'granted'))
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Turn camera off' }).waitFor()
  })
})
