// Real Chromium for tests: fake camera and microphone, nothing of the person's own profile, nothing left behind.
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright'
import { withOwnTemp } from './ownTemp.ts'

/** Only for tests on this machine: fake devices, and media over loopback. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
]

export type BrowserOptions = {
  colorScheme?: 'light' | 'dark'
  locale?: string
  timezone?: string
  size?: { width: number; height: number }
}

export type LaunchOptions = {
  /** A video file that plays as the fake camera. */
  camera?: string
  /** How many fake microphones and cameras there are; one when left out. */
  devices?: number
  /** Whoever shares is asked nothing, and shares Chromium's fake screen, on which a clock runs. */
  shareByItself?: boolean
  /** More of the command line. */
  flags?: readonly string[]
}

const flagsOf = ({ camera, devices = 1, shareByItself, flags = [] }: LaunchOptions): string[] => [
  ...FLAGS,
  `--use-fake-device-for-media-stream=device-count=${devices}`,
  ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
  ...(shareByItself ? ['--auto-select-desktop-capture-source=Entire screen'] : []),
  ...flags,
]

/** One browser; every person gets a context of their own in it. */
export const launchBrowser = (options: LaunchOptions = {}): Promise<Browser> =>
  withOwnTemp((env) =>
    chromium.launch({
      executablePath: process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      args: flagsOf(options),
      env,
    }),
  )

/** A fresh profile with one page. Its peer connections are kept where `mediaStats` finds them. */
export async function openPage(
  browser: Browser,
  options: BrowserOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1180, height: 760 },
    colorScheme: options.colorScheme ?? 'light',
    locale: options.locale ?? 'en-GB',
    ...(options.timezone ? { timezoneId: options.timezone } : {}),
    permissions: ['camera', 'microphone'],
  })
  await context.addInitScript(watchMedia)
  const page = await context.newPage()
  return { context, page }
}

/** Runs in the page before anything else: keeps peer connections and counts captures, so that tests see what was really sent. */
function watchMedia() {
  const connections: RTCPeerConnection[] = []
  const captures: string[] = []
  const Original = window.RTCPeerConnection
  window.RTCPeerConnection = new Proxy(Original, {
    construct(target, args, newTarget) {
      const connection = Reflect.construct(target, args, newTarget) as RTCPeerConnection
      connections.push(connection)
      return connection
    },
  })
  const devices = navigator.mediaDevices
  const original = devices.getUserMedia.bind(devices)
  devices.getUserMedia = (constraints) => {
    captures.push(Object.keys(constraints ?? {}).join('+'))
    return original(constraints)
  }
  const originalDisplay = devices.getDisplayMedia.bind(devices)
  devices.getDisplayMedia = (constraints) => {
    captures.push('display')
    return originalDisplay(constraints)
  }
  const test = { connections, captures, tracksGiven: 0 }
  const { addTrack, addTransceiver } = Original.prototype
  const { replaceTrack } = RTCRtpSender.prototype
  Original.prototype.addTrack = function (...args) {
    test.tracksGiven++
    return addTrack.apply(this, args)
  }
  Original.prototype.addTransceiver = function (...args) {
    if (typeof args[0] !== 'string') test.tracksGiven++
    return addTransceiver.apply(this, args)
  }
  RTCRtpSender.prototype.replaceTrack = function (track) {
    if (track) test.tracksGiven++
    return replaceTrack.call(this, track)
  }
  Object.assign(window, { parleyTest: test })
}

export type MediaStats = {
  audioPacketsReceived: number
  audioEnergyReceived: number
  videoFramesDecoded: number
  packetsSent: number
  /** Calls of `getUserMedia` and `getDisplayMedia`. */
  captures: number
  /** How often a track was given to a connection for sending. */
  tracksGiven: number
  /** Connections whose media could flow at once: ICE and DTLS are done. */
  connected: number
}

/** What this page has received and sent in all, from its peer connections' own statistics. */
export function mediaStats(page: Page): Promise<MediaStats> {
  return page.evaluate(async () => {
    const { connections, captures, tracksGiven } = (
      window as unknown as {
        parleyTest: { connections: RTCPeerConnection[]; captures: string[]; tracksGiven: number }
      }
    ).parleyTest
    const sum = {
      audioPacketsReceived: 0,
      audioEnergyReceived: 0,
      videoFramesDecoded: 0,
      packetsSent: 0,
      captures: captures.length,
      tracksGiven,
      connected: connections.filter((connection) => connection.connectionState === 'connected').length,
    }
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'audio') {
          sum.audioPacketsReceived += report.packetsReceived ?? 0
          sum.audioEnergyReceived += report.totalAudioEnergy ?? 0
        }
        if (report.type === 'inbound-rtp' && report.kind === 'video')
          sum.videoFramesDecoded += report.framesDecoded ?? 0
        if (report.type === 'outbound-rtp') sum.packetsSent += report.packetsSent ?? 0
      }
    }
    return sum
  })
}

/** A small fingerprint of what a video element shows now; two that differ mean that the picture moves. */
export function pictureOf(page: Page, selector: string): Promise<string | null> {
  return page.evaluate((wanted) => {
    const video = document.querySelector<HTMLVideoElement>(wanted)
    if (!video || video.readyState < 2 || !video.videoWidth) return null
    const canvas = document.createElement('canvas')
    canvas.width = 32
    canvas.height = 18
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context?.drawImage(video, 0, 0, 32, 18)
    return [...(context?.getImageData(0, 0, 32, 18).data ?? [])].filter((_, index) => index % 4 !== 3).join()
  }, selector)
}

/** Waits until `look` gives something true, and says what was missing when it never does. */
export async function until<Value>(
  missing: string,
  look: () => Promise<Value | false | null | undefined> | Value | false | null | undefined,
  timeoutMs = 15_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`still missing after ${timeoutMs} ms: ${missing}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
