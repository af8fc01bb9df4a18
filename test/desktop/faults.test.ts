// What can go wrong around a ring: gestures in quick succession, crashes, going away in the middle, two screens.
import type * as Electron from 'electron'
import type { Page } from 'playwright'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HostState } from '../../shared/host.ts'
import type { TestDevice } from '../support/testDevice.ts'
import { MAIN, openScene, POPUP, shareScene, type Scene } from './scene.ts'

const RINGING = 'Parley – Ann Kovač is calling'

let scene: Scene
/** For a block whose tests leave the app whole. */
function shareOne(): void {
  const shared = shareScene()
  beforeEach(() => {
    scene = shared.current
  })
}
/** For a block whose tests end the app, its server or its pages. */
function openOneEach(): void {
  beforeEach(async () => {
    scene = await openScene()
  })
  afterEach(() => scene.close())
}

const lunches = new WeakMap<Scene, { chloe: TestDevice; roomId: string }>()
/** Chloe, in a meeting "Lunch", rings Ben too; later than Ann by the server's clock. */
async function chloeRings(of: Scene): Promise<{ chloe: TestDevice; roomId: string; callId: string }> {
  await of.world.advance(1_000)
  const lunch = lunches.get(of) ?? (await openLunch(of))
  lunches.set(of, lunch)
  const call = await lunch.chloe.rings(of.benElsewhere, lunch.roomId)
  await of.untilTray('Parley – Chloe Martin is calling')
  return { ...lunch, callId: call.id }
}

async function openLunch(of: Scene) {
  const chloe = await of.world.signIn('chloe')
  const { room } = await chloe.opensMeeting('Lunch')
  return { chloe, roomId: room.id }
}

const titles = async () => (await scene.app.notifications()).map(({ title }) => title)
const noBugs = async (of: Scene) => expect(await of.log()).not.toMatch(/ error |uncaught|unhandled/)

/** Makes a page crash, as a bug in Chromium would. */
async function crash(match: string): Promise<void> {
  const page = await scene.app.window(match)
  const session = await page.context().newCDPSession(page)
  void session.send('Page.crash').catch(() => {})
}

describe('commands', () => {
  shareOne()

  test('one that comes before the page listens is not lost', async () => {
    const { app } = scene
    const page = await app.window(MAIN)
    // A load event would not do: that of the first page may still be on its way.
    await page.evaluate(() => void Object.assign(window, { before: true }))
    // The page asks for its first state before it listens for anything.
    const reload = ({ BrowserWindow }: typeof Electron, state: HostState) => {
      const { webContents } = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().includes('/index'))!
      webContents.ipc.handleOnce('host:snapshot', () => {
        webContents.send('host:command', { name: 'newMeeting' })
        return state
      })
      webContents.reload()
    }
    await app.evaluate(reload, await scene.state())
    await page.waitForFunction(() => !('before' in window) && window.parley !== undefined)
    await scene.untilState('a meeting of his own', (state) => state.mirror.seat !== null)
  })

  test('New meeting in the tray starts one though the window has to be made first', async () => {
    const { app } = scene
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.destroy()))
    await app.pressTray('New meeting')
    await scene.untilState('a meeting of his own', (state) => state.mirror.seat !== null)
  })
})

describe('several rings', () => {
  shareOne()

  test('the newest is first in the tray, and each has one notification that goes with it', async () => {
    const { app, ann } = scene
    await scene.annRings()
    const { chloe, roomId, callId } = await chloeRings(scene)
    expect((await app.trayMenu()).filter((label) => label.startsWith('Decline'))).toEqual([
      'Decline Chloe Martin',
      'Decline Ann Kovač',
    ])
    expect((await titles()).sort()).toEqual([
      'Ann Kovač is calling you into Design review',
      'Chloe Martin is calling you into Lunch',
    ])
    await chloe.does('call.cancel', { roomId, calleeIds: [scene.benElsewhere.id] })
    await scene.untilTray(RINGING)
    expect(await titles()).toEqual(['Ann Kovač is calling you into Design review'])
    expect((await scene.state()).mirror.calls[callId]?.status).toBe('cancelled')
    await ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await scene.untilPopupIsGone()
    expect(await titles()).toEqual([])
  })

  test('of two answered at once one is joined and the other asks', async () => {
    const { app } = scene
    const call = await scene.annRings()
    const { callId } = await chloeRings(scene)
    await Promise.all([app.pressTray('Answer Ann Kovač'), app.pressTray('Answer Chloe Martin')])
    await scene.untilState('a seat with Ann', ({ mirror }) => mirror.seat?.room.id === scene.roomId)
    const { mirror } = await scene.state()
    expect([mirror.calls[call.id]?.status, mirror.calls[callId]?.status]).toEqual(['accepted', 'calling'])
    const popup = await scene.popup()
    await popup.getByRole('button', { name: 'Leave and join' }).waitFor()
    await noBugs(scene)
  })

  test('one answered twice is joined once', async () => {
    const { app, ann } = scene
    const call = await scene.annRings()
    await app.until('a notification', async () => (await app.notifications()).length === 1)
    await Promise.all([app.pressTray('Answer Ann Kovač with video'), app.notificationAction('Answer')])
    const { entry } = await scene.untilState('Ben to have a seat', (state) => state.entry !== null)
    expect(entry).toMatchObject({ camera: true })
    await ann.hears('participant.joined')
    await scene.untilPopupIsGone()
    expect((await scene.log()).match(new RegExp(`answer to ${call.id}`, 'g'))).toHaveLength(1)
    expect((await scene.state()).entry).toEqual(entry)
  })
})

describe('a seat on another device', () => {
  shareOne()

  test('taken while this one was online, it is known here, and answering asks first', async () => {
    const { app, benElsewhere } = scene
    await benElsewhere.connects()
    await benElsewhere.joins(scene.roomId)
    await scene.untilState('the desktop to know of the seat', ({ mirror }) => mirror.elsewhere?.roomId === scene.roomId)
    const { roomId } = await chloeRings(scene)
    await app.pressTray('Answer Chloe Martin…')
    const popup = await scene.popup()
    await popup.getByRole('button', { name: 'Leave and join' }).first().click()
    await scene.untilState('Ben to be at lunch', ({ mirror }) => mirror.seat?.room.id === roomId)
  })
})

describe('the tone', () => {
  shareOne()

  /** Counts the tones that sound in this page, from now on. */
  const listen = (page: Page) =>
    page.evaluate(() => {
      const { start, stop } = AudioBufferSourceNode.prototype
      const sounding = new Set<AudioBufferSourceNode>()
      Object.assign(window, { sounding })
      AudioBufferSourceNode.prototype.start = function (...args) {
        sounding.add(this)
        return start.apply(this, args as [])
      }
      AudioBufferSourceNode.prototype.stop = function (...args) {
        sounding.delete(this)
        return stop.apply(this, args as [])
      }
    })
  const tones = (page: Page) =>
    page.evaluate(() => (window as unknown as { sounding: Set<unknown> }).sounding.size).catch(() => 0)

  test('it sounds with the pop-up switched off, and stops with the ring', async () => {
    const { app } = scene
    const main = await app.window(MAIN)
    await main.evaluate(() => window.parley!.setSettings({ ringPopup: false }))
    const pages = [main, await app.window(POPUP)]
    await Promise.all(pages.map(listen))
    const heard = async () => (await Promise.all(pages.map(tones))).reduce((sum, count) => sum + count, 0)
    await scene.annRings()
    await app.until('the tone', async () => (await heard()) === 1)
    expect((await app.windows()).filter(({ url, visible }) => visible && url.includes(POPUP))).toEqual([])
    await scene.ann.does('call.cancel', { roomId: scene.roomId, calleeIds: [scene.benElsewhere.id] })
    await app.until('silence', async () => (await heard()) === 0)
  })

  test('the tone sounds once with the pop-up shown, and not at all when switched off', async () => {
    const { app } = scene
    const main = await app.window(MAIN)
    const pages = [main, await app.window(POPUP)]
    await Promise.all(pages.map(listen))
    const heard = async () => (await Promise.all(pages.map(tones))).reduce((sum, count) => sum + count, 0)
    await scene.annRings()
    await scene.popup()
    await app.until('the tone', async () => (await heard()) === 1)
    await main.evaluate(() => window.parley!.setSettings({ ringSound: false }))
    await app.until('silence', async () => (await heard()) === 0)
  })
})

describe('going away while it rings', () => {
  openOneEach()

  test('quitting takes every surface down and ends with 0', async () => {
    await scene.annRings()
    await scene.popup()
    await scene.app.pressTray('Quit')
    expect(await scene.app.exited).toBe(0)
  })

  test('signing out silences everything at once', async () => {
    const { app } = scene
    await scene.annRings()
    await scene.popup()
    const main = await app.window(MAIN)
    await main.evaluate(() => window.parley!.signOut())
    await scene.untilTray('Parley – signed out')
    expect(await app.notifications()).toEqual([])
    expect((await app.windows()).filter(({ url }) => url.includes(POPUP))).toEqual([])
    await noBugs(scene)
  })

  test('answering with the server gone brings the ring to the front and says so', async () => {
    const { app, world } = scene
    await scene.annRings()
    const popup = await scene.popup()
    await world.stop()
    await scene.untilState('the connection to be lost', (state) => state.status !== 'online')
    await app.pressTray('Answer Ann Kovač')
    await app.until(
      'the pop-up in front',
      async () => (await app.windows()).find(({ url }) => url.includes(POPUP))?.focused ?? false,
    )
    await popup.getByText('Reconnecting…').waitFor()
  })

  test('a screen locked and unlocked during a ring leaves it ringing, and it can be answered', async (context) => {
    const { app } = scene
    if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    await app.evaluate((_electron, _nothing, standin) => standin.power('lock-screen'))
    const call = await scene.annRings()
    await scene.untilTray(RINGING)
    await app.evaluate((_electron, _nothing, standin) => standin.power('unlock-screen'))
    await app.until('a new connection', async () => /unlock[^]*connection online/.test(await scene.log()))
    expect(await titles()).toHaveLength(1)
    expect((await scene.log()).match(/ring \S+ shown/g)).toEqual([`ring ${call.id} shown`])
    await app.pressTray('Answer Ann Kovač')
    await scene.untilState('Ben to have a seat', (state) => state.mirror.seat !== null)
  })
})

describe('crashes', () => {
  openOneEach()

  test("the main window's page comes back, and a ring is answered meanwhile", async (context) => {
    const { app } = scene
    if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    await scene.annRings()
    await crash(MAIN)
    await app.until('the crash to be noticed', async () => (await scene.log()).includes("main window's page is gone"))
    await app.pressTray('Answer Ann Kovač')
    // Playwright gives up on a page that has crashed once.
    const controls = ({ BrowserWindow }: typeof Electron) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.webContents.getURL().includes('/index.html'))!
        .webContents.executeJavaScript('document.querySelector("[role=toolbar]") !== null')
    await app.until('the meeting in the new page', () => app.evaluate(controls) as Promise<boolean>)
    await scene.untilVisible(MAIN, true)
  })

  test('the pop-up comes back when its page crashes during a ring', async (context) => {
    const { app } = scene
    if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    await scene.annRings()
    await scene.popup()
    const before = (await app.windows()).find(({ url }) => url.includes(POPUP))!.id
    await crash(POPUP)
    await app.until('another pop-up', async () =>
      (await app.windows()).some(({ url, visible, id }) => visible && id !== before && url.includes(POPUP)),
    )
    await app.pressTray('Answer Ann Kovač')
    await scene.untilPopupIsGone()
  })
})

describe('screens', () => {
  openOneEach()

  test('the pop-up is on the screen with the pointer, and within it', async (context) => {
    const { app } = scene
    if (app.kind !== 'standin') context.skip('only the stand-in reports this; a real Electron does not')
    await app.evaluate((_electron, _nothing, { os }) => {
      const [first] = os.displays
      const area = { x: -1366, y: 200, width: 1366, height: 140 }
      os.displays = [first!, { ...first!, id: 2, bounds: { ...area, height: 768 }, workArea: area }]
      os.cursor = { x: -500, y: 400 }
    })
    await scene.annRings()
    await scene.popup()
    const found = await app.until('the pop-up to have its size', async () => {
      const { bounds } = (await app.windows()).find(({ url }) => url.includes(POPUP))!
      return bounds.height === 108 ? bounds : null
    })
    expect(found).toEqual({ x: -396, y: 216, width: 380, height: 108 })
  })
})
