// One seat's transports, producers and consumers. It tells its own device what changes; its room knows the other seats.
import type { Consumer, Producer, RtpCapabilities, WebRtcTransport } from 'mediasoup/types'
import type { ConsumerOffer, OpaqueMedia, ProducerSource, TransportOffer } from '../../shared/protocol/media.ts'
import type { Timers } from '../../shared/time.ts'
import { STEP_UP_AFTER_MS } from './codecs.ts'
import type { MediaEvent, SeatKey } from './engine.ts'
import type { MediaLog } from './workers.ts'

export type SentProducer = { producer: Producer; source: ProducerSource; userId: string }
/** `topLayer`: the simulcast layer it steps up to once it flows; null when there is nothing to step up to, or it did. */
type ReceivedConsumer = { consumer: Consumer; userId: string; source: ProducerSource; topLayer: number | null }

export type SeatMediaOptions = {
  key: SeatKey
  /** Its person is still being rung. */
  warm: boolean
  emit(event: MediaEvent): void
  log: MediaLog
  timers: Pick<Timers, 'after'>
}

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

  #emit: (event: MediaEvent) => void
  #log: MediaLog
  #timers: Pick<Timers, 'after'>
  #consumers = new Map<string, ReceivedConsumer>()
  /** Producers this seat consumes or is about to. */
  #consumed = new Set<string>()
  /** True once the seat has been given its first consumers: from then on new ones are announced. */
  #announcing = false
  #creating = 0
  /** While warm: the consumers that the client has set up and that flow once the seat is taken. */
  #wanted = new Set<string>()
  #unannounced: string[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SeatMediaOptions) {
    this.key = options.key
    this.warm = options.warm
    this.#emit = options.emit
    this.#log = options.log
    this.#timers = options.timers
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
    const consumer = await this.#create(sent)
    if (consumer) this.#unannounced.push(consumer.id)
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
    await Promise.all(known.map(({ consumer }) => (paused ? consumer.pause() : consumer.resume())))
    if (!paused) for (const received of known) this.#stepUpLater(received)
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
  async #create(sent: SentProducer): Promise<Consumer | null> {
    const { receive, capabilities } = this
    if (this.closed || !receive || !capabilities) return null
    const producerId = sent.producer.id
    this.#consumed.add(producerId)
    const layers = sent.producer.type === 'simulcast' ? (sent.producer.rtpParameters.encodings?.length ?? 1) : 1
    const lowest = layers > 1 ? { preferredLayers: { spatialLayer: 0 } } : {}
    let consumer: Consumer
    try {
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
    const topLayer = layers > 1 ? layers - 1 : null
    this.#consumers.set(consumer.id, { consumer, userId: sent.userId, source: sent.source, topLayer })
    this.#follow(consumer)
    return consumer
  }

  #stepUpLater(received: ReceivedConsumer) {
    const { consumer, topLayer } = received
    if (topLayer === null) return
    received.topLayer = null
    this.#timers.after(STEP_UP_AFTER_MS, () => {
      if (!consumer.closed) consumer.setPreferredLayers({ spatialLayer: topLayer }).catch(() => undefined)
    })
  }

  #follow(consumer: Consumer) {
    const { roomId } = this.key
    const consumerId = consumer.id
    const paused = (producerPaused: boolean) => () =>
      this.tell({ name: 'media.consumerPaused', payload: { roomId, consumerId, producerPaused } })
    consumer.on('producerpause', paused(true))
    consumer.on('producerresume', paused(false))
    consumer.on('producerclose', () => {
      this.#consumers.delete(consumerId)
      this.#consumed.delete(consumer.producerId)
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
