// One room's media: its seats, who sends what to whom, and who is speaking.
import type { RtpCapabilities, RtpParameters, WebRtcTransport } from 'mediasoup/types'
import type {
  Connections,
  ConsumerOffer,
  MediaOffer,
  OpaqueMedia,
  ProducerSource,
} from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import { isOn, letThrough } from './bridging.ts'
import { KEY_FRAME_REQUEST_DELAY_MS, SPEAKERS_TOLD_MAX, TRANSPORT_OPTIONS } from './codecs.ts'
import type { MediaListener, ProduceInput, SeatKey } from './engine.ts'
import { encodedLayers } from './layers.ts'
import { Levels } from './levels.ts'
import { refreshOnNewWay } from './newWay.ts'
import { consumersOn, expected } from './placing.ts'
import { QualityWatch } from './qualityWatch.ts'
import { RoomRouters, type RoomRouter } from './roomRouters.ts'
import { SeatMedia, transportOffer, type SentProducer } from './seatMedia.ts'
import { Voices } from './voices.ts'
import type { LiveWorker, MediaLog } from './workers.ts'

const KIND_OF_SOURCE: Record<ProducerSource, 'audio' | 'video'> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  screenAudio: 'audio',
}

/** What everybody's list tells of a seat. */
const SHOWN = ['microphone', 'camera', 'screen'] as const
/** More would leave nobody room to look at any of them. */
const SCREENS_MAX = 2

type RoomOffer = Omit<MediaOffer, 'iceServers'>
type Sources = { microphone: boolean; camera: boolean; screen: boolean }
/** By seat: what `sourcesChanged` said last. */
export type FormerSources = Map<string, Sources>

type RoomMediaOptions = {
  roomId: string
  /** Those that run now. */
  workers(): readonly LiveWorker[]
  consumersPerWorker: number
  routerRtpCapabilities: OpaqueMedia
  /** From before this room's worker died. */
  formerSources: FormerSources
  listener: () => MediaListener
  log: MediaLog
  timers: Timers
}

export class RoomMedia {
  #options: RoomMediaOptions
  #routers: RoomRouters
  #levels: Levels
  #seats = new Map<string, SeatMedia>()
  /** Every producer of the room, of all seats; ids in the making are taken too. */
  #producerIds = new Set<string>()
  #speakers: string[] = []
  #voices: Voices
  /** Whose screens are shared, or about to be. */
  #screens = new Map<string, string>()
  #quality: QualityWatch

  constructor(options: RoomMediaOptions) {
    this.#options = options
    this.#levels = new Levels((volumes) => {
      const owners = volumes.flatMap(({ producer }) => this.#ownerOf(producer.id) ?? [])
      this.#setSpeakers([...new Set(owners)].slice(0, SPEAKERS_TOLD_MAX))
      this.#voices.volumes(volumes)
    })
    this.#routers = new RoomRouters({
      workers: options.workers,
      consumersPerWorker: options.consumersPerWorker,
      load: (router) => this.#loadOf(router),
      onOpened: (router) => {
        const { roomId, log } = options
        if (this.#routers.count > 1)
          log.info({ roomId, routers: this.#routers.count }, 'room media goes on on another worker')
        return this.#levels.listenOn(router)
      },
    })
    this.#voices = new Voices({
      now: options.timers.now,
      onChange: (producerIds) => this.#seats.forEach((seat) => seat.reconsider(producerIds)),
      onError: (error) => options.log.warn({ err: error, roomId: options.roomId }, 'cannot listen to a voice'),
    })
    this.#quality = new QualityWatch({
      timers: options.timers,
      seats: () => this.#taken(),
      onChange: () => {
        for (const seat of this.#taken()) seat.tell(this.#qualityEvent())
      },
    })
  }

  seat(key: SeatKey): SeatMedia | null {
    return this.#seats.get(seatId(key)) ?? null
  }

  sources(): FormerSources {
    return new Map([...this.#seats].flatMap(([id, seat]) => (seat.warm ? [] : [[id, seat.sources]])))
  }

  isOn(live: LiveWorker): boolean {
    return this.#routers.isOn(live)
  }

  /** Errors: `conflict` when the seat was opened again or closed meanwhile, `unavailable` without a worker; throws what mediasoup throws. */
  async open(key: SeatKey, capabilities: RtpCapabilities | null): Promise<Result<RoomOffer>> {
    return this.#open(key, capabilities, false)
  }

  /** Media for somebody who is still being rung. Errors: as `open`, and `conflict` when the seat is taken. */
  async warmUp(key: SeatKey, capabilities: RtpCapabilities): Promise<Result<RoomOffer>> {
    const taken = this.seat(key)?.warm === false
    return taken ? failure('conflict', 'You are in this meeting already.') : this.#open(key, capabilities, true)
  }

  /** Null when no warm media is open for this seat. */
  async takeWarm(key: SeatKey): Promise<RoomOffer | null> {
    const seat = this.seat(key)
    if (!seat?.warm || !seat.send || !seat.receive || !seat.capabilities) return null
    // Nothing of the answer changes by waiting for this; sound and picture are under way meanwhile.
    const flowing = seat.take()
    seat.since = this.#options.timers.now()
    this.#countPeople()
    const offer = this.#offer(seat.send, seat.receive, await this.consume(seat, seat.capabilities))
    await flowing
    return seat.closed ? null : { ...offer, warm: true }
  }

  async #open(key: SeatKey, capabilities: RtpCapabilities | null, warm: boolean): Promise<Result<RoomOffer>> {
    const before = this.seat(key)?.sources ?? this.#options.formerSources.get(seatId(key))
    this.closeSeat(key)
    const router = this.#routers.enter()
    if (!router) return failure('unavailable', 'Media is not available at this moment.')
    const { listener, log, timers } = this.#options
    const isHeld = (producerId: string) => this.#voices.isHeld(producerId)
    const seat = new SeatMedia({
      key,
      warm,
      router,
      since: timers.now(),
      bring: ({ producer, router: from }, to) => this.#routers.bring(producer, from, to),
      log,
      timers,
      isHeld,
      emit: (event) => listener().toSeat(key, event),
      onScore: () => this.#quality.news(),
    })
    seat.setSpeakers(this.#speakers)
    if (before && !warm) seat.sources = before
    this.#seats.set(seatId(key), seat)
    this.#countPeople()
    const transports = await this.#createTransports(seat)
    const [send, receive] = transports
    if (seat.closed || !send || !receive) {
      for (const transport of transports) transport.close()
      return failure('conflict', 'Media was opened again or closed meanwhile.')
    }
    seat.setTransports(send, receive)
    refreshOnNewWay(seat, () => this.#seats.values(), this.#options.timers)
    this.#reportSources(seat)
    const consumers = capabilities ? await this.consume(seat, capabilities) : []
    return success(this.#offer(send, receive, consumers))
  }

  #offer(send: WebRtcTransport, receive: WebRtcTransport, consumers: ConsumerOffer[]): RoomOffer {
    const { roomId, routerRtpCapabilities } = this.#options
    return { roomId, routerRtpCapabilities, send: transportOffer(send), receive: transportOffer(receive), consumers }
  }

  /** Whose connection is weak, as it was told last. */
  connections(): Connections {
    return this.#quality.told
  }

  async consume(seat: SeatMedia, capabilities: RtpCapabilities): Promise<ConsumerOffer[]> {
    seat.capabilities = capabilities
    const others = () => [...this.#seats.values()].filter((other) => other.key.userId !== seat.key.userId)
    const offers = await seat.consumeAll(() => others().flatMap((other) => [...other.producers.values()]))
    if (this.connections().weak.length > 0 && !seat.warm) seat.tell(this.#qualityEvent())
    return offers
  }

  /**
   * A second producer of the same source takes the first one's place. Errors: `invalid`, `conflict`; throws what
   * mediasoup throws on parameters that look right and are not.
   */
  async produce(
    seat: SeatMedia,
    input: ProduceInput,
    rtpParameters: RtpParameters,
  ): Promise<Result<{ producerId: string }>> {
    if (seat.warm) return failure('notAllowed', 'Nothing is sent before the call is answered.')
    const { producerId, source, kind, paused } = input
    if (KIND_OF_SOURCE[source] !== kind) return failure('invalid', `kind: ${source} is not ${kind}`, { field: 'kind' })
    if (!seat.send || seat.send.id !== input.transportId) return unknownTransport()
    if (this.#producerIds.has(producerId))
      return failure('conflict', 'There is a producer with this id.', { field: 'producerId' })
    if (source === 'screen' && !this.#mayShare(seat.key.userId))
      return failure('conflict', 'Two screens are shared in this meeting already.', { field: 'source' })
    this.#producerIds.add(producerId)
    if (source === 'screen') this.#screens.set(producerId, seat.key.userId)
    let producer
    try {
      const delay = kind === 'video' ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}
      producer = await seat.send.produce({ id: producerId, kind, rtpParameters, paused, ...delay })
    } finally {
      if (!producer) this.#forget(producerId)
    }
    producer.observer.once('close', () => this.#forget(producerId))
    producer.on('score', () => this.#quality.news())
    for (const sent of [...seat.producers.values()]) if (sent.source === source) this.#drop(seat, sent)
    const encoded = encodedLayers(producer.rtpParameters, input.heights)
    const { router } = seat
    const sent: SentProducer = { producer, source, userId: seat.key.userId, encoded, router, held: false }
    seat.producers.set(producerId, sent)
    if (source === 'microphone') {
      const opened = await router.opened
      this.#voices.add(producer, opened)
      this.#levels.add(producerId, opened)
    }
    this.#reportSources(seat)
    for (const other of this.#seats.values()) if (other.key.userId !== seat.key.userId) void other.consume(sent)
    return success({ producerId })
  }

  async setProducerPaused(seat: SeatMedia, producerId: string, paused: boolean): Promise<Result<object>> {
    const sent = seat.producers.get(producerId)
    if (!sent) return unknownProducer()
    await letThrough(sent)
    await (paused ? sent.producer.pause() : sent.producer.resume())
    this.#reportSources(seat)
    return success({})
  }

  async stopSources(seat: SeatMedia, sources: readonly ProducerSource[]): Promise<Result<object>> {
    const sent = [...seat.producers.values()].filter(({ source }) => sources.includes(source))
    for (const one of sent) if (one.source !== 'microphone') this.#drop(seat, one)
    await Promise.all(sent.filter(({ source }) => source === 'microphone').map(({ producer }) => producer.pause()))
    this.#reportSources(seat)
    return success({})
  }

  closeProducer(seat: SeatMedia, producerId: string): Result<object> {
    const sent = seat.producers.get(producerId)
    if (!sent) return unknownProducer()
    this.#drop(seat, sent)
    this.#reportSources(seat)
    return success({})
  }

  closeSeat(key: SeatKey) {
    const seat = this.seat(key)
    if (!seat) return
    this.#seats.delete(seatId(key))
    this.#close(seat)
    this.#countPeople()
    this.#setSpeakers(this.#speakers.filter((userId) => userId !== key.userId))
    this.#quality.news()
  }

  close() {
    this.#quality.close()
    for (const seat of this.#seats.values()) this.#close(seat)
    this.#seats.clear()
  }

  #close(seat: SeatMedia) {
    seat.close()
    this.#routers.leave(seat.router)
  }

  #countPeople() {
    this.#voices.setPeople(this.#taken().length)
  }

  async #createTransports(seat: SeatMedia): Promise<WebRtcTransport[]> {
    const opened = await seat.router.opened
    if (seat.closed) return []
    const { webRtcServer } = seat.router.live
    const create = () => opened.createWebRtcTransport({ ...TRANSPORT_OPTIONS, webRtcServer })
    return Promise.all([create(), create()])
  }

  #loadOf(router: RoomRouter): number {
    const now = this.#options.timers.now()
    const seats = [...this.#seats.values()].map(({ key, producers, warm, since, router: of }) => {
      const sent = [...producers.values()].filter(isOn)
      const sends = sent.map(({ producer, source }) => ({ source, isHeld: this.#voices.isHeld(producer.id) }))
      return { userId: key.userId, isHere: of === router, sends: expected(sends, { warm, forMs: now - since }) }
    })
    return consumersOn(seats, this.#routers.count - 1)
  }

  #mayShare(userId: string): boolean {
    return new Set([...this.#screens.values()].filter((other) => other !== userId)).size < SCREENS_MAX
  }

  #forget(producerId: string) {
    this.#producerIds.delete(producerId)
    this.#screens.delete(producerId)
  }

  #taken(): SeatMedia[] {
    return [...this.#seats.values()].filter(({ warm }) => !warm)
  }

  #qualityEvent() {
    return { name: 'media.quality', payload: { roomId: this.#options.roomId, ...this.connections() } } as const
  }

  #drop(seat: SeatMedia, { producer }: SentProducer) {
    seat.producers.delete(producer.id)
    producer.close()
  }

  #reportSources(seat: SeatMedia) {
    const sends = (source: ProducerSource) =>
      [...seat.producers.values()].some((sent) => sent.source === source && isOn(sent))
    const sources = { microphone: sends('microphone'), camera: sends('camera'), screen: sends('screen') }
    const before = seat.sources
    if (SHOWN.every((source) => sources[source] === before[source])) return
    seat.sources = sources
    this.#options.listener().sourcesChanged(seat.key, sources)
  }

  #ownerOf(producerId: string): string | undefined {
    return [...this.#seats.values()].find((seat) => seat.producers.has(producerId))?.key.userId
  }

  #setSpeakers(userIds: string[]) {
    if (userIds.length === this.#speakers.length && userIds.every((userId, index) => userId === this.#speakers[index]))
      return
    this.#speakers = userIds
    const { roomId } = this.#options
    const event = { name: 'media.speakers', payload: { roomId, userIds } } as const
    for (const seat of this.#taken()) seat.tell(event)
    // Whoever spoke last is looked at still, in the pause as well.
    if (userIds.length > 0) for (const seat of this.#seats.values()) seat.setSpeakers(userIds)
  }
}

const seatId = ({ userId, deviceId }: SeatKey) => `${userId}/${deviceId}`

export const unknownTransport = () =>
  failure('invalid', 'transportId: not a transport of this seat', { field: 'transportId' })
const unknownProducer = () => failure('invalid', 'producerId: not a producer of this seat', { field: 'producerId' })
