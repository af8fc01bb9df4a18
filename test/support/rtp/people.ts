// Synthetic people in rooms of the real engine: they send a voice and a camera, take in everybody else as a client does, and count what
// arrives.
import { randomUUID } from 'node:crypto'
import type { MediaEvent, SeatKey } from '../../../server/media/engine.ts'
import type { ConsumerOffer, MediaOffer, OpaqueMedia } from '../../../shared/protocol/media.ts'
import { camera, microphone, newSeat, startTestEngine, valueOf, type TestEngine } from '../media/engine.ts'
import { openArrivals, ssrcOf } from './arrivals.ts'
import { usePlainTransports, withoutEstimates, type PlainTransports } from './plainTransports.ts'
import { startPump } from './pump.ts'
import { AudioStream, VideoStream, type Stream } from './streams.ts'

export type SyntheticPerson = {
  seat: SeatKey
  offer: MediaOffer
  voice: AudioStream
  /** Ids of what it sends; null of what it does not. */
  microphoneId: string | null
  cameraId: string | null
  /** By producer id: what it receives. */
  consumers: Map<string, ConsumerOffer>
}

export type EnterOptions = {
  roomId: string
  seat?: SeatKey
  /** In dB of full scale; null is silent, without it there is no microphone. */
  level?: number | null
  camera?: boolean
}

export type SyntheticPeople = {
  media: TestEngine
  plain: PlainTransports
  /** Opens media, receives what is there and all that comes, and sends. */
  enter(options: EnterOptions): Promise<SyntheticPerson>
  /** Takes in what an offer brought, as after `enter`. */
  receives(seat: SeatKey, offer: MediaOffer): SyntheticPerson
  sends(person: SyntheticPerson, options: EnterOptions): Promise<void>
  /** Packets of that producer which have reached this person. */
  countOf(person: SyntheticPerson, producerId: string): number
  leave(person: SyntheticPerson): void
  close(): Promise<void>
}

const SMALL = [90, 180, 360].map((height) => ({ maxBitrate: height * 500, height }))

export async function openPeople(
  options: Omit<NonNullable<Parameters<typeof startTestEngine>[0]>, 'onEvent'>,
): Promise<SyntheticPeople> {
  const arrivals = await openArrivals()
  const plain = usePlainTransports({ sinkPort: arrivals.port })
  const people = new Map<string, SyntheticPerson>()
  const streams = new Map<SyntheticPerson, Stream[]>()
  const onEvent = (seat: SeatKey, event: MediaEvent) => {
    const person = people.get(seat.userId)
    if (person && event.name === 'media.newConsumers') takeIn(person, event.payload.consumers)
    if (event.name === 'media.consumerClosed')
      for (const [producerId, { id }] of person?.consumers ?? [])
        if (id === event.payload.consumerId) person!.consumers.delete(producerId)
  }
  const media = await startTestEngine({ ...options, onEvent })
  const pump = await startPump()
  const rtpCapabilities = withoutEstimates(media.engine.routerRtpCapabilities)

  function takeIn(person: SyntheticPerson, consumers: readonly ConsumerOffer[]) {
    for (const consumer of consumers) person.consumers.set(consumer.producerId, consumer)
    const ids = consumers.map(({ id }) => id)
    void media.engine.setConsumersPaused(person.seat, ids, false)
  }

  function receives(seat: SeatKey, offer: MediaOffer): SyntheticPerson {
    const voice = new AudioStream({ level: null })
    const person = { seat, offer, voice, microphoneId: null, cameraId: null, consumers: new Map() }
    people.set(seat.userId, person)
    takeIn(person, offer.consumers)
    return person
  }

  async function sends(person: SyntheticPerson, { level, camera: withCamera = true }: EnterOptions) {
    const { seat, offer, voice } = person
    const own: Stream[] = []
    const input = (stream: Stream) => ({ rtpParameters: stream.rtpParameters as OpaqueMedia })
    if (level !== undefined) {
      voice.level = level
      person.microphoneId = randomUUID()
      own.push(voice)
      const produced = microphone(offer.send.id, { producerId: person.microphoneId, ...input(voice) })
      valueOf(await media.engine.produce(seat, produced))
    }
    if (withCamera) {
      const picture = new VideoStream({ layers: SMALL })
      const heights = SMALL.map(({ height }) => height)
      person.cameraId = randomUUID()
      own.push(picture)
      const produced = camera(offer.send.id, { producerId: person.cameraId, heights, ...input(picture) })
      valueOf(await media.engine.produce(seat, produced))
    }
    for (const stream of own) pump.add(stream, { port: plain.portOf(offer.send.id) })
    streams.set(person, own)
  }

  return {
    media,
    plain,
    receives,
    sends,
    async enter(how) {
      const seat = how.seat ?? newSeat(how.roomId)
      const person = receives(seat, valueOf(await media.engine.open(seat, rtpCapabilities)))
      await sends(person, how)
      return person
    },
    countOf({ consumers }, producerId) {
      const consumer = consumers.get(producerId)
      return consumer ? arrivals.countOf(ssrcOf(consumer)) : 0
    },
    leave(person) {
      for (const stream of streams.get(person) ?? []) pump.remove(stream)
      streams.delete(person)
      people.delete(person.seat.userId)
      media.engine.closeSeat(person.seat)
    },
    async close() {
      await pump.close()
      await media.engine.close()
      plain.restore()
      arrivals.close()
    },
  }
}
