// What rooms need of an SFU. `mediasoup.ts` implements it for real; tests that are not about media use a fake.
// A seat is one participant's place in a room, on one device; the engine keeps transports, producers and consumers by seat.
import type {
  Connections,
  ConsumerOffer,
  ConsumerView,
  IceRestart,
  MediaOffer,
  OpaqueMedia,
  ProducerSource,
} from '../../shared/protocol/media.ts'
import type { ServerEvent } from '../../shared/protocol/contract.ts'
import type { Result } from '../../shared/protocol/result.ts'

export type SeatKey = { roomId: string; userId: string; deviceId: string }

export type MediaEvent = Extract<ServerEvent, { name: `media.${string}` }>

export type ProduceInput = {
  transportId: string
  producerId: string
  source: ProducerSource
  kind: 'audio' | 'video'
  rtpParameters: OpaqueMedia
  paused: boolean
  /** Of each layer, in pixels, lowest first. */
  heights?: readonly number[] | undefined
}

/** What the engine tells the rest of the server; the outside is injected, the engine knows no rooms and no sockets. */
export interface MediaListener {
  /** An event for the device that holds this seat. */
  toSeat(seat: SeatKey, event: MediaEvent): void
  /** Which of its own sources a participant sends now (unpaused producers). */
  sourcesChanged(seat: SeatKey, sources: { microphone: boolean; camera: boolean; screen: boolean }): void
  /** The room's media was lost (its worker died) and can be opened again from now on. */
  roomReset(roomId: string): void
}

/**
 * Errors come back as Results: `unavailable` (no worker now, retry), `notInRoom` (no media open for this seat),
 * `invalid` (with the field; what mediasoup refused), `conflict` (an id used twice).
 */
export interface MediaEngine {
  readonly routerRtpCapabilities: OpaqueMedia
  /** Live workers, for the health page. */
  workers(): { pid: number; rooms: number }[]
  /** Processor time that each of them has used so far, in seconds. */
  cpuSeconds(): Promise<number[]>
  setListener(listener: MediaListener): void
  /** Opens both transports for a seat, closing what the seat had before; with capabilities, consumers of everybody else come along, paused. */
  open(seat: SeatKey, rtpCapabilities: OpaqueMedia | null): Promise<Result<MediaOffer>>
  /**
   * Opens media for somebody who is still being rung: it receives nothing yet and can send nothing. Replaces warm media that
   * this seat had. `conflict` when the seat is taken, or its media closed meanwhile.
   */
  warmUp(seat: SeatKey, rtpCapabilities: OpaqueMedia): Promise<Result<MediaOffer>>
  isWarm(seat: SeatKey): boolean
  /** The ring was answered here: warm media becomes the seat's, and what its client had set up flows. Null when there is none. */
  takeWarm(seat: SeatKey): Promise<MediaOffer | null>
  /** Closes warm media; media of a seat that is taken stays. */
  closeWarm(seat: SeatKey): void
  consume(seat: SeatKey, rtpCapabilities: OpaqueMedia): Promise<Result<ConsumerOffer[]>>
  connectTransport(seat: SeatKey, transportId: string, dtlsParameters: OpaqueMedia): Promise<Result<object>>
  restartIce(seat: SeatKey, transportId: string): Promise<Result<IceRestart>>
  produce(seat: SeatKey, input: ProduceInput): Promise<Result<{ producerId: string }>>
  setProducerPaused(seat: SeatKey, producerId: string, paused: boolean): Promise<Result<object>>
  closeProducer(seat: SeatKey, producerId: string): Promise<Result<object>>
  /** Unknown ids are passed over: a consumer may just have closed. In warm media the wish is kept until the seat is taken. */
  setConsumersPaused(seat: SeatKey, consumerIds: readonly string[], paused: boolean): Promise<Result<object>>
  /** At what size pictures are shown; answers whose connection is weak. Unknown ids are passed over, voices always flow, and of a picture the latest turn holds. */
  setViews(seat: SeatKey, turn: number, views: readonly ConsumerView[]): Promise<Result<Connections>>
  /**
   * What this seat sends of these stops, after whatever of its producers is under way: a microphone pauses, so that it is heard
   * again at once, anything else closes. Unknown seats are fine.
   */
  stopSources(seat: SeatKey, sources: readonly ProducerSource[]): void
  /** What this producer of the seat sends; null when there is no such producer. */
  sourceOf(seat: SeatKey, producerId: string): Promise<ProducerSource | null>
  /** Closes a seat's media; unknown seats are fine. */
  closeSeat(seat: SeatKey): void
  closeRoom(roomId: string): void
  close(): Promise<void>
}
