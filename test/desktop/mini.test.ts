// The meeting in small while its window is away: who speaks, mute, leave, and the way back.
import { beforeEach, expect, test } from 'vitest'
import { MAIN, shareScene, type Scene } from './scene.ts'

const MINI = '/mini.html'

let scene: Scene
const shared = shareScene()
beforeEach(async () => {
  scene = shared.current
  const page = await scene.app.window(MAIN)
  const entered = await page.evaluate(
    (id) => window.parley!.joinRoom({ room: { id }, microphone: false, camera: false }),
    scene.roomId,
  )
  expect(entered.ok).toBe(true)
  await page.getByRole('toolbar', { name: 'Meeting controls' }).waitFor()
})

const minis = async () => (await scene.app.windows()).filter(({ url }) => url.includes(MINI))
const untilGone = () => scene.app.until('no mini window', async () => (await minis()).length === 0)
async function untilShown() {
  const page = await scene.app.window(MINI)
  await scene.app.until('the mini window to be shown', async () => (await minis())[0]?.visible)
  return page
}
const withMain = (action: 'minimize' | 'restore') =>
  scene.app.evaluate(({ BrowserWindow }, name) => {
    BrowserWindow.getAllWindows()
      .find((window) => window.webContents.getURL().includes('/index.html'))!
      [name]()
  }, action)

test('it comes with minimising, above the others and without the focus, shows who is there, and leads back', async () => {
  const { app } = scene
  expect(await minis()).toEqual([])
  await withMain('minimize')
  const mini = await untilShown()
  expect((await minis())[0]).toMatchObject({ alwaysOnTop: true, focused: false })
  await mini.getByText('Ann Kovač').waitFor()
  await mini.getByText('Design review').waitFor()
  await mini.getByRole('button', { name: 'Back to the meeting' }).click()
  await untilGone()
  await app.until('the main window in front', async () => {
    const main = (await app.windows()).find(({ url }) => url.includes(MAIN))!
    return main.focused && !main.minimized
  })
})

test('closing the window in a meeting keeps the meeting, and leaving is one press away', async () => {
  await scene.app.closeWindow(MAIN)
  const mini = await untilShown()
  expect((await scene.state()).mirror.seat?.room.id).toBe(scene.roomId)
  await mini.getByRole('button', { name: 'Leave' }).click()
  await scene.untilState('Ben to have left', ({ mirror }) => mirror.seat === null)
  await untilGone()
})

test('its microphone button opens the microphone of the meeting and mutes it again', async () => {
  await scene.app.closeWindow(MAIN)
  const mini = await untilShown()
  const main = await scene.app.window(MAIN)
  // The world of these tests has no media server: what the main window does with its own button is what counts.
  const ownButton = (name: string) =>
    main.locator(`[role=toolbar] button[aria-label="${name}"]`).waitFor({ state: 'attached' })
  await mini.getByRole('button', { name: 'Unmute' }).click()
  await ownButton('Mute')
  await mini.getByRole('button', { name: /^(Unmute|Mute)$/ }).click()
  await ownButton('Unmute')
})

test('switched off it stays away, and put away it comes again with the next absence', async () => {
  const { app } = scene
  await scene.app.closeWindow(MAIN)
  await untilShown()
  await app.closeWindow(MINI)
  await untilGone()
  expect((await scene.state()).mirror.seat).not.toBeNull()
  await app.pressTray('Open Parley')
  await scene.untilVisible(MAIN, true)
  await withMain('minimize')
  await untilShown()
  const page = await app.window(MAIN)
  await page.evaluate(() => window.parley!.setSettings({ miniWindow: false }))
  await untilGone()
  await page.evaluate(() => window.parley!.setSettings({ miniWindow: true }))
  await untilShown()
})

test('of a call that nobody has answered yet it shows whom one rings, and how that stands', async () => {
  const page = await scene.app.window(MAIN)
  const { id: annId } = scene.ann
  const called = await page.evaluate(
    (calleeId) => window.parley!.callDirectly({ calleeId, media: 'audio', leaveOther: true }),
    annId,
  )
  expect(called).toMatchObject({ ok: true, value: { outcome: 'ringing' } })
  await scene.app.closeWindow(MAIN)
  const mini = await untilShown()
  await mini.getByRole('heading', { name: 'Ann Kovač' }).waitFor()
  await mini.getByText(/^(Calling…|Ringing|May be offline)$/).waitFor()
  await mini.locator('svg circle').first().waitFor({ state: 'attached' })
})
