// The branches of macOS and Windows, as far as the stand-in can pretend to be them.
import { afterEach, describe, expect, test } from 'vitest'
import { realElectron } from '../support/desktop.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await scene?.close()
  scene = null
})

const recorded = (of: Scene, api: string) =>
  of.app.evaluate(
    (_electron, wanted, standin) => standin.os.record.filter((entry) => entry.api === wanted).map(({ args }) => args),
    api,
  )

describe.skipIf(realElectron() !== null)('platforms', () => {
  test('on macOS the dock bounces while it rings, and carries the number of missed calls', async () => {
    scene = await openScene({ platform: 'darwin' })
    await scene.annRings()
    await scene.popup()
    expect(await recorded(scene, 'app.dock.bounce')).toEqual([['critical']])
    await scene.ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await scene.untilTray('Parley – 1 missed call')
    expect(await recorded(scene, 'app.dock.cancelBounce')).toHaveLength(1)
    expect(await scene.app.evaluate(({ app }) => app.getBadgeCount())).toBe(1)
    await scene.untilPopupIsGone()

    const page = await scene.app.window('/index.html')
    await page.evaluate(() => window.parley!.seenMissed())
    await scene.untilTray('Parley – ready')
    expect(await scene.app.evaluate(({ app }) => app.getBadgeCount())).toBe(0)
  })

  test('on Windows notifications belong to the app, and it is answered from one', async () => {
    scene = await openScene({ platform: 'win32' })
    const { app } = scene
    expect(await recorded(scene, 'app.setAppUserModelId')).toEqual([['app.parley.desktop']])
    await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    await app.notificationAction('Answer')
    await scene.untilState('Ben to have a seat', (state) => state.mirror.seat !== null)
  })
})
