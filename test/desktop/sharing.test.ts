// Sharing a screen from the desktop app: our picker, the bar, the tray, and callers who stay unnamed meanwhile.
import type { Page } from 'playwright'
import { beforeEach, expect, test } from 'vitest'
import { MAIN, POPUP, shareScene, type Scene } from './scene.ts'

const MINUTE = 60_000

let scene: Scene
let page: Page
const shared = shareScene()
beforeEach(async () => {
  scene = shared.current
  page = await scene.app.window(MAIN)
  const entered = await page.evaluate(
    (id) => window.parley!.joinRoom({ room: { id }, microphone: false, camera: false }),
    scene.roomId,
  )
  expect(entered.ok).toBe(true)
  await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
})

const picker = () => page.getByRole('dialog', { name: 'Share your screen' })
const bar = () => page.getByRole('status').filter({ hasText: 'You are sharing your screen' })
const toolbarButton = (name: string) => page.getByRole('toolbar').getByRole('button', { name })
/** What pages were given, and how often the screens were looked at. */
const captured = () =>
  scene.app.evaluate((_electron, _nothing, standin) => {
    const of = (api: string) => standin.os.record.filter((call) => call.api === api)
    return {
      given: of('session.displayMedia').map(({ args }) => args[0]),
      looks: of('desktopCapturer.getSources').length,
    }
  })

async function share(name: string) {
  await toolbarButton('Share screen').click()
  await picker().getByRole('radio', { name }).check({ force: true })
  await picker().getByRole('button', { name: 'Share', exact: true }).click()
  await bar().waitFor()
}

test('the picker shows screens and windows as they are now; the one chosen is shared, and the tray stops it', async (context) => {
  if (scene.app.kind !== 'standin') context.skip('a real Electron would capture the real screen')
  const before = await captured()
  await toolbarButton('Share screen').click()
  await picker().getByRole('radio', { name: 'Screen 1' }).waitFor({ state: 'attached' })
  await scene.app.until('the pictures to be renewed', async () => (await captured()).looks >= before.looks + 2)
  expect((await captured()).given).toEqual(before.given)
  expect(await picker().getByRole('radio', { name: 'Editor' }).count()).toBe(1)
  expect(await picker().getByRole('radio', { name: 'Parley' }).count(), 'windows of our own').toBe(0)
  await picker().getByRole('radio', { name: 'Editor' }).check({ force: true })
  await picker().getByRole('button', { name: 'Share', exact: true }).click()
  await bar().waitFor()
  expect((await captured()).given.at(-1)).toBe('window:99:0')
  await page.getByRole('figure', { name: 'You are sharing your screen' }).waitFor()
  await scene.app.until('the tray to offer it', async () => (await scene.app.trayMenu())[0] === 'Stop sharing')
  const { looks } = await captured()

  await scene.app.pressTray('Stop sharing')
  await bar().waitFor({ state: 'detached' })
  await scene.app.until('the tray to forget it', async () => (await scene.app.trayMenu())[0] === 'Open Parley')
  expect((await scene.state()).sharing).toBe(false)
  expect((await captured()).looks, 'nothing is looked at once the picker is gone').toBe(looks)
})

test('putting the picker away shares nothing, and nobody else can choose', async () => {
  const before = (await captured()).given.length
  await toolbarButton('Share screen').click()
  await picker().waitFor()
  const choice = { requestId: '00000000-0000-4000-8000-000000000000', sourceId: 'screen:0:0', sound: false }
  await page.evaluate((given) => window.parley!.chooseSource(given), choice)
  const popup = await scene.app.window(POPUP)
  const refused = (given: typeof choice) =>
    window.parley!.chooseSource(given).then(
      () => 'allowed',
      (error: unknown) => String(error),
    )
  expect(await popup.evaluate(refused, choice)).toContain('host:chooseSource was refused')
  expect((await captured()).given).toHaveLength(before)
  await page.keyboard.press('Escape')
  await picker().waitFor({ state: 'detached' })
  await scene.app.until('the request to be over', async () => (await captured()).given.length === before + 1)
  expect((await captured()).given.at(-1)).toBeNull()
  expect(await bar().count()).toBe(0)
  await toolbarButton('Share screen').waitFor()
})

/** Asks as a page does whose scripts have gone astray: without anybody having pressed anything. */
const wishWithoutGesture = () =>
  scene.app.evaluate(({ BrowserWindow }) => {
    const main = BrowserWindow.getAllWindows().find((window) => window.webContents.getURL().includes('/index.html'))!
    return main.webContents.executeJavaScript(`(async () => {
      while (navigator.userActivation.isActive) await new Promise((resolve) => setTimeout(resolve, 100))
      return navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => 'shared', (error) => error.name)
    })()`) as Promise<string>
  })

test('outside a meeting, and without a gesture, nothing is shared', async () => {
  expect(await wishWithoutGesture()).toBe('NotAllowedError')
  expect(await scene.log()).toContain('denied sharing: no gesture')
  await page.evaluate((id) => window.parley!.leaveRoom(id), scene.roomId)
  await scene.untilState('Ben to have left', ({ mirror }) => mirror.seat === null)
  // What the test evaluates counts as a gesture.
  const wish = () =>
    navigator.mediaDevices.getDisplayMedia({ video: true }).then(
      () => 'shared',
      (error: unknown) => (error as Error).name,
    )
  expect(await page.evaluate(wish)).toBe('NotAllowedError')
  expect(await scene.log()).toContain('denied permission display-capture')
})

const titles = async () => (await scene.app.notifications()).map(({ title }) => title)

async function chloeRings() {
  const chloe = await scene.world.signIn('chloe')
  const { room } = await chloe.opensMeeting('Salaries', true)
  await chloe.rings(scene.benElsewhere, room.id, { extension: 'About Ann', timeoutSeconds: 300 })
  return chloe.user.name
}

async function chloeIsNamed() {
  await chloeRings()
  const title = 'Chloe Martin is calling you into Salaries'
  await scene.app.until('the notification', async () => (await titles()).join() === title)
}

test('a ring that was there before is shown anew without its caller', async () => {
  const { app } = scene
  await chloeIsNamed()
  await share('Screen 1')
  await app.until('the name to be gone', async () => (await titles()).join() === 'Somebody is calling you')
  await scene.untilTray('Parley – somebody is calling')
  expect(await app.trayMenu()).toContain('Decline')
  expect((await app.trayMenu()).join()).not.toContain('Chloe')
  await app.pressTray('Stop sharing')
  await scene.untilTray('Parley – Chloe Martin is calling')
  expect(await titles(), 'the one that names nobody may stay').toEqual(['Somebody is calling you'])
})

test.each([
  ['is told without its name', false, 'A meeting of yours is due'],
  ['does not come back once its reminder was put away', true, ''],
])('a meeting that is due %s', async (_what, putAway, told) => {
  const { world, benElsewhere } = scene
  const chloe = await world.signIn('chloe')
  const startsAt = world.now + 6 * MINUTE
  const attendeeIds = [benElsewhere.user.id]
  const times = { startsAt, endsAt: startsAt + 30 * MINUTE, remindBeforeMs: 5 * MINUTE }
  const { room } = await chloe.does('room.schedule', { name: 'Salaries', ...times, attendeeIds })
  await world.advance(MINUTE)
  await scene.app.until('the reminder', async () => (await titles()).join().includes('Salaries'))
  if (putAway) await scene.app.dismissNotification()
  await share('Screen 1')
  await scene.untilState('the app to know', ({ sharing }) => sharing)
  await scene.app.until('the name to be gone', async () => (await titles()).join() === told)
  await chloe.does('room.cancelSchedule', { roomId: room.id })
  await scene.app.until('the reminder to be gone', async () => (await titles()).length === 0)
})

test('a notification that was put away does not come back because a screen is shared', async () => {
  await chloeIsNamed()
  await scene.app.dismissNotification()
  await share('Screen 1')
  await scene.untilTray('Parley – somebody is calling')
  expect(await titles()).toEqual([])
})

test('whoever calls while the screen is shared stays unnamed in pop-up and notification, until it no longer is', async () => {
  const { app } = scene
  await share('Screen 1')
  await scene.untilState('the app to know', ({ sharing }) => sharing)
  const name = await chloeRings()

  const popup = await scene.popup()
  await popup.getByRole('alertdialog', { name: 'Somebody is calling you' }).waitFor()
  const words = await popup.locator('body').innerText()
  expect(words).not.toMatch(/Chloe|Salaries|About Ann/)
  expect((await app.windows()).filter(({ title }) => title.includes(name))).toEqual([])
  const [notification] = await app.notifications()
  expect(notification).toMatchObject({ title: 'Somebody is calling you', body: 'Hidden while you share' })
  await popup.getByRole('button', { name: 'Decline', exact: true }).waitFor()

  await app.pressTray('Stop sharing')
  await popup.getByText('Salaries').first().waitFor()
})
