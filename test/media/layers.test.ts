// A full grid, measured: the real server and the real client, with fifteen synthetic people whose every layer is sent all the time.
// What comes to the one real screen is what it shows.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { observer } from 'mediasoup'
import type { Producer, Router } from 'mediasoup/types'
import type { Browser, Page } from 'playwright'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCommandLine } from '../../server/config.ts'
import { systemEntropy } from '../../server/entropy.ts'
import { createLog } from '../../server/log.ts'
import type { MediaEngine, SeatKey } from '../../server/media/engine.ts'
import { createMediasoupEngine } from '../../server/media/mediasoup.ts'
import { addAccount } from '../../server/people/accounts.ts'
import { createServer, type RunningServer } from '../../server/server.ts'
import { systemTimers } from '../../server/timers.ts'
import type { ConsumerView, OpaqueMedia } from '../../shared/protocol/media.ts'
import { launchBrowser, until } from '../support/browsers.ts'
import { openPerson, type Person } from '../support/person.ts'
import { usePlainTransports, type PlainTransports } from '../support/rtp/plainTransports.ts'
import { startPump, type Pump } from '../support/rtp/pump.ts'
import { AudioStream, CAMERA_LAYERS, VideoStream, type Stream } from '../support/rtp/streams.ts'
import { TestDevice } from '../support/testDevice.ts'

/** With oneself, a page of the grid. */
const OTHERS = 15
const SETTLED_MS = 2_000
const WINDOW_MS = 4_000
/** Nobody guesses these passwords. */
const PASSWORD_COST = 4

let engine: MediaEngine
let server: RunningServer
let pump: Pump
let plain: PlainTransports
let browser: Browser
let ann: Person
let producers: Producer[]
let devices: TestDevice[]
let routers: Router[]
/** What Ann's client said of her screen. */
let told: { seat: SeatKey; views: readonly ConsumerView[] }[]

beforeEach(async () => {
  producers = []
  devices = []
  routers = []
  observer.once('newworker', (worker) => worker.observer.on('newrouter', (router) => routers.push(router)))
  told = []
  plain = usePlainTransports({ sinkPort: 9 })
  const log = createLog('silent')
  engine = await createMediasoupEngine({ workers: 1, listenIp: '127.0.0.1', log })
  const { setViews } = engine
  engine.setViews = (seat, turn, views) => {
    told.push({ seat, views })
    return setViews(seat, turn, views)
  }
  const line = readCommandLine(['--demo', '--data', ':memory:', '--port', '0'], {
    env: {},
    webDir: fileURLToPath(new URL('../../out/renderer', import.meta.url)),
    version: '0.0.0-test',
  })
  if (!line.ok || line.value.kind !== 'serve') throw new Error('the server was not to be configured')
  const config = { ...line.value.config, passwordCost: PASSWORD_COST, signInsPerMinute: 1_000 }
  server = await createServer({ config, engine, timers: systemTimers, entropy: systemEntropy, log })
  pump = await startPump()
  browser = await launchBrowser()
})
afterEach(async () => {
  plain.restore()
  await browser?.close()
  for (const device of devices) device.disconnects()
  await pump?.close()
  await server?.close()
  await engine?.close()
})

async function guest(number: number): Promise<TestDevice> {
  const account = { login: `guest${number}`, name: `Guest ${number}`, password: 'parley' }
  const added = await addAccount({ store: server.store, entropy: systemEntropy, passwordCost: PASSWORD_COST }, account)
  if (!added.ok) throw new Error(added.error.message)
  const device = new TestDevice(() => server.address, account.login, 'a laptop')
  devices.push(device)
  await device.signsIn()
  await device.connects()
  return device
}

/** A room of people who send microphone and camera; answers its code. */
async function fillRoom(): Promise<string> {
  let code = ''
  for (let number = 1; number <= OTHERS; number++) {
    const device = await guest(number)
    const entered =
      code === ''
        ? await device.does('room.create', { name: 'All hands', rtpCapabilities: null })
        : await device.enters({ room: { code }, rtpCapabilities: null })
    code = entered.snapshot.room.code
    const { roomId, send } = entered.media!
    plain.find(send.id).observer.on('newproducer', (producer) => producers.push(producer))
    const produce = async (stream: Stream, source: 'microphone' | 'camera') => {
      const rtpParameters = stream.rtpParameters as OpaqueMedia
      const sent = { roomId, transportId: send.id, producerId: randomUUID(), paused: false }
      const heights = source === 'camera' ? { heights: CAMERA_LAYERS.map(({ height }) => height) } : {}
      await device.does('media.produce', { ...sent, source, kind: stream.kind, rtpParameters, ...heights })
      pump.add(stream, { port: plain.portOf(send.id) })
    }
    // One voice is enough to hear that voices go on.
    if (number === 1) await produce(new AudioStream(), 'microphone')
    await produce(new VideoStream(), 'camera')
  }
  // Whoever comes now is a real client.
  for (const router of routers) Reflect.deleteProperty(router, 'createWebRtcTransport')
  return code
}

type Counts = { audio: number; video: Record<string, number> }

/** Bytes received by the page so far, pictures one by one. */
const countsOf = (page: Page): Promise<Counts> =>
  page.evaluate(async () => {
    const { connections } = (window as unknown as { parleyTest: { connections: RTCPeerConnection[] } }).parleyTest
    const counts: Counts = { audio: 0, video: {} }
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp') continue
        if (report.kind === 'audio') counts.audio += report.bytesReceived
        else if (report.bytesReceived > 0) counts.video[String(report.ssrc)] = report.bytesReceived
      }
    }
    return counts
  })
const sum = (video: Counts['video']) => Object.values(video).reduce((total, bytes) => total + bytes, 0)

/** Of the top layers of all cameras, as they come to the server. */
async function fullBytes(): Promise<number> {
  let bytes = 0
  for (const producer of producers)
    for (const stats of await producer.getStats())
      if (stats.type === 'inbound-rtp' && stats.rid === `r${CAMERA_LAYERS.length - 1}`) bytes += stats.byteCount
  return bytes
}

/** Bytes of pictures that come while so much time passes, and those that all top layers have meanwhile. */
async function measure(windowMs: number): Promise<{ received: number; full: number }> {
  const [before, fullBefore, startedAt] = [await countsOf(ann.page), await fullBytes(), performance.now()]
  await until('the time of one measurement', () => performance.now() - startedAt > windowMs)
  const [after, fullAfter] = [await countsOf(ann.page), await fullBytes()]
  return { received: sum(after.video) - sum(before.video), full: fullAfter - fullBefore }
}

/** As when the window is minimised, and put up again. */
const setVisibility = (state: 'visible' | 'hidden') =>
  ann.page.evaluate((now) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)

test('a grid of sixteen takes a third of what its full pictures would at most; nobody sends pictures to a hidden window', async () => {
  const code = await fillRoom()
  ann = await openPerson(browser, server.address, 'ann')
  await ann.signIn()
  await ann.page.goto(`${server.address}/join/${code}`)
  await ann.join(ann.page.getByRole('button', { name: 'Join', exact: true }).first())
  await until('sixteen tiles', async () => (await ann.page.getByRole('article').count()) === OTHERS + 1)
  await until('all pictures at Ann', async () => Object.keys((await countsOf(ann.page)).video).length >= OTHERS, 20_000)
  const flowingSince = performance.now()
  await until('that they flow for a while', () => performance.now() - flowingSince > SETTLED_MS)

  const grid = await measure(WINDOW_MS)
  const ratio = grid.received / grid.full
  console.log(`a grid of sixteen receives ${(100 * ratio).toFixed(1)} % of its full pictures`)
  expect(ratio).toBeGreaterThan(0.02)
  expect(ratio).toBeLessThan(1 / 3)

  await setVisibility('hidden')
  const still = async () => {
    const before = await countsOf(ann.page)
    const { received } = await measure(1_000)
    return received === 0 && (await countsOf(ann.page)).audio > before.audio
  }
  await until('that only voices come to a hidden window', still, 20_000)
  await setVisibility('visible')
  await until('pictures again', async () => (await measure(500)).received > 0)

  // It is not bandwidth that kept them small: asked for, more of them comes.
  const consumerIds = [...new Set(told.flatMap(({ views }) => views.map(({ consumerId }) => consumerId)))]
  const size = { width: 3840, height: 2160 }
  const views = consumerIds.map((consumerId) => ({ consumerId, size, large: false }))
  await engine.setViews(told[0]!.seat, Number.MAX_SAFE_INTEGER, views)
  const rate = grid.received / WINDOW_MS
  await until('three times as much', async () => (await measure(1_000)).received > 3 * rate * 1_000, 30_000)
})
