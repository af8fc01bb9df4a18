// The settings screen and what each setting does: off is off, also in the middle of a ring, and nothing is captured before a press.
import type { Page } from 'playwright'
import { beforeEach, describe, expect, test } from 'vitest'
import { MAIN, POPUP, shareScene, type Scene } from './scene.ts'

let scene: Scene
const shared = shareScene()
beforeEach(() => {
  scene = shared.current
})

const shownPopups = async () => (await scene.app.windows()).filter(({ url, visible }) => visible && url.includes(POPUP))
const allDay = { on: true, from: 0, to: 0, days: [0, 1, 2, 3, 4, 5, 6] }
async function settingsScreen(): Promise<Page> {
  const page = await scene.app.window(MAIN)
  await scene.app.pressTray('Settings')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  return page
}
const set = async (change: object) =>
  (await scene.app.window(MAIN)).evaluate((given) => window.parley!.setSettings(given), change)

describe('how it rings', () => {
  test('in quiet hours only the tray rings, and a ring that outlasts them comes up', async () => {
    const { app } = scene
    await set({ quietHours: allDay })
    await scene.annRings()
    await scene.untilTray('Parley – Ann Kovač is calling')
    expect([await app.notifications(), await shownPopups()]).toEqual([[], []])
    await set({ quietHours: { ...allDay, on: false } })
    await scene.popup()
    expect(await app.notifications()).toHaveLength(1)
    await set({ quietHours: allDay })
    await scene.untilPopupIsGone()
    expect(await app.notifications()).toEqual([])
    await scene.untilTray('Parley – Ann Kovač is calling')
  })

  test('a notification that is switched off is none, and goes when it is switched off while it rings', async () => {
    const { app } = scene
    await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    await set({ ringNotification: false })
    await app.until('no notification', async () => (await app.notifications()).length === 0)
    await set({ ringPopup: false })
    await scene.untilPopupIsGone()
    await scene.untilTray('Parley – Ann Kovač is calling')
  })

  test('do not disturb from the tray holds everywhere, and can be turned off there', async () => {
    const { app, ann, benElsewhere } = scene
    await app.pressTray('Status > Do not disturb for 1 hour')
    await scene.untilState('do not disturb', ({ mirror }) => mirror.policy.doNotDisturbUntil !== null)
    const { results } = await ann.does('call.invite', {
      roomId: scene.roomId,
      calleeIds: [benElsewhere.id],
      media: 'video',
      timeoutSeconds: 30,
    })
    expect(results[0]).toMatchObject({ outcome: 'success', call: { status: 'rejected' } })
    expect([await app.notifications(), await shownPopups()]).toEqual([[], []])
    await app.pressTray('Status > Available')
    await scene.untilState('to be available', ({ mirror }) => mirror.policy.doNotDisturbUntil === null)
  })

  test('the tone goes to the device chosen for it', async () => {
    const { app } = scene
    const popup = await app.window(POPUP)
    await popup.evaluate(() => {
      const contexts = AudioContext.prototype as AudioContext & { setSinkId(sink: string): Promise<void> }
      const { setSinkId } = contexts
      contexts.setSinkId = function (sink) {
        Object.assign(window, { sink })
        return setSinkId.call(this, sink)
      }
    })
    await set({ ringDeviceId: 'a-speaker' })
    await scene.annRings()
    const sink = () => popup.evaluate(() => (window as unknown as { sink?: string }).sink ?? null).catch(() => null)
    // It is none of this machine, so the tone goes where the system sends it.
    await app.until('the tone to fall back', async () => (await sink()) === '')
    await set({ ringDeviceId: 'default' })
  })
})

describe('the screen', () => {
  test('quiet hours are set by days and times', async () => {
    const page = await settingsScreen()
    await page.getByRole('switch', { name: 'Quiet hours' }).click()
    await page.getByLabel('From', { exact: true }).fill('21:15')
    await page.getByLabel('From', { exact: true }).blur()
    await page.getByRole('button', { name: 'Saturday' }).click()
    await scene.untilState(
      'the hours to be kept',
      ({ settings: { quietHours } }) => quietHours.from === 21 * 60 + 15 && quietHours.days.includes(6),
    )
  })

  test('the preview opens by a press, shows a picture and a level, and closes with the screen', async () => {
    const { app } = scene
    const page = await settingsScreen()
    await page.evaluate(() => {
      const tracks: MediaStreamTrack[] = []
      Object.assign(window, { tracks })
      const { mediaDevices } = navigator
      const original = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await original(constraints)
        tracks.push(...stream.getTracks())
        return stream
      }
    })
    const states = () =>
      page.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map((track) => track.readyState))
    expect(await states()).toEqual([])
    await page.getByRole('button', { name: 'Show preview' }).click()
    await app.until('camera and microphone', async () => (await states()).join() === 'live,live')
    const picture = page.getByLabel('Your camera')
    await app.until('a picture', () => picture.evaluate((video: HTMLVideoElement) => video.videoWidth > 0))
    const level = page.getByRole('meter', { name: 'Microphone level' })
    await app.until('a level', async () => Number(await level.getAttribute('aria-valuenow')) > 0)
    await page.getByRole('link', { name: 'Home' }).click()
    await app.until('both to be closed', async () => (await states()).join() === 'ended,ended')
    const refused = () =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'opened',
        (error: Error) => error.name,
      )
    await app.until('the door to be shut', async () => (await page.evaluate(refused)) === 'NotAllowedError')
  })

  test('a preview that is forgotten closes with the window', async () => {
    const { app } = scene
    const page = await settingsScreen()
    await page.getByRole('button', { name: 'Show preview' }).click()
    await page.getByRole('button', { name: 'Stop preview' }).waitFor()
    await app.closeWindow(MAIN)
    await scene.untilVisible(MAIN, false)
    await page.getByRole('button', { name: 'Show preview' }).waitFor({ state: 'attached' })
  })
})
