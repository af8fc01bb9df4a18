// What others send: consumers on one receive transport, by person and source.
import type { types } from 'mediasoup-client'
import type { ConsumerOffer, ProducerSource } from '../../shared/protocol/media.ts'

export type RemoteTrack = { track: MediaStreamTrack; paused: boolean }
export type RemoteTracks = Readonly<Record<string, Partial<Record<ProducerSource, RemoteTrack>>>>
type Received = { offer: ConsumerOffer; consumer: types.Consumer; paused: boolean }

export type ReceiverOptions = {
  transport: types.Transport
  /** Lets the server begin to send; called once for all consumers of a batch, after `onChange` has shown their tracks. */
  resume(consumerIds: string[]): void
  onReceiving(offer: ConsumerOffer, consumer: types.Consumer): void
  onChange(): void
  /** One consumer could not be set up; the others are not affected. */
  onError(error: unknown): void
}

export interface Receiver {
  add(offers: readonly ConsumerOffer[]): Promise<void>
  close(consumerId: string): void
  setPaused(consumerId: string, paused: boolean): void
  tracks(): RemoteTracks
  /** Those whose other side sends now. */
  flowing(): types.Consumer[]
  received(): { id: string; userId: string; source: ProducerSource; consumer: types.Consumer }[]
}

export function createReceiver(options: ReceiverOptions): Receiver {
  const { transport } = options
  const received = new Map<string, Received>()
  /** Offers being set up; what is told about them meanwhile is noted in the offer itself. */
  const pending = new Map<string, { offer: ConsumerOffer; closed: boolean; paused: boolean }>()

  async function setUp(offer: ConsumerOffer): Promise<string | null> {
    const note = { offer, closed: false, paused: offer.producerPaused }
    pending.set(offer.id, note)
    let consumer: types.Consumer
    try {
      consumer = await transport.consume({
        id: offer.id,
        producerId: offer.producerId,
        kind: offer.kind,
        rtpParameters: offer.rtpParameters as unknown as types.RtpParameters,
        // Pictures and voices of one person are kept in step, those of different people are not.
        streamId: offer.source.startsWith('screen') ? `${offer.userId}-screen` : offer.userId,
      })
    } catch (error) {
      if (!transport.closed) options.onError(error)
      return null
    } finally {
      pending.delete(offer.id)
    }
    if (note.closed) {
      consumer.close()
      return null
    }
    received.set(offer.id, { offer, consumer, paused: note.paused })
    options.onReceiving(offer, consumer)
    return offer.id
  }

  return {
    async add(offers) {
      const fresh = offers.filter(({ id }) => !received.has(id) && !pending.has(id))
      const ids = (await Promise.all(fresh.map(setUp))).filter((id) => id !== null)
      if (ids.length === 0 || transport.closed) return
      options.onChange()
      options.resume(ids)
    },
    close(consumerId) {
      const note = pending.get(consumerId)
      if (note) note.closed = true
      received.get(consumerId)?.consumer.close()
      if (received.delete(consumerId)) options.onChange()
    },
    setPaused(consumerId, paused) {
      const entry = received.get(consumerId) ?? pending.get(consumerId)
      if (!entry) return
      entry.paused = paused
      options.onChange()
    },
    tracks() {
      const tracks: Record<string, Partial<Record<ProducerSource, RemoteTrack>>> = {}
      for (const { offer, consumer, paused } of received.values()) {
        tracks[offer.userId] = { ...tracks[offer.userId], [offer.source]: { track: consumer.track, paused } }
      }
      return tracks
    },
    flowing: () => [...received.values()].flatMap(({ consumer, paused }) => (paused ? [] : [consumer])),
    received: () =>
      [...received.values()].map(({ offer: { id, userId, source }, consumer }) => ({ id, userId, source, consumer })),
  }
}
