// Ben at his computer with Parley running, and Ann somewhere else who rings him: a real server, the built app, and what both can do.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeEach } from 'vitest'
import type { Host, HostState } from '../../shared/host.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { launchDesktop, type DesktopApp, type DesktopOptions } from '../support/desktop.ts'
import { withoutLimits } from '../../server/limits.ts'
import type { TestDevice } from '../support/testDevice.ts'
import { openWorld, type World } from '../support/server.ts'

declare global {
  interface Window {
    parley?: Host
  }
}

export const MAIN = '/index.html'
export const POPUP = '/popup.html'

export type Scene = {
  world: World
  app: DesktopApp
  /** In her meeting "Design review". */
  ann: TestDevice
  roomId: string
  /** Another device of Ben's, signed in and not connected. */
  benElsewhere: TestDevice
  /** What the app knows, as its pages are told. */
  state(): Promise<HostState>
  untilState(missing: string, fits: (state: HostState) => boolean): Promise<HostState>
  /** Ann rings Ben; resolves once his app has told the server that it rings. */
  annRings(more?: { timeoutSeconds?: number; extension?: string }): Promise<Call>
  untilTray(words: string): Promise<void>
  /** Waits for the pop-up's page, and for it to be shown. */
  popup(): Promise<Page>
  untilPopupIsGone(): Promise<void>
  untilVisible(match: string, visible: boolean): Promise<void>
  log(): Promise<string>
  /** As it was in the beginning: nothing rings, Ben is in no meeting, his window is shown, and Ann has heard nothing. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** A folder for a profile that outlives the app. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'parley-desktop-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function openScene(options: DesktopOptions = {}): Promise<Scene> {
  // In one scene the same two ring each other more often than people do.
  const world = await openWorld({ config: { limits: withoutLimits } })
  let app: DesktopApp | null = null
  try {
    const ann = await world.signIn('ann')
    const benElsewhere = await world.device('ben', "Ben's phone")
    const { room } = await ann.opensMeeting('Design review')
    app = await launchDesktop(options)
    const scene = describe(world, app, ann, room.id, benElsewhere)
    await signIn(app, world)
    await scene.untilState('Ben to be online', (state) => state.status === 'online')
    await scene.untilVisible(MAIN, true)
    return scene
  } catch (error) {
    await app?.close()
    await world.close()
    throw error
  }
}

/** One app for all tests of a file or block: put back after each, and started anew after one that has failed. */
export function shareScene(): { readonly current: Scene } {
  let scene: Scene | null = null
  const end = async () => {
    const ended = scene
    scene = null
    await ended?.close()
  }
  beforeEach(async () => {
    scene ??= await openScene()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') return end()
    await scene?.reset().catch(async (error: unknown) => {
      await end()
      throw error
    })
  })
  afterAll(end)
  return {
    get current() {
      return scene!
    },
  }
}

/** Through the bridge rather than the form: the form is not the point of these tests. */
export async function signIn(app: DesktopApp, world: World, login = 'ben'): Promise<void> {
  const page = await app.window(MAIN)
  const answer = await page.evaluate((input) => window.parley!.signIn(input), {
    server: world.server.address,
    login,
    password: 'parley',
  })
  if (!answer.ok) throw new Error(`${login} could not sign in: ${answer.error.message}`)
}

/** The app's state. Asked from the main window's page, which is there as long as the app is. */
export async function stateOf(app: DesktopApp): Promise<HostState> {
  const page = await app.window(MAIN)
  return page.evaluate(() => window.parley!.snapshot())
}

function describe(world: World, app: DesktopApp, ann: TestDevice, roomId: string, benElsewhere: TestDevice): Scene {
  const state = () => stateOf(app)
  const popupWindow = async () => (await app.windows()).find(({ url }) => url.includes(POPUP)) ?? null
  const scene: Scene = {
    world,
    app,
    ann,
    roomId,
    benElsewhere,
    state,
    untilState: (missing, fits) =>
      app.until(missing, async () => {
        const now = await state()
        return fits(now) ? now : null
      }),
    async annRings(more = {}) {
      const call = await ann.rings(benElsewhere, roomId, more)
      await ann.hears('call.updated', (event) => event.call.id === call.id && event.call.delivery === 'received')
      return call
    },
    async untilTray(words) {
      await app.until(`the tray to say "${words}"`, async () => (await app.tray())?.toolTip === words)
    },
    async popup() {
      const page = await app.window(POPUP)
      await app.until('the pop-up to be shown', async () => (await popupWindow())?.visible ?? false)
      return page
    },
    async untilPopupIsGone() {
      await app.until('the pop-up to be gone', async () => !(await popupWindow())?.visible)
    },
    async untilVisible(match, visible) {
      const look = async () =>
        (await app.windows()).some((window) => window.url.includes(match) && window.visible === visible)
      await app.until(`${match} to be ${visible ? 'shown' : 'hidden'}`, look)
    },
    async log() {
      const folder = await app.evaluate((electron) => electron.app.getPath('userData'))
      return readFileSync(join(folder, 'logs', 'parley.log'), 'utf8')
    },
    async reset() {
      await app.pressTray('Open Parley')
      await scene.untilVisible(MAIN, true)
      const page = await app.window(MAIN)
      if (benElsewhere.connected) await benElsewhere.ask('room.leave', { roomId })
      benElsewhere.disconnects()
      await page.evaluate(putBack)
      await scene.untilState('nothing to be going on', (now) => now.mirror.seat === null && !now.mirror.elsewhere)
      await scene.untilTray('Parley – ready')
      await scene.untilPopupIsGone()
      ann.told.length = 0
    },
    async close() {
      await app.close()
      await world.close()
    },
  }
  return scene
}

/** Runs in the main window's page. */
async function putBack(): Promise<void> {
  const host = window.parley!
  await host.setSettings({
    ringPopup: true,
    ringSound: true,
    ringNotification: true,
    ringAttention: true,
    hideCallerWhileSharing: true,
    quietHours: { on: false, from: 0, to: 0, days: [] },
  })
  const { mirror } = await host.snapshot()
  if (mirror.seat) await host.leaveRoom(mirror.seat.room.id)
  const ringing = Object.keys(mirror.rings).filter((callId) => mirror.calls[callId]?.status === 'calling')
  for (const callId of ringing) await host.decline({ callId })
  host.seenMissed()
}
