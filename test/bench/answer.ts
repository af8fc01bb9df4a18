// From the press of Answer to the caller's picture and voice: the classic join, the product's own without warm-up, and the warm
// answer, taking turns on one server, with and without a slow wire for signaling.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { launchBrowser, mediaStats, openPage, until } from '../support/browsers.ts'
import { SITTERS, writeFakeCamera } from '../support/fakeCamera.ts'
import { bundlePage } from '../support/media/browser.ts'
import { openPerson, type Person } from '../support/person.ts'
import { startServer } from '../support/serverProcess.ts'
import { TestDevice } from '../support/testDevice.ts'
import { speakWithoutPause, watchArrivals, type Arrivals } from './arrivals.ts'
import { openDelayProxy, type DelayProxy } from './delayProxy.ts'
import { median, rounded } from './figures.ts'
import { unlimited } from './unlimited.ts'

const KINDS = ['classic', 'cold', 'warm'] as const
type Kind = (typeof KINDS)[number]
const DELAYS_MS = [0, 50]
const RUNS = 15
/** A picture later than this waited for the second request of a key frame. */
const STALL_MS = 900
/** How long it rings before it is answered, at least; a person takes longer. */
const RING_MS = 700
const RING_MORE_MS = 300
/** The caller's encoder finds its bitrate before anything is measured. */
const SETTLE_MS = 4_000
const ARRIVE_MS = 10_000
const FRAMES_PER_SECOND = 30

type Figures = { median: number; max: number }
export type KindFigures = { video: Figures; audio: Figures; stalls: number }
export type AnswerFigures = { n: number; delays: Record<string, Partial<Record<Kind, KindFigures>>> }

export type AnswerOptions = {
  n?: number
  kinds?: readonly string[]
  delays?: readonly number[]
  say(line: string): void
}

export async function benchAnswer(options: AnswerOptions): Promise<AnswerFigures> {
  const { n = RUNS, delays = DELAYS_MS, say } = options
  const kinds = KINDS.filter((kind) => options.kinds?.includes(kind) ?? true)
  const stage = await openStage()
  try {
    const figures: AnswerFigures = { n, delays: {} }
    for (const delay of delays) {
      const times = new Map<Kind, Arrivals[]>(kinds.map((kind) => [kind, []]))
      for (let run = 0; run < n; run++)
        for (const kind of kinds) times.get(kind)?.push(await stage.measure(kind, delay))
      const row = Object.fromEntries(kinds.map((kind) => [kind, figuresOf(times.get(kind) ?? [])]))
      figures.delays[delay] = row
      for (const kind of kinds) say(describe(kind, delay, times.get(kind) ?? []))
    }
    return figures
  } finally {
    await stage.close()
  }
}

const arrived = (times: readonly Arrivals[], what: keyof Arrivals) => times.map((one) => one[what] ?? ARRIVE_MS)

function figuresOf(times: readonly Arrivals[]): KindFigures {
  const of = (what: keyof Arrivals): Figures => {
    const all = arrived(times, what)
    return { median: rounded(median(all)), max: rounded(Math.max(...all)) }
  }
  const stalls = arrived(times, 'video').filter((time) => time > STALL_MS).length
  return { video: of('video'), audio: of('audio'), stalls }
}

function describe(kind: Kind, delay: number, times: readonly Arrivals[]): string {
  const list = (what: keyof Arrivals) =>
    arrived(times, what)
      .map(Math.round)
      .toSorted((a, b) => a - b)
      .join(' ')
  return `${delay} ms, ${kind}: video ${list('video')} · audio ${list('audio')}`
}

/** What all kinds share: one server, the caller sending picture and voice, and who rings. */
async function openStage() {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closer of closers.reverse()) await closer()
  }
  try {
    const server = await startServer({ env: unlimited })
    closers.push(server.stop)
    const proxy = await openDelayProxy(server.url)
    closers.push(proxy.close)
    const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
    closers.push(async () => rmSync(folder, { recursive: true, force: true }))
    const camera = join(folder, 'camera.y4m')
    writeFakeCamera(camera, SITTERS.ann, FRAMES_PER_SECOND)
    const browser = await launchBrowser({ camera })
    closers.push(() => browser.close())
    const ann = await openPerson(browser, proxy.url, 'ann')
    await ann.context.addInitScript(speakWithoutPause)
    await ann.signIn()
    await ann.startMeeting()
    await until('the caller sending', async () => (await ann.stats()).packetsSent > 50)
    const ringer = await openRinger(server.url, ann)
    closers.push(async () => ringer.device.disconnects())
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const callees = await openCallees(browser, proxy)
    const measure = (kind: Kind, delay: number) => measureOne({ proxy, ringer, callee: callees[kind], delay })
    return { measure, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Ringer = { device: TestDevice; roomId: string }

/** Somebody in the meeting without media rings: the caller's page has nothing to do but send. */
async function openRinger(url: string, caller: Person): Promise<Ringer> {
  const code = await caller.page
    .getByText(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/)
    .first()
    .innerText()
  const device = new TestDevice(() => url, 'chloe', 'desk')
  await device.signsIn()
  await device.connects()
  const { snapshot } = await device.enters({ room: { code }, rtpCapabilities: null })
  return { device, roomId: snapshot.room.id }
}

/** One kind of client on the callee's side: opens a fresh page for every call. */
type Callee = {
  open(): Promise<Page>
  /** Resolves when it rings and may be answered. */
  rings(page: Page): Promise<unknown>
  press(page: Page): Promise<void>
  leave(page: Page): Promise<void>
}

async function openCallees(browser: Browser, proxy: DelayProxy): Promise<Record<Kind, Callee>> {
  const script = await bundlePage(new URL('./classicPage.ts', import.meta.url))
  const warm = await productCallee(browser, proxy.url, true)
  const cold = await productCallee(browser, proxy.url, false)
  return { classic: await classicCallee(browser, proxy.url, script), cold, warm }
}

async function productCallee(browser: Browser, url: string, isWarm: boolean): Promise<Callee> {
  const ben = await openPerson(browser, url, 'ben')
  await ben.context.addInitScript(watchArrivals)
  await ben.signIn()
  if (!isWarm) {
    await ben.page.getByRole('link', { name: 'Settings' }).click()
    await ben.page.getByRole('switch', { name: 'Warm up while ringing' }).click()
  }
  await ben.page.goto('about:blank')
  return {
    async open() {
      await ben.page.goto(url)
      await ben.page.getByRole('button', { name: 'New meeting' }).waitFor()
      return ben.page
    },
    async rings() {
      await ben.card().waitFor()
      if (isWarm) await until('warm media', async () => (await mediaStats(ben.page)).connected > 0)
    },
    press: () => ben.card().getByRole('button', { name: 'Video' }).click(),
    leave: () => leaveMeeting(ben),
  }
}

async function leaveMeeting(person: Person) {
  await person.leave()
  await person.page.getByRole('button', { name: 'New meeting' }).waitFor()
}

async function classicCallee(browser: Browser, url: string, script: string): Promise<Callee> {
  const { context, page } = await openPage(browser)
  page.on('console', (message) => message.text().startsWith('classic') && console.error(message.text()))
  await context.addInitScript(watchArrivals)
  return {
    async open() {
      // Any page that the server itself serves will do: it must come from there to be let in.
      await page.goto(`${url}/health`)
      await page.evaluate(`(async () => {${script}\n})()`)
      await page.evaluate(() => window.classic.signIn('ben'))
      return page
    },
    rings: () => page.getByRole('button', { name: 'Answer' }).waitFor(),
    press: () => page.getByRole('button', { name: 'Answer' }).click(),
    leave: () => page.evaluate(() => window.classic.leave()),
  }
}

type Trial = { proxy: DelayProxy; ringer: Ringer; callee: Callee; delay: number }

async function measureOne({ proxy, ringer, callee, delay }: Trial): Promise<Arrivals> {
  const page = await callee.open()
  proxy.setDelay(delay)
  const { results } = await ringer.device.does('call.invite', {
    roomId: ringer.roomId,
    calleeIds: [await idOf(ringer.device, 'ben')],
    media: 'video',
  })
  if (results[0]?.outcome !== 'success') throw new Error(`the callee does not ring: ${results[0]?.outcome}`)
  await callee.rings(page)
  await page.waitForTimeout(RING_MS + Math.random() * RING_MORE_MS)
  await page.evaluate(() => window.arrivals.arm())
  await callee.press(page)
  const times = await until(
    'picture and voice',
    async () => {
      const now = await page.evaluate(() => window.arrivals.read())
      return now.video !== null && now.audio !== null && now
    },
    ARRIVE_MS,
  ).catch(() => page.evaluate(() => window.arrivals.read()))
  proxy.setDelay(0)
  await callee.leave(page)
  await page.goto('about:blank')
  return times
}

const ids = new Map<string, string>()
async function idOf(device: TestDevice, login: string): Promise<string> {
  const known = ids.get(login)
  if (known) return known
  const { people } = await device.does('people.list', {})
  const found = people.find((person) => person.user.name.toLowerCase().startsWith(login))
  if (!found) throw new Error(`nobody is called ${login}`)
  ids.set(login, found.user.id)
  return found.user.id
}
