// A page whose process was taken over: ten thousand messages that are malformed, forged or not its own business, from the page, from a
// frame in it, from the pop-up and the mini window. None is accepted, nothing crashes, and main's memory stays as it was.
import type * as Electron from 'electron'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { argumentsOf, miniChannels, popupChannels } from '../../electron/ipc.ts'
import type { Standin } from '../support/electron-standin/control.ts'
import { MAIN, openScene, type Scene } from './scene.ts'

const MESSAGES = 10_000
/** What a garbage collection that is due may hide. */
const GROWTH_MAX_BYTES = 24 * 1024 * 1024

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene.close())

type Given = {
  channels: string[]
  arity: Record<string, number>
  popup: string[]
  mini: string[]
  messages: number
  seed: number
}

/** Runs in the main process. */
async function attack({ BrowserWindow }: typeof Electron, given: Given, standin: Standin) {
  let state = given.seed
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <Value>(values: readonly Value[]) => values[random(values.length)]!
  const uuid = '00000000-0000-4000-8000-000000000000'
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  const junk: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => Number.NaN,
    () => -1e308,
    () => 'x'.repeat(random(5_000)),
    () => `${uuid}\0`,
    () => new Array(1 + random(200)).fill('x'),
    () => ({ __proto__: { callId: uuid }, constructor: 'x' }),
    () => JSON.parse(`{"__proto__":{"callId":"${uuid}"},"callId":{},"camera":"yes"}`) as unknown,
    () => ({ callId: uuid, camera: true, leaveOther: 'true', more: 1 }),
    () => ({ server: 'file:///etc/passwd', login: 7, password: [] }),
    () => cyclic,
    () => new Map([['callId', uuid]]),
    () => new Uint8Array(random(1_000)),
    () => ({ theme: 'purple', ringVolume: 99, startAtLogin: 'yes' }),
    () => ({ room: { id: uuid, code: 'x' }, microphone: 1, camera: 1 }),
  ]
  const find = (path: string) => BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().includes(path))!
  const [main, popup, mini] = [find('/index.html'), find('/popup.html'), find('/mini.html')]
  const frame = main.webContents.mainFrame.frames[0]!
  // A frame may send what the page itself may: it is refused for what it is.
  const good: Record<string, unknown[]> = {
    'host:snapshot': [],
    'host:signOut': [],
    'host:setSettings': [{ theme: 'dark' }],
    'host:quit': ['now'],
    'host:setPreview': [true],
    'host:answer': [{ callId: uuid, camera: true }],
    'host:createRoom': [{ name: 'Mine', microphone: true, camera: true }],
  }
  // A server's name would be looked up, and capabilities are an object of any kind: whoever uses them checks them.
  const OPEN = ['host:checkServer', 'host:startOpenId', 'host:setMediaCapabilities']
  /** As many arguments as there should be, none of them right; or too many. */
  function malformed(channel: string): unknown[] {
    const arity = given.arity[channel] ?? 0
    const args = Array.from({ length: arity }, () => pick(junk)())
    return arity > 0 && random(2) === 0 && !OPEN.includes(channel) ? args : [...args, 'one too many']
  }
  function bad(channel: string) {
    return { channel, args: malformed(channel) }
  }
  const not = (theirs: string[]) => given.channels.filter((channel) => !theirs.includes(channel))
  const senders = [
    () => ({ window: main, from: main.webContents.mainFrame, ...bad(pick(given.channels)) }),
    () => ({ window: main, from: frame, ...pickGood() }),
    () => ({ window: popup, from: popup.webContents.mainFrame, ...bad(pick(given.popup)) }),
    () => ({ window: popup, from: popup.webContents.mainFrame, ...pickGood(not(given.popup)) }),
    () => ({ window: mini, from: mini.webContents.mainFrame, ...bad(pick(given.mini)) }),
    () => ({ window: mini, from: mini.webContents.mainFrame, ...pickGood(not(given.mini)) }),
    () => ({
      window: main,
      from: main.webContents.mainFrame,
      channel: `host:${pick(['constructor', '__proto__', 'x'])}`,
      args: [],
    }),
  ]
  function pickGood(channels = given.channels) {
    const channel = pick(channels)
    return { channel, args: good[channel] ?? malformed(channel) }
  }

  const accepted: string[] = []
  let before = 0
  for (let sent = 0; sent < given.messages; sent++) {
    if (sent === Math.floor(given.messages / 5)) before = process.memoryUsage().heapUsed
    const { window, from, channel, args } = pick(senders)()
    await standin.invokeFrom(from, window, channel, args).then(
      () => accepted.push(channel),
      () => {},
    )
  }
  return { accepted, grownBytes: process.memoryUsage().heapUsed - before }
}

test('of ten thousand messages from pages that were taken over none is accepted, and nothing grows or breaks', async (context) => {
  const { app } = scene
  if (app.kind !== 'standin') context.skip('only the stand-in can forge what a frame sends')
  const page = await app.window(MAIN)
  const entered = await page.evaluate(() =>
    window.parley!.createRoom({ name: 'Own', microphone: false, camera: false }),
  )
  expect(entered.ok).toBe(true)
  await app.closeWindow(MAIN)
  await app.window('/mini.html')
  await scene.annRings()
  await scene.popup()
  await page.evaluate(() => document.body.append(document.createElement('iframe')))
  const hasFrame = ({ BrowserWindow }: typeof Electron) =>
    BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().includes('/index.html'))!.webContents.mainFrame
      .frames.length === 1
  await app.until('the frame to be known', () => app.evaluate(hasFrame))
  const before = await scene.state()

  const channels = Object.keys(argumentsOf)
  const arity = Object.fromEntries(
    Object.entries(argumentsOf).map(([channel, schema]) => [channel, schema.def.items.length]),
  )
  const given = {
    channels,
    arity,
    popup: [...popupChannels],
    mini: [...miniChannels],
    messages: MESSAGES,
    seed: 20_261_127,
  }
  const { accepted, grownBytes } = await app.evaluate(attack, given)
  expect(accepted).toEqual([])
  expect(grownBytes).toBeLessThan(GROWTH_MAX_BYTES)

  const after = await scene.state()
  expect(after.settings).toEqual(before.settings)
  expect(after.user).toEqual(before.user)
  expect(after.mirror.seat?.room.id).toBe(before.mirror.seat?.room.id)
  expect(Object.values(after.mirror.calls).map(({ status }) => status)).toEqual(
    Object.values(before.mirror.calls).map(({ status }) => status),
  )
  const log = await scene.log()
  expect(log).not.toMatch(/ error |uncaught|unhandled/)
  expect(log).toContain('more refusals in this minute are not written down')
  // It goes on working: the ring is declined from the tray.
  await app.pressTray('Decline Ann Kovač')
  await scene.ann.hears('call.rejected')
})
