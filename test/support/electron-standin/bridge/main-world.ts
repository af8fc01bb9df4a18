// What runs in a page's own world before its scripts: the page's end of the bridge, the permission gate in front of
// capture, and the window's visibility. Sent to pages as source.
import { openEnd } from './end.ts'

export interface PageSettings {
  /** Random per document; names the bridge's events. */
  secret: string
  /** Whether frames inside the page get the preload too (`nodeIntegrationInSubFrames`). */
  inSubFrames: boolean
}

/** Answer of the session's permission handlers. `captured` names what was chosen to be shared. */
export interface CaptureAnswer {
  allowed: boolean
  errorName: string
  captured?: string
  /** The computer's own sound comes with it. */
  sound?: boolean
}

type Ask = (question: object) => Promise<CaptureAnswer>

export function deepFreeze(value: object, seen = new Set<object>()): void {
  if (seen.has(value) || ArrayBuffer.isView(value)) return
  seen.add(value)
  for (const inner of Object.values(value)) {
    if (inner && (typeof inner === 'object' || typeof inner === 'function')) deepFreeze(inner as object, seen)
  }
  Object.freeze(value)
}

export function exposeInPage(key: string, api: unknown): void {
  if (Object.hasOwn(window, key)) {
    throw new Error('Cannot bind an API on top of an existing property on the window object')
  }
  if (api && (typeof api === 'object' || typeof api === 'function')) deepFreeze(api)
  Object.defineProperty(window, key, { value: api, enumerable: true, configurable: false, writable: false })
}

/** Questions to the host process, answered by promise. */
export function makeAsk(): Ask {
  const page = window as unknown as { __standinAsk?: (text: string) => void; [key: symbol]: unknown }
  const send = page.__standinAsk
  delete page.__standinAsk
  const waiting = new Map<number, (answer: CaptureAnswer) => void>()
  let asked = 0
  Object.defineProperty(window, Symbol.for('standin.answer'), {
    value: (id: number, answer: CaptureAnswer) => {
      waiting.get(id)?.(answer)
      waiting.delete(id)
    },
  })
  return (question) =>
    new Promise((resolve) => {
      const id = ++asked
      waiting.set(id, resolve)
      send?.(JSON.stringify({ id, ...question }))
    })
}

/** getUserMedia and getDisplayMedia go through the session's handlers first, as in Electron. */
export function gateCapture(ask: Ask): void {
  if (!navigator.mediaDevices) return
  const devices = MediaDevices.prototype
  const getUserMedia = devices.getUserMedia
  devices.getUserMedia = async function (wanted: MediaStreamConstraints = {}) {
    const types = [wanted.video && 'video', wanted.audio && 'audio'].filter(Boolean)
    const answer = await ask({ kind: 'permission', permission: 'media', types })
    if (!answer.allowed) throw new DOMException('Permission denied', answer.errorName)
    return getUserMedia.call(this, wanted)
  }
  devices.getDisplayMedia = async function (wanted: DisplayMediaStreamOptions = {}) {
    const gesture = navigator.userActivation?.isActive ?? false
    const answer = await ask({ kind: 'display', video: wanted.video ?? true, audio: wanted.audio ?? false, gesture })
    if (!answer.allowed) throw new DOMException('Permission denied', answer.errorName)
    return drawnScreen(answer.captured ?? '', answer.sound)
  }
}

/** A moving picture with the source's name, in place of a captured screen. */
export function drawnScreen(name: string, sound = false): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = 1280
  canvas.height = 720
  const pen = canvas.getContext('2d')!
  let frame = 0
  const draw = () => {
    pen.fillStyle = '#224466'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.fillStyle = '#ffffff'
    pen.font = '60px sans-serif'
    pen.fillText(`${name} ${frame++}`, 60, 120)
  }
  draw()
  const timer = setInterval(draw, 100)
  const stream = canvas.captureStream(10)
  if (sound) {
    const context = new AudioContext()
    const hum = new OscillatorNode(context)
    const out = context.createMediaStreamDestination()
    hum.connect(out)
    hum.start()
    stream.addTrack(out.stream.getAudioTracks()[0]!)
  }
  const track = stream.getVideoTracks()[0]!
  const stop = track.stop.bind(track)
  track.stop = () => {
    clearInterval(timer)
    stop()
  }
  return stream
}

/** window.open only asks; what the product allows opens as a window that the opener has no hold of. */
export function gateOpen(ask: Ask): void {
  window.open = (url = '', name = '', features = '') => {
    const address = url === '' ? 'about:blank' : new URL(String(url), document.baseURI).href
    void ask({ kind: 'open', url: address, windowName: name, windowFeatures: features ? features.split(',') : [] })
    return null
  }
}

/** The document's title is the window's. */
export function followTitle(ask: Ask): void {
  let told = ''
  const tell = () => {
    if (document.title === told) return
    told = document.title
    void ask({ kind: 'title', title: told })
  }
  new MutationObserver(tell).observe(document, { childList: true, subtree: true, characterData: true })
  document.addEventListener('DOMContentLoaded', tell)
}

/** A hidden or minimised window is told so directly: a headless browser would call every page visible. */
export function followVisibility(): void {
  let visible = true
  Object.defineProperty(Document.prototype, 'visibilityState', {
    get: () => (visible ? 'visible' : 'hidden'),
    configurable: true,
  })
  Object.defineProperty(Document.prototype, 'hidden', { get: () => !visible, configurable: true })
  Object.defineProperty(window, Symbol.for('standin.visible'), {
    value: (now: boolean) => {
      if (now === visible) return
      visible = now
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    },
  })
}

export function startMainWorld(settings: PageSettings): void {
  const ask = makeAsk()
  if (location.href === 'about:blank') return
  gateCapture(ask)
  gateOpen(ask)
  if (window === window.top) {
    followVisibility()
    followTitle(ask)
  }
  if (window !== window.top && !settings.inSubFrames) return
  openEnd(`${settings.secret}main`, `${settings.secret}preload`, exposeInPage)
}
