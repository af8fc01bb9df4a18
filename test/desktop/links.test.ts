// Links into the app and starting it again: what comes from outside fills in what a person then presses, and does nothing by itself.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launchDesktop, realElectron, type DesktopApp } from '../support/desktop.ts'
import { joinChecked } from '../support/person.ts'
import { MAIN, openScene, POPUP, shareScene, stateOf, temporaryFolder, type Scene } from './scene.ts'

let scene: Scene
const codeOf = async (of: Scene) => (await of.ann.does('room.get', { roomId: of.roomId })).room.code

/** Waits for the code in the field of the Home screen. */
async function untilCodeIsFilledIn(app: DesktopApp, code: string): Promise<void> {
  const page = await app.window(MAIN)
  const field = page.getByRole('textbox', { name: 'Code or link' })
  await field.waitFor()
  await app.until(`the code ${code} in the field`, async () => (await field.inputValue()) === code)
}

describe('while it runs', () => {
  const shared = shareScene()
  beforeEach(() => {
    scene = shared.current
  })

  test('a link to a meeting brings the window up with the code filled in, and joins nothing', async () => {
    const { app } = scene
    const code = await codeOf(scene)
    await app.closeWindow(MAIN)
    expect(await app.secondInstance([`parley://join/${code}`])).toBe(0)
    await scene.untilVisible(MAIN, true)
    await untilCodeIsFilledIn(app, code)
    expect((await scene.state()).mirror.seat).toBeNull()

    const page = await app.window(MAIN)
    await page.getByRole('button', { name: 'Join', exact: true }).click()
    await joinChecked(page)
    await scene.untilState(
      'Ben to be inside after his own press',
      ({ mirror }) => mirror.seat?.room.id === scene.roomId,
    )
  })

  test('a link to a call that rings shows it and does not answer', async () => {
    const { app } = scene
    const call = await scene.annRings()
    await scene.popup()
    expect(await app.secondInstance([`parley://call/${call.id}`])).toBe(0)
    const focused = async () => (await app.windows()).find(({ url }) => url.includes(POPUP))?.focused ?? false
    await app.until('the pop-up to have the focus', focused)
    expect((await scene.state()).mirror.calls[call.id]?.status).toBe('calling')
  })

  test('a link to a person selects them and rings nobody', async () => {
    const { app, ann } = scene
    expect(await app.secondInstance([`parley://call/${ann.id}`])).toBe(0)
    const page = await app.window(MAIN)
    await page.getByRole('toolbar', { name: '1 person selected' }).waitFor()
    expect(await page.getByRole('checkbox', { name: /Ann Kovač/ }).getAttribute('aria-checked')).toBe('true')
    expect(Object.values((await scene.state()).mirror.calls).filter(({ status }) => status === 'calling')).toEqual([])
    await page.getByRole('link', { name: 'Home' }).click()
  })

  test('a link that comes during a meeting leaves it alone and waits', async () => {
    const { app } = scene
    await app.pressTray('New meeting')
    const { mirror } = await scene.untilState('a meeting of his own', (state) => state.mirror.seat !== null)
    await app.secondInstance([`parley://join/${await codeOf(scene)}`])
    const page = await app.window(MAIN)
    await page.getByText('It is there as soon as you leave this meeting.').first().waitFor()
    expect((await scene.state()).mirror.seat?.room.id).toBe(mirror.seat?.room.id)
  })

  test('links that are none of ours do nothing but bring the window up', async () => {
    const { app } = scene
    const before = await scene.state()
    for (const link of ['parley://join/../../x', 'parley://answer/now', `parley://join/${await codeOf(scene)}?go=1`])
      expect(await app.secondInstance([link])).toBe(0)
    await scene.untilVisible(MAIN, true)
    expect((await scene.state()).mirror).toEqual(before.mirror)
    const others = (await app.windows()).filter(({ url }) => !url.includes(MAIN) && !url.includes(POPUP))
    expect(others).toEqual([])
  })

  test('being started at login once more leaves the window where it is', async () => {
    const { app } = scene
    await app.closeWindow(MAIN)
    await scene.untilVisible(MAIN, false)
    expect(await app.secondInstance(['--hidden'])).toBe(0)
    expect((await app.windows()).filter(({ visible }) => visible)).toEqual([])
  })
})

describe('when it is started by a link', () => {
  const userData = temporaryFolder()
  let again: DesktopApp | null = null
  afterEach(async () => {
    await again?.close()
    await scene.close()
    userData.remove()
  })

  test('a meeting is filled in, and a call that rings is shown', async () => {
    scene = await openScene({ userData: userData.path })
    const code = await codeOf(scene)
    expect(await scene.app.quit()).toBe(0)
    again = await launchDesktop({ userData: userData.path, argv: [`parley://join/${code}`] })
    await untilCodeIsFilledIn(again, code)
    expect((await stateOf(again)).mirror.seat).toBeNull()
    expect(await again.quit()).toBe(0)

    const call = await scene.ann.rings(scene.benElsewhere, scene.roomId)
    again = await launchDesktop({ userData: userData.path, argv: [`parley://call/${call.id}`] })
    const app = again
    await app.until(
      'the pop-up with the focus',
      async () => (await app.windows()).find(({ url }) => url.includes(POPUP))?.focused ?? false,
    )
    expect((await stateOf(app)).mirror.calls[call.id]?.status).toBe('calling')
  })
})

describe.skipIf(realElectron() !== null)('on macOS', () => {
  afterEach(() => scene.close())

  test('a link opened elsewhere arrives, and the app is the one for such links', async () => {
    scene = await openScene({ platform: 'darwin', env: { STANDIN_PACKAGED: '1' } })
    const code = await codeOf(scene)
    await scene.app.evaluate((_electron, link, standin) => standin.openUrl(link), `parley://join/${code}`)
    await untilCodeIsFilledIn(scene.app, code)
    expect(await scene.app.evaluate(({ app }) => app.isDefaultProtocolClient('parley'))).toBe(true)
    expect((await scene.state()).mirror.seat).toBeNull()
  })
})
