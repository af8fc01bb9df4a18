// Both ends of media in real browsers: pictures that move, sound that is heard, and media that comes back by itself.
import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SeatKey } from '../../server/media/engine.ts'
import { bundlePage, launchChromium, openPage, until, type Asked } from '../support/media/browser.ts'
import { missingWorker, newSeat, startTestEngine, valueOf, type TestEngine } from '../support/media/engine.ts'

const missing = missingWorker()
if (missing) console.warn(`media tests skipped: ${missing}`)

type Person = { name: string; seat: SeatKey; page: Page }

declare global {
  interface Window {
    join: {
      startedAt: number
      /** The offers that were negotiated. */
      rounds: string[]
      produced: { source: string; at: number }[]
      /** Until then no picture counts as shown. */
      showFrames(): void
    }
  }
}

/** Runs in the page of somebody who is about to join: notes what their client does, in ms of the page's clock. */
function watchJoin() {
  const { askServer } = window
  const { setRemoteDescription } = RTCPeerConnection.prototype
  const { requestVideoFrameCallback } = HTMLVideoElement.prototype
  const held: (() => void)[] = []
  window.join = {
    startedAt: 0,
    rounds: [],
    produced: [],
    showFrames() {
      HTMLVideoElement.prototype.requestVideoFrameCallback = requestVideoFrameCallback
      for (const show of held) show()
    },
  }
  window.askServer = (name, input) => {
    const { source } = input as { source: string }
    if (name === 'media.produce') window.join.produced.push({ source, at: performance.now() })
    return askServer(name, input)
  }
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    if (description.type === 'offer') window.join.rounds.push(description.sdp ?? '')
    return Reflect.apply(setRemoteDescription, this, [description]) as Promise<void>
  }
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (tell) {
    held.push(() => requestVideoFrameCallback.call(this, tell))
    return 0
  }
}

describe.skipIf(missing)('media between two browsers', () => {
  const roomId = randomUUID()
  const asked: Asked[] = []
  let media: TestEngine
  let browser: Browser | undefined
  let ann: Person
  let ben: Person
  let script: string

  /** With an offer in hand, as after `call.accept`, or without one, as after a reload. */
  async function enter(name: string, how: 'start' | 'open'): Promise<Person> {
    if (!browser) throw new Error('no browser')
    const seat = newSeat(roomId)
    const page = await openPage(browser, script, media.engine, seat, asked)
    people.set(seat.userId, page)
    if (how === 'start') {
      const offer = valueOf(await media.engine.open(seat, null))
      await page.evaluate((given) => window.peer.media.start(given), offer)
    } else {
      const capabilities = media.engine.routerRtpCapabilities
      await page.evaluate(([room, given]) => window.peer.enter(room, given), [roomId, capabilities] as const)
    }
    return { name, seat, page }
  }
  const people = new Map<string, Page>()

  beforeAll(async () => {
    media = await startTestEngine({
      onEvent: (seat, event) =>
        void people
          .get(seat.userId)
          ?.evaluate((told) => window.peer.event(told), event)
          .catch(() => {}),
      onReset: () => {
        for (const page of people.values()) {
          void page
            .evaluate((room) => window.peer.event({ name: 'media.reset', payload: { roomId: room } }), roomId)
            .catch(() => {})
        }
      },
    })
    script = await bundlePage()
    browser = await launchChromium()
    ann = await enter('ann', 'open')
    ben = await enter('ben', 'start')
  })
  afterAll(async () => {
    await browser?.close()
    await media?.engine.close()
  })

  /** Frames go on being shown, and what they show changes. */
  async function seesMoving(viewer: Person, shown: Person, timeoutMs = 10_000) {
    const look = () => viewer.page.evaluate((userId) => window.peer.shown(userId), shown.seat.userId)
    const before = await look()
    const moves = async () => {
      const now = await look()
      return now.width > 0 && now.frames >= before.frames + 5 && now.print !== before.print
    }
    await until(viewer.page, `${viewer.name} has no moving picture of ${shown.name}`, moves, timeoutMs)
  }

  /** Packets go on coming in, and there is sound in them. */
  async function hears(listener: Person, speaker: Person, timeoutMs = 10_000) {
    const listen = async () => {
      const { inbound } = await listener.page.evaluate(() => window.peer.stats())
      return inbound.find(({ userId, source }) => userId === speaker.seat.userId && source === 'microphone')
    }
    let before = await listen()
    const sounds = async () => {
      const now = await listen()
      // A consumer that took another's place counts from nothing.
      if (!now || !before || now.packets < before.packets) before = now
      else return now.packets > before.packets + 10 && now.audioEnergy > before.audioEnergy
      return false
    }
    await until(listener.page, `${listener.name} does not hear ${speaker.name}`, sounds, timeoutMs)
  }

  const stateOf = ({ page }: Person) => page.evaluate(() => window.peer.state())

  it('opens no device and produces nothing before somebody asks for it', async () => {
    expect(await ann.page.evaluate(() => window.peer.devicesOpened())).toBe(0)
    expect(asked.filter(({ name }) => name === 'media.produce')).toEqual([])
    expect((await stateOf(ann)).microphone).toEqual({ status: 'off', error: null, live: false })
  })

  it('carries moving pictures and sound both ways', async () => {
    await Promise.all(
      [ann, ben].map(({ page }) =>
        page.evaluate(() => Promise.all([window.peer.media.setMicrophone(true), window.peer.media.setCamera(true)])),
      ),
    )
    await seesMoving(ann, ben)
    await seesMoving(ben, ann)
    await hears(ann, ben)
    await hears(ben, ann)
    expect(await stateOf(ann)).toMatchObject({
      connection: 'connected',
      microphone: { status: 'on', live: true },
      camera: { status: 'on', live: true },
    })
    const { outbound } = await ann.page.evaluate(() => window.peer.stats())
    expect(outbound.map(({ source }) => source)).toEqual(['microphone', 'camera'])
    expect(outbound.every(({ packets }) => packets > 0)).toBe(true)
    expect(asked.filter(({ ok }) => !ok)).toEqual([])
  })

  it('begins small and becomes sharp', async () => {
    const width = () => ben.page.evaluate((userId) => window.peer.shown(userId).width, ann.seat.userId)
    // When joining finds the processor full, the sender takes that for a narrow line: it begins below the second layer's bit rate and
    // climbs by a twelfth a second.
    await until(ben.page, "ann's picture stays small", async () => (await width()) === 640, 40_000)
    const { outbound } = await ann.page.evaluate(() => window.peer.stats())
    expect(outbound.find(({ source }) => source === 'camera')?.layers).toBe(2)
  })

  it('keeps the timeline: joined, connected, first sound, first picture, each once', async () => {
    const marks = await ben.page.evaluate((room) => window.peer.marks(room), roomId)
    const steps = marks.map(({ step }) => step)
    expect(steps.toSorted()).toEqual(['firstAudio', 'firstVideo', 'iceConnected', 'joined'])
    expect(steps[0]).toBe('joined')
    const times = marks.map(({ at }) => Math.round(at))
    console.info(
      'timeline after joined, ms:',
      Object.fromEntries(marks.map(({ step, at }) => [step, Math.round(at - (times[0] ?? 0))])),
    )
    const entries = await ben.page.evaluate(() => performance.getEntriesByType('mark').map(({ name }) => name))
    expect(entries.filter((name) => name.startsWith('parley:'))).toHaveLength(steps.length)
  })

  it('says who is speaking, and when nobody does', async () => {
    const speak = async (wanted: Person[]) => {
      const { speakers } = await stateOf(ann)
      return speakers.length === wanted.length && wanted.every(({ seat }) => speakers.includes(seat.userId))
    }
    const setMicrophones = (on: boolean, ...those: Person[]) =>
      Promise.all(those.map(({ page }) => page.evaluate((wanted) => window.peer.media.setMicrophone(wanted), on)))
    await until(ann.page, 'ann is not told that both speak', () => speak([ann, ben]))
    await setMicrophones(false, ann)
    await until(ann.page, 'ann is not told that ben alone speaks', () => speak([ben]))
    await setMicrophones(false, ben)
    await until(ann.page, 'ann is not told that nobody speaks', () => speak([]))
    await setMicrophones(true, ann, ben)
    await until(ann.page, 'ann is not told that both speak again', () => speak([ann, ben]))
  })

  /** What `viewer` is told about one source of `other`: nothing, paused or not. */
  async function sourceSeen(viewer: Person, other: Person, source: string) {
    const { sources } = await stateOf(viewer)
    return sources.find((one) => one.userId === other.seat.userId && one.source === source)
  }

  it('mutes: the others are told and hear no more, until unmuted', async () => {
    await ann.page.evaluate(() => window.peer.media.setMicrophone(false))
    const paused = (wanted: boolean) => async () => (await sourceSeen(ben, ann, 'microphone'))?.paused === wanted
    await until(ben.page, "ben does not see ann's microphone off", paused(true))
    const reported = media.sources.filter(({ seat }) => seat.userId === ann.seat.userId).at(-1)
    expect(reported?.sources).toEqual({ microphone: false, camera: true, screen: false })
    await expect(hears(ben, ann, 1_500)).rejects.toThrow('ben does not hear ann')
    await ann.page.evaluate(() => window.peer.media.setMicrophone(true))
    await until(ben.page, "ben does not see ann's microphone on", paused(false))
    await hears(ben, ann)
    expect(await ann.page.evaluate(() => window.peer.devicesOpened())).toBe(2)
  })

  it('turns the camera off, giving the device back, and on again', async () => {
    await ann.page.evaluate(() => window.peer.media.setCamera(false))
    const has = (wanted: boolean) => async () => Boolean(await sourceSeen(ben, ann, 'camera')) === wanted
    await until(ben.page, 'ben still has a camera of ann', has(false))
    expect((await stateOf(ann)).camera).toEqual({ status: 'off', error: null, live: false })
    await ann.page.evaluate(() => window.peer.media.setCamera(true))
    await until(ben.page, 'ben has no camera of ann', has(true))
    await seesMoving(ben, ann)
  })

  it('sends from another camera without producing anew', async () => {
    const produced = () => asked.filter(({ name }) => name === 'media.produce').length
    const before = produced()
    const opened = await ann.page.evaluate(() => window.peer.devicesOpened())
    await ann.page.evaluate(() => window.peer.media.renew('camera'))
    await seesMoving(ben, ann)
    expect(await ann.page.evaluate(() => window.peer.devicesOpened())).toBe(opened + 1)
    expect(produced()).toBe(before)
  })

  it('ends with what was asked last when buttons are pressed faster than devices open', async () => {
    await ann.page.evaluate(() => Promise.all([false, true, false, true].map((on) => window.peer.media.setCamera(on))))
    await seesMoving(ben, ann)
    await ann.page.evaluate(() => Promise.all([true, false].map((on) => window.peer.media.setMicrophone(on))))
    expect((await stateOf(ann)).microphone).toMatchObject({ status: 'off' })
    await ann.page.evaluate(() => window.peer.media.setMicrophone(true))
    await hears(ben, ann)
  })

  it('lets a late comer in by one round of negotiation; their own picture waits for the first they see, half a second at most', async () => {
    const seat = newSeat(roomId)
    const page = await openPage(browser as Browser, script, media.engine, seat, asked)
    people.set(seat.userId, page)
    const chloe: Person = { name: 'chloe', seat, page }
    await page.evaluate(watchJoin)
    const offer = valueOf(await media.engine.open(seat, media.engine.routerRtpCapabilities))
    expect(offer.consumers).toHaveLength(4)
    await page.evaluate(async (given) => {
      await Promise.all([window.peer.media.setMicrophone(true), window.peer.media.setCamera(true)])
      window.join.startedAt = performance.now()
      await window.peer.media.start(given)
    }, offer)
    const produced = () => page.evaluate(() => window.join.produced)
    await until(page, 'chloe sends nothing', async () => (await produced()).length === 2)
    const { rounds, startedAt } = await page.evaluate(() => window.join)
    expect(rounds).toHaveLength(1)
    expect(rounds[0]).toContain('a=mid:probator')
    const [voice, picture] = await produced()
    expect([voice?.source, picture?.source]).toEqual(['microphone', 'camera'])
    expect((picture?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(500)
    await page.evaluate(() => window.join.showFrames())
    await seesMoving(chloe, ann)
    await seesMoving(chloe, ben)
    await hears(ann, chloe)
    await seesMoving(ann, chloe)
    await page.evaluate(() => window.peer.media.stop())
    media.engine.closeSeat(seat)
    people.delete(seat.userId)
    await page.context().close()
  })

  it.each(['automatic', 'vp9', 'av1', 'h264'] as const)(
    'sends its picture as %s, in the layer that what it is shown at needs; as usual where it cannot',
    async (codec) => {
      await ann.page.evaluate(async (chosen) => {
        await window.peer.media.setCamera(false)
        window.peer.choosePictureCodec(chosen)
        await window.peer.media.setCamera(true)
      }, codec)
      await seesMoving(ben, ann, 20_000)
      const { inbound } = await ben.page.evaluate(() => window.peer.stats())
      const received = inbound.find(({ source }) => source === 'camera')?.codec.toLowerCase()
      const missing = (await stateOf(ann)).codecMissing
      console.info(`${codec}: ${missing ? 'not on this machine' : 'sent and received'}`)
      expect(missing === null || missing === codec).toBe(true)
      expect(received).toBe(codec === 'automatic' || missing ? 'video/vp8' : `video/${codec}`)
      const width = () => ben.page.evaluate((userId) => window.peer.shown(userId).width, ann.seat.userId)
      const showAt = (height: number) =>
        ben.page.evaluate(([userId, at]) => window.peer.showAt(userId, at), [ann.seat.userId, height] as const)
      await showAt(360)
      await until(ben.page, 'what is shown large stays small', async () => (await width()) === 640, 40_000)
      await showAt(120)
      await until(ben.page, 'what is shown small stays large', async () => (await width()) === 320, 20_000)
      await showAt(360)
      await seesMoving(ben, ann)
    },
  )

  it('restarts ICE without losing anything', async () => {
    const before = asked.filter(({ name }) => name === 'media.restartIce').length
    await ann.page.evaluate(() => window.peer.media.networkChanged())
    await seesMoving(ben, ann)
    await seesMoving(ann, ben)
    expect(asked.filter(({ name, ok }) => name === 'media.restartIce' && ok)).toHaveLength(before + 2)
  })

  it('has media back within 5 s of a killed worker, without opening devices again', async () => {
    const opened = await ann.page.evaluate(() => window.peer.devicesOpened())
    const [worker] = media.engine.workers()
    const began = performance.now()
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await media.until('the room was reset', () => media.resets.length === 1)
    await Promise.all([seesMoving(ann, ben), seesMoving(ben, ann), hears(ann, ben), hears(ben, ann)])
    const took = performance.now() - began
    console.info(`media back ${Math.round(took)} ms after the worker was killed`)
    expect(took).toBeLessThan(5_000)
    expect(await ann.page.evaluate(() => window.peer.devicesOpened())).toBe(opened)
    expect((await stateOf(ann)).connection).toBe('connected')
  })

  it('comes back by itself when the server has forgotten the seat without a word', async () => {
    const began = performance.now()
    media.engine.closeSeat(ann.seat)
    await until(ben.page, 'ben still sees ann', async () => (await stateOf(ben)).sources.length === 0)
    await seesMoving(ben, ann, 20_000)
    await seesMoving(ann, ben, 20_000)
    console.info(`media back ${Math.round(performance.now() - began)} ms after the seat was forgotten`)
  })

  it('leaves: the others lose the picture, the devices are given back', async () => {
    await ann.page.evaluate(() => window.peer.media.stop())
    media.engine.closeSeat(ann.seat)
    await until(ben.page, 'ben still receives something of ann', async () => (await stateOf(ben)).sources.length === 0)
    expect(await stateOf(ann)).toMatchObject({
      connection: 'idle',
      roomId: null,
      microphone: { live: false },
      camera: { live: false },
      sources: [],
    })
  })
})
