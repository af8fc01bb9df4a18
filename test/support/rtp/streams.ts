// Synthetic microphones and cameras: packets built once, of which only numbers and times are rewritten before each sending.
import {
  AUDIO_LEVEL_URI,
  buildPacket,
  buildSenderReport,
  MID_URI,
  RID_URI,
  stampPacket,
  stampVp8,
  stampVp8FrameTag,
  vp8Payload,
  type PacketLayout,
} from './packets.ts'

export type Send = (packet: Buffer) => void

const OPUS = { payloadType: 111, clockRate: 48_000, frameMs: 20, payloadBytes: 90 }
const VP8 = { payloadType: 96, clockRate: 90_000, framesPerSecond: 30, packetBytes: 1_100, keyFrameFactor: 4 }
const MID_ID = 1
const LEVEL_OR_RID_ID = 2
const REPORT_EVERY_MS = 1_000

/** What one ssrc counts on its way. */
class Counter {
  sequenceNumber = Math.floor(Math.random() * 0x8000)
  packets = 0
  octets = 0
  readonly ssrc: number
  constructor(ssrc: number) {
    this.ssrc = ssrc
  }

  sends(send: Send, { packet, payloadAt }: PacketLayout, timestamp: number) {
    stampPacket(packet, this.sequenceNumber++, timestamp)
    this.packets++
    this.octets += packet.length - payloadAt
    send(packet)
  }
}

/** RTCP sender reports, without which an SFU cannot switch between simulcast layers. */
class Reports {
  #nextAt = 0
  due(now: number): boolean {
    if (now < this.#nextAt) return false
    this.#nextAt = now + REPORT_EVERY_MS
    return true
  }
}

let lastSsrc = 100_000
let lastMid = 0
const newSsrc = () => (lastSsrc += 10)
const newMid = () => String(lastMid++ % 1000)

/** One sender; `tick` sends what is due by `now` (ms, of one clock for all) and says how many packets that were. */
export interface Stream {
  readonly kind: 'audio' | 'video'
  readonly rtpParameters: object
  readonly ssrcs: readonly number[]
  tick(now: number, send: Send): void
  /** A key frame of this ssrc was asked for. */
  requestKeyFrame(ssrc: number): void
  readonly packetsSent: number
}

/** A microphone; `level` in dB of full scale (0 to -127), `null` for one that sends nothing. */
export class AudioStream implements Stream {
  readonly kind = 'audio'
  readonly rtpParameters: object
  readonly ssrcs: readonly number[]
  level: number | null
  #counter: Counter
  #layout: PacketLayout
  #reports = new Reports()
  #nextAt = 0
  #timestamp = 0

  constructor({ level = -40 }: { level?: number | null } = {}) {
    const ssrc = newSsrc()
    const mid = newMid()
    this.level = level
    this.ssrcs = [ssrc]
    this.#counter = new Counter(ssrc)
    this.#layout = buildPacket({
      payloadType: OPUS.payloadType,
      ssrc,
      marker: false,
      extensions: [
        { id: MID_ID, value: Buffer.from(mid) },
        { id: LEVEL_OR_RID_ID, value: Buffer.alloc(1) },
      ],
      payload: Buffer.alloc(OPUS.payloadBytes, 0xa5),
    })
    this.rtpParameters = {
      mid,
      codecs: [
        {
          mimeType: 'audio/opus',
          payloadType: OPUS.payloadType,
          clockRate: OPUS.clockRate,
          channels: 2,
          parameters: { useinbandfec: 1, usedtx: 1, minptime: 10 },
          rtcpFeedback: [],
        },
      ],
      headerExtensions: [
        { uri: MID_URI, id: MID_ID },
        { uri: AUDIO_LEVEL_URI, id: LEVEL_OR_RID_ID },
      ],
      encodings: [{ ssrc, dtx: true }],
      rtcp: { cname: `pump-${ssrc}`, reducedSize: true },
    }
  }

  get packetsSent() {
    return this.#counter.packets
  }

  requestKeyFrame() {
    // A voice has none.
  }

  tick(now: number, send: Send) {
    this.#nextAt ||= now
    for (; this.#nextAt <= now; this.#nextAt += OPUS.frameMs) {
      this.#timestamp += (OPUS.clockRate * OPUS.frameMs) / 1000
      if (this.level === null) continue
      const loudness = Math.min(127, Math.max(0, Math.round(-this.level)))
      this.#layout.packet[this.#layout.valueAt(LEVEL_OR_RID_ID)] = loudness | (loudness < 60 ? 0x80 : 0)
      this.#counter.sends(send, this.#layout, this.#timestamp)
    }
    const { ssrc, packets, octets } = this.#counter
    if (packets > 0 && this.#reports.due(now))
      send(buildSenderReport({ ssrc, ntpMs: Date.now(), timestamp: this.#timestamp, packets, octets }))
  }
}

/** One simulcast layer, bits a second and height in pixels. */
export type VideoLayer = { maxBitrate: number; height: number }

/** As a 720p camera is encoded by the client. */
export const CAMERA_LAYERS: readonly VideoLayer[] = [
  { maxBitrate: 150_000, height: 180 },
  { maxBitrate: 500_000, height: 360 },
  { maxBitrate: 1_500_000, height: 720 },
]

/** L1T3: who takes half of the pictures takes layers 0 and 1, a quarter layer 0. A picture with the sync bit needs only layer 0. */
const TEMPORAL_PATTERN = [
  { temporalLayer: 0, layerSync: false },
  { temporalLayer: 2, layerSync: true },
  { temporalLayer: 1, layerSync: true },
  { temporalLayer: 2, layerSync: false },
] as const

class LayerSender {
  wantsKeyFrame = true
  keyFrames = 0
  readonly counter: Counter
  #frame: PacketLayout[]
  #keyFrame: PacketLayout[]
  #size: { width: number; height: number }
  #pictureId = Math.floor(Math.random() * 0x7fff)
  #tl0PicIdx = Math.floor(Math.random() * 0xff)

  constructor({ maxBitrate, height }: VideoLayer, ssrc: number, mid: string, rid: string | null) {
    this.counter = new Counter(ssrc)
    this.#size = { width: Math.round((height * 16) / 9), height }
    const frameBytes = Math.ceil(maxBitrate / 8 / VP8.framesPerSecond)
    this.#frame = frameOf(frameBytes, ssrc, mid, rid)
    this.#keyFrame = frameOf(frameBytes * VP8.keyFrameFactor, ssrc, mid, rid)
  }

  sends(send: Send, timestamp: number, place: number) {
    const isKeyFrame = this.wantsKeyFrame
    const { temporalLayer, layerSync } = isKeyFrame ? TEMPORAL_PATTERN[0] : TEMPORAL_PATTERN[place]!
    this.wantsKeyFrame = false
    if (isKeyFrame) this.keyFrames++
    this.#pictureId++
    if (temporalLayer === 0) this.#tl0PicIdx++
    const stamp = { pictureId: this.#pictureId, tl0PicIdx: this.#tl0PicIdx, temporalLayer, layerSync }
    const frame = isKeyFrame ? this.#keyFrame : this.#frame
    for (const [index, layout] of frame.entries()) {
      stampVp8(layout.packet, layout.payloadAt, stamp)
      if (index === 0) stampVp8FrameTag(layout.packet, layout.payloadAt, isKeyFrame ? this.#size : null)
      this.counter.sends(send, layout, timestamp)
    }
  }
}

/** A frame's packets, the marker on its last. */
function frameOf(bytes: number, ssrc: number, mid: string, rid: string | null): PacketLayout[] {
  const count = Math.ceil(bytes / VP8.packetBytes)
  return Array.from({ length: count }, (_, index) =>
    buildPacket({
      payloadType: VP8.payloadType,
      ssrc,
      marker: index === count - 1,
      extensions: [
        { id: MID_ID, value: Buffer.from(mid) },
        ...(rid === null ? [] : [{ id: LEVEL_OR_RID_ID, value: Buffer.from(rid) }]),
      ],
      payload: vp8Payload(Math.ceil(bytes / count), index === 0),
    }),
  )
}

/** A camera in VP8: simulcast with several layers, lowest first, plain with one. */
export class VideoStream implements Stream {
  readonly kind = 'video'
  readonly rtpParameters: object
  readonly ssrcs: readonly number[]
  #layers: LayerSender[]
  #reports = new Reports()
  #nextAt = 0
  #frames = 0

  constructor({ layers = CAMERA_LAYERS }: { layers?: readonly VideoLayer[] } = {}) {
    const first = newSsrc()
    const mid = newMid()
    const rids = layers.map((_, index) => (layers.length > 1 ? `r${index}` : null))
    this.ssrcs = layers.map((_, index) => first + index)
    this.#layers = layers.map((layer, index) => new LayerSender(layer, first + index, mid, rids[index]!))
    this.rtpParameters = {
      mid,
      codecs: [
        {
          mimeType: 'video/VP8',
          payloadType: VP8.payloadType,
          clockRate: VP8.clockRate,
          parameters: {},
          rtcpFeedback: [
            { type: 'ccm', parameter: 'fir' },
            { type: 'nack', parameter: 'pli' },
          ],
        },
      ],
      headerExtensions: [
        { uri: MID_URI, id: MID_ID },
        { uri: RID_URI, id: LEVEL_OR_RID_ID },
      ],
      encodings: layers.map(({ maxBitrate }, index) => ({
        ssrc: first + index,
        ...(layers.length > 1 ? { rid: `r${index}` } : {}),
        maxBitrate,
        scalabilityMode: 'L1T3',
      })),
      rtcp: { cname: `pump-${first}`, reducedSize: true },
    }
  }

  get packetsSent() {
    return this.#layers.reduce((sum, { counter }) => sum + counter.packets, 0)
  }

  /** Key frames sent so far, by layer, the first of each included. */
  get keyFrames(): number[] {
    return this.#layers.map(({ keyFrames }) => keyFrames)
  }

  requestKeyFrame(ssrc: number) {
    const layer = this.#layers.find(({ counter }) => counter.ssrc === ssrc)
    if (layer) layer.wantsKeyFrame = true
  }

  tick(now: number, send: Send) {
    const frameMs = 1000 / VP8.framesPerSecond
    this.#nextAt ||= now
    for (; this.#nextAt <= now; this.#nextAt += frameMs) {
      const place = this.#frames++ % TEMPORAL_PATTERN.length
      for (const layer of this.#layers) layer.sends(send, this.#timestamp, place)
    }
    if (!this.#reports.due(now)) return
    for (const { counter } of this.#layers) {
      const { ssrc, packets, octets } = counter
      send(buildSenderReport({ ssrc, ntpMs: Date.now(), timestamp: this.#timestamp, packets, octets }))
    }
  }

  get #timestamp() {
    return Math.round((this.#frames * VP8.clockRate) / VP8.framesPerSecond)
  }
}
