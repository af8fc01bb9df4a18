// The ring to try on the desktop: it shows wherever a ring does, and ends there; Ann, her meeting and the server know nothing of it.
import { beforeEach, expect, test } from 'vitest'
import { MAIN, openScene, shareScene, type Scene } from './scene.ts'

const TRIAL = 'Parley – Ben Osei is calling'

let scene: Scene
const shared = shareScene()
beforeEach(() => {
  scene = shared.current
})

async function readyScreen() {
  const page = await scene.app.window(MAIN)
  await page.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('button', { name: 'Get ready' }).click()
  await page.getByRole('button', { name: 'See how a ring comes' }).click()
  await page.getByRole('button', { name: 'Ring me now' }).click()
  return page
}

test('it shows in tray, notification and pop-up, and answering it there opens nothing', async () => {
  const { app } = scene
  const page = await readyScreen()
  await scene.untilTray(TRIAL)
  await app.until('a notification', async () => (await app.notifications()).length === 1)
  const popup = await scene.popup()
  await popup.getByText('A ring to try').first().waitFor()
  await popup.getByRole('button', { name: 'Video', exact: true }).click()
  await scene.untilPopupIsGone()
  await page.getByText('You answered.').waitFor()
  await app.until('no notification', async () => (await app.notifications()).length === 0)
  await scene.untilTray('Parley – ready')
  const { entry, mirror, answering } = await scene.state()
  expect([entry, mirror.seat, answering, mirror.missed]).toEqual([null, null, null, []])
  const history = await page.evaluate(() => window.parley!.ask('call.history', { missed: false, limit: 30 }))
  expect(history).toMatchObject({ ok: true, value: { entries: [] } })
})

test('it is declined from the tray', async () => {
  const page = await readyScreen()
  await scene.untilTray(TRIAL)
  await scene.app.pressTray('Decline Ben Osei')
  await scene.untilTray('Parley – ready')
  await page.getByText('You declined.').waitFor()
})

test('somebody who really calls takes its place', async () => {
  await readyScreen()
  await scene.untilTray(TRIAL)
  await scene.annRings()
  await scene.untilTray('Parley – Ann Kovač is calling')
  expect((await scene.app.trayMenu()).filter((entry) => entry.startsWith('Decline'))).toEqual(['Decline Ann Kovač'])
})

test('installed, it can be made to start at login on the way', async () => {
  const installed = await openScene({ env: { STANDIN_PACKAGED: '1' } })
  try {
    const page = await installed.app.window(MAIN)
    await page.getByRole('button', { name: 'Get ready' }).click()
    await page.getByText('Step 1 of 4').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('switch', { name: 'Start with the computer' }).click()
    await installed.untilState('to start at login', ({ settings }) => settings.startAtLogin)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Finish' }).click()
    await installed.untilState('to be ready', ({ settings }) => settings.gotReady)
    await page.getByRole('button', { name: 'New meeting' }).waitFor()
  } finally {
    await installed.close()
  }
})
