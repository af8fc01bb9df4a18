// One seat's transports, producers and consumers. It tells its own device what changes; its room knows the other seats.
import type { Producer, RtpCapabilities, WebRtcTransport } from 'mediasoup/types'
import type {
  ConsumerOffer,
  ConsumerView,
  OpaqueMedia,
  ProducerSource,
  TransportOffer,
} from '../../shared/protocol/media.ts'
import type { Timers } from '../../shared/time.ts'
import type { MediaEvent, SeatKey } from './engine.ts'
import { LINE_AT_LEAST } from './codecs.ts'
import { picturesHeld } from './lastPictures.ts'
import type { EncodedLayers } from './layers.ts'
import { Received } from './received.ts'
import type { RoomRouter } from './roomRouters.ts'
import type { MediaLog } from './workers.ts'

export type SentProducer = {
  producer: Producer
  source: ProducerSource
  userId: string
  encoded: EncodedLayers
  /** The one it comes in at. */
  router: RoomRouter
  /** Paused only because there is no way for it now; see bridging.ts. */
  held: boolean
}

export type SeatMediaOptions = {
  key: SeatKey
  /** The one its transports are on. */
  router: RoomRouter
  /** Makes what is sent elsewhere in the room consumable on that router. */
  bring(sent: SentProducer, to: RoomRouter): Promise<void>
  since: number
  /** Its person is still being rung. */
  warm: boolean
  emit(event: MediaEvent): void
  /** Whether nothing of this producer is let through to anybody now. */
  isHeld(producerId: string): boolean
  /** The score of a connection, or what it can carry, has changed. */
  onScore(): void
  log: MediaLog
  timers: Pick<Timers, 'after'>
}

/** More than are ever let through for having spoken. */
const RECENT_MAX = 32

/** mediasoup's typed objects as the protocol carries them: plain JSON whose content only the two ends of media read. */
export const opaque = (value: object) => value as OpaqueMedia

export const transportOffer = (transport: WebRtcTransport): TransportOffer => ({
  id: transport.id,
  iceParameters: opaque(transport.iceParameters),
  iceCandidates: transport.iceCandidates.map(opaque),
  dtlsParameters: opaque(transport.dtlsParameters),
})

export class SeatMedia {
  readonly key: SeatKey
  readonly router: RoomRouter
  /** When it was taken or, while warm, opened. */
  since: number
  readonly producers = new Map<string, SentProducer>()
  closed = false
  warm: boolean
  send: WebRtcTransport | null = null
  receive: WebRtcTransport | null = null
  capabilities: RtpCapabilities | null = null
  /** Transports whose DTLS parameters came: mediasoup's own DTLS state only changes when ICE does. */
  readonly connected = new Set<string>()
  /** What `sourcesChanged` said last. */
  sources = { microphone: false, camera: false, screen: false }

  #bring: (sent: SentProducer, to: RoomRouter) => Promise<void>
  #emit: (event: MediaEvent) => void
  #isHeld: (producerId: string) => boolean
  #onScore: () => void
  #log: MediaLog
  #timers: Pick<Timers, 'after'>
  #consumers = new Map<string, Received>()
  /** Producers this seat consumes or is about to. */
  #consumed = new Set<string>()
  /** True once the seat has been given its first consumers: from then on new ones are announced. */
  #announcing = false
  #creating = 0
  /** While warm: the consumers that the client has set up and that flow once the seat is taken. */
  #wanted = new Set<string>()
  #unannounced: string[] = []
  #speakers: readonly string[] = []
  /** Who spoke last, the latest first. */
  #recent: readonly string[] = []
  /** By consumer: pictures beyond as many as anybody looks at unasked. */
  #held = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SeatMediaOptions) {
    this.key = options.key
    this.router = options.router
    this.since = options.since
    this.#bring = options.bring
    this.warm = options.warm
    this.#emit = options.emit
    this.#isHeld = options.isHeld
    this.#onScore = options.onScore
    this.#log = options.log
    this.#timers = options.timers
  }

  setTransports(send: WebRtcTransport, receive: WebRtcTransport) {
    this.send = send
    this.receive = receive
    receive.setMinOutgoingBitrate(LINE_AT_LEAST).catch(() => undefined)
  }

  transport(id: string): WebRtcTransport | null {
    return [this.send, this.receive].find((transport) => transport?.id === id) ?? null
  }

  /** One change of this seat's producers after the other: clients don't await the answer to `produce` before they mute. */
  inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const result = this.#turn.then(change)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /**
   * Consumes whatever it does not consume yet and returns every consumer the seat has, paused ones included. `list` is
   * asked again until nothing is missing: others may begin to produce meanwhile.
   */
  async consumeAll(list: () => SentProducer[]): Promise<ConsumerOffer[]> {
    for (;;) {
      const missing = list().filter(({ producer }) => !this.#consumed.has(producer.id))
      if (missing.length === 0 || this.closed) break
      await Promise.all(missing.map((sent) => this.#create(sent)))
    }
    this.#announcing = true
    this.#unannounced = []
    return this.#offers([...this.#consumers.keys()])
  }

  /** Consumes one new producer and announces it; those that come at the same time are announced in one event. */
  async consume(sent: SentProducer) {
    if (!this.#announcing || this.#consumed.has(sent.producer.id)) return
    this.#creating++
    const received = await this.#create(sent)
    if (received) this.#unannounced.push(received.consumer.id)
    if (--this.#creating > 0 || this.closed) return
    const consumers = this.#offers(this.#unannounced)
    this.#unannounced = []
    if (consumers.length > 0)
      this.#emit({ name: 'media.newConsumers', payload: { roomId: this.key.roomId, consumers } })
  }

  async setConsumersPaused(consumerIds: readonly string[], paused: boolean) {
    if (this.warm) {
      for (const id of consumerIds) {
        if (paused) this.#wanted.delete(id)
        else if (this.#consumers.has(id)) this.#wanted.add(id)
      }
      return
    }
    const known = consumerIds.flatMap((id) => this.#consumers.get(id) ?? [])
    this.#limitPictures()
    await Promise.all(known.map((received) => received.setWanted(!paused)))
  }

  async setViews(turn: number, views: readonly ConsumerView[]) {
    await Promise.all(views.map((view) => this.#consumers.get(view.consumerId)?.setView(view, turn)))
    this.#limitPictures()
  }

  setSpeakers(userIds: readonly string[]) {
    this.#speakers = userIds
    this.#recent = [...new Set([...userIds, ...this.#recent])].slice(0, RECENT_MAX)
    this.#limitPictures()
    for (const received of this.#consumers.values()) received.setSpeaking(userIds.includes(received.userId))
  }

  /** All that flows to this seat. */
  flowing(): Received[] {
    return [...this.#consumers.values()].filter(({ flowing }) => flowing)
  }

  /** Of the pictures that flow to this seat and are of these producers. One that waits for a layer is asked for already. */
  requestKeyFrames(ofProducer: (producerId: string) => boolean) {
    for (const { consumer } of this.#consumers.values()) {
      if (consumer.kind !== 'video' || consumer.paused || !ofProducer(consumer.producerId)) continue
      if (consumer.type === 'simulcast' && !consumer.currentLayers) continue
      consumer.requestKeyFrame().catch(() => undefined)
    }
  }

  /** Pictures whose sender has found another way. */
  beginAnew(ofProducer: (producerId: string) => boolean) {
    const begun = [...this.#consumers.values()]
      .filter((received) => ofProducer(received.consumer.producerId) && received.beginAnew())
      .map(({ consumer }) => consumer.producerId)
    this.requestKeyFrames((producerId) => ofProducer(producerId) && !begun.includes(producerId))
  }

  /** What is let through of these producers may have changed. */
  reconsider(producerIds: readonly string[]) {
    const ids = new Set(producerIds)
    for (const received of this.#consumers.values())
      if (ids.has(received.consumer.producerId)) received.reconsider().catch(() => undefined)
  }

  #limitPictures() {
    const cameras = [...this.#consumers.values()].filter(({ source }) => source === 'camera')
    const before = this.#held
    this.#held = picturesHeld(
      cameras.map(({ consumer, userId, said }) => ({ id: consumer.id, userId, said })),
      this.#recent,
    )
    for (const received of cameras) {
      const { id } = received.consumer
      if (before.has(id) !== this.#held.has(id)) received.reconsider().catch(() => undefined)
    }
  }

  /** The ring was answered here: what the client has set up flows from now on. */
  async take() {
    this.warm = false
    const wanted = [...this.#wanted]
    this.#wanted.clear()
    await this.setConsumersPaused(wanted, false)
  }

  tell(event: MediaEvent) {
    if (!this.closed && this.#announcing) this.#emit(event)
  }

  close() {
    this.closed = true
    this.send?.close()
    this.receive?.close()
    this.producers.clear()
    this.#consumers.clear()
  }

  /** Always paused: media that arrives before the client has set up its receiver is lost, key frame and all. */
  async #create(sent: SentProducer): Promise<Received | null> {
    const { receive, capabilities } = this
    if (this.closed || !receive || !capabilities) return null
    const producerId = sent.producer.id
    this.#consumed.add(producerId)
    const { userId, source, encoded } = sent
    const lowest = encoded.heights.length > 1 ? { preferredLayers: { spatialLayer: 0 } } : {}
    let consumer
    try {
      await this.#bring(sent, this.router)
      consumer = await receive.consume({ producerId, rtpCapabilities: capabilities, paused: true, ...lowest })
    } catch (error) {
      // The producer may just have gone, or the two have no codec in common: the others must still be heard.
      this.#log.warn({ err: error, producerId, ...this.key }, 'could not consume a producer')
      return null
    }
    if (this.closed || sent.producer.closed) {
      consumer.close()
      return null
    }
    const received = new Received({
      consumer,
      userId,
      source,
      encoded,
      timers: this.#timers,
      piped: sent.router !== this.router,
      onSettled: () => this.#onScore(),
      isHeld: () => this.#isHeld(producerId) || this.#held.has(consumer.id),
    })
    this.#consumers.set(consumer.id, received)
    received.setSpeaking(this.#speakers.includes(userId))
    this.#follow(received, sent)
    return received
  }

  #follow({ consumer }: Received, sent: SentProducer) {
    const { roomId } = this.key
    const consumerId = consumer.id
    const paused = (producerPaused: boolean) =>
      this.tell({ name: 'media.consumerPaused', payload: { roomId, consumerId, producerPaused } })
    // Its person has not turned off what is held: the last picture stays.
    consumer.on('producerpause', () => sent.held || paused(true))
    consumer.on('producerresume', () => paused(false))
    consumer.on('score', () => this.#onScore())
    consumer.on('layerschange', () => this.#onScore())
    consumer.on('producerclose', () => {
      this.#consumers.delete(consumerId)
      this.#consumed.delete(consumer.producerId)
      if (this.#held.size > 0) this.#limitPictures()
      this.tell({ name: 'media.consumerClosed', payload: { roomId, consumerId } })
    })
  }

  #offers(ids: readonly string[]): ConsumerOffer[] {
    return ids.flatMap((id) => {
      const received = this.#consumers.get(id)
      if (!received) return []
      const { consumer, userId, source } = received
      const { producerId, kind, producerPaused } = consumer
      return [{ id, producerId, userId, source, kind, rtpParameters: opaque(consumer.rtpParameters), producerPaused }]
    })
  }
}
