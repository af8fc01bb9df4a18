// Listens to the voices of a big room packet by packet, to notice at once when somebody begins to speak: mediasoup's own observer
// takes an average over at least a quarter of a second. It reads levels (RFC 6464), never sound.
import type { Consumer, DirectTransport, Router } from 'mediasoup/types'

const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
/** Decibels of full scale: of a packet of 20 ms, so without the pauses that make an average lower. */
const LOUD_DB = -55
/** A click is one packet; so many loud ones within so long are somebody. */
const LOUD_PACKETS = 3
const WITHIN_MS = 200
/** Of senders that do not say how loud they are. */
const UNSAID_DB = -50

/** A microphone's producer, and the router it comes in at. */
export type Heard = { id: string; router: Router }

export type EarOptions = {
  now(): number
  onLoud(producerId: string, level: number): void
  /** mediasoup refused; whoever it was about is noticed by the observer only. */
  onError(error: unknown): void
}

export class Ear {
  #options: EarOptions
  #transports = new WeakMap<Router, Promise<DirectTransport>>()
  #heard = new Map<string, Promise<Consumer | null>>()

  constructor(options: EarOptions) {
    this.#options = options
  }

  /** Listens to exactly these from now on. */
  listenTo(voices: readonly Heard[]) {
    const wanted = new Map(voices.map((voice) => [voice.id, voice]))
    for (const [producerId, consumer] of this.#heard) {
      if (wanted.has(producerId)) continue
      this.#heard.delete(producerId)
      void consumer.then((found) => found?.close())
    }
    for (const [producerId, voice] of wanted)
      if (!this.#heard.has(producerId)) this.#heard.set(producerId, this.#listen(voice))
  }

  async #listen({ id: producerId, router }: Heard): Promise<Consumer | null> {
    const { now, onLoud, onError } = this.#options
    try {
      const transport = await this.#transportOn(router)
      const consumer = await transport.consume({ producerId, rtpCapabilities: router.rtpCapabilities })
      const levelId = consumer.rtpParameters.headerExtensions?.find(({ uri }) => uri === LEVEL_URI)?.id ?? null
      const times: number[] = []
      consumer.on('rtp', (packet) => {
        const level = (levelId === null ? null : levelIn(packet, levelId)) ?? UNSAID_DB
        if (level < LOUD_DB) return
        times.push(now())
        if (times.length > LOUD_PACKETS) times.shift()
        const [first = 0] = times
        if (times.length === LOUD_PACKETS && now() - first <= WITHIN_MS) onLoud(producerId, level)
      })
      return consumer
    } catch (error) {
      // A producer that has just closed is not worth a word; listened to it is no longer then.
      if (!router.closed && this.#heard.has(producerId)) onError(error)
      this.#heard.delete(producerId)
      return null
    }
  }

  #transportOn(router: Router): Promise<DirectTransport> {
    const transport = this.#transports.get(router) ?? router.createDirectTransport()
    this.#transports.set(router, transport)
    return transport
  }
}

const ONE_BYTE = 0xbede

/** Decibels of full scale (0 to -127) in a packet's header extension; null when there is none. */
export function levelIn(packet: Buffer, extensionId: number): number | null {
  if (packet.length < 16 || (packet[0]! & 0x10) === 0) return null
  let at = 12 + (packet[0]! & 0x0f) * 4
  if (at + 4 > packet.length) return null
  const oneByte = packet.readUInt16BE(at) === ONE_BYTE
  const end = Math.min(packet.length, at + 4 + packet.readUInt16BE(at + 2) * 4)
  at += 4
  while (at + 1 < end) {
    const head = packet[at]!
    // Padding.
    if (head === 0) {
      at += 1
      continue
    }
    const id = oneByte ? head >> 4 : head
    const length = oneByte ? (head & 0x0f) + 1 : packet[at + 1]!
    const valueAt = at + (oneByte ? 1 : 2)
    if (id === extensionId && length >= 1 && valueAt < end) return -(packet[valueAt]! & 0x7f)
    at = valueAt + length
  }
  return null
}
