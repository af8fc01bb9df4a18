// A media engine without media, for tests that are about who is where. It keeps the rules of engine.ts and remembers what it was asked.
import type { MediaEngine, MediaListener, SeatKey } from '../../server/media/engine.ts'
import type { MediaOffer, OpaqueMedia, ProducerSource } from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'

export interface FakeEngine extends MediaEngine {
  /** While true, opening media is answered `unavailable`. */
  broken: boolean
  openSeats(): SeatKey[]
  warmSeats(): SeatKey[]
  listener(): MediaListener
}

type OpenSeat = {
  seat: SeatKey
  offer: MediaOffer
  producers: Map<string, { source: ProducerSource; paused: boolean }>
}

const nameOf = (seat: SeatKey) => `${seat.roomId} ${seat.userId} ${seat.deviceId}`

export function createFakeEngine(): FakeEngine {
  const seats = new Map<string, OpenSeat>()
  let listener: MediaListener = { toSeat() {}, sourcesChanged() {}, roomReset() {} }
  const warm = new Set<string>()
  let count = 0

  async function withSeat<Value>(seat: SeatKey, use: (open: OpenSeat) => Result<Value>): Promise<Result<Value>> {
    const open = seats.get(nameOf(seat))
    return open === undefined ? failure('notInRoom', 'No media is open for this seat.') : use(open)
  }

  function withTransport<Value>(open: OpenSeat, transportId: string, value: Value): Result<Value> {
    const known = [open.offer.send.id, open.offer.receive.id].includes(transportId)
    return known ? success(value) : failure('invalid', 'There is no such transport.', { field: 'transportId' })
  }

  function withProducer(open: OpenSeat, producerId: string, use: () => void): Result<object> {
    if (!open.producers.has(producerId))
      return failure('invalid', 'There is no such producer.', { field: 'producerId' })
    use()
    const sends = (source: string) =>
      [...open.producers.values()].some((other) => other.source === source && !other.paused)
    listener.sourcesChanged(open.seat, {
      microphone: sends('microphone'),
      camera: sends('camera'),
      screen: sends('screen'),
    })
    return success({})
  }

  const engine: FakeEngine = {
    broken: false,
    routerRtpCapabilities: { codecs: [{ mimeType: 'audio/opus' }] },
    openSeats: () => [...seats.values()].map((open) => open.seat).filter((seat) => !warm.has(nameOf(seat))),
    warmSeats: () => [...seats.values()].map((open) => open.seat).filter((seat) => warm.has(nameOf(seat))),
    listener: () => listener,
    workers: () => [],
    cpuSeconds: async () => [],
    setListener(next) {
      listener = next
    },
    async open(seat) {
      if (engine.broken) return failure('unavailable', 'Media is not available now.')
      const transport = (): MediaOffer['send'] => ({
        id: `transport-${++count}`,
        iceParameters: {},
        iceCandidates: [],
        dtlsParameters: {},
      })
      const offer: MediaOffer = {
        roomId: seat.roomId,
        routerRtpCapabilities: engine.routerRtpCapabilities,
        send: transport(),
        receive: transport(),
        consumers: [],
        iceServers: [],
      }
      warm.delete(nameOf(seat))
      seats.set(nameOf(seat), { seat, offer, producers: new Map() })
      return success(offer)
    },
    async warmUp(seat) {
      if (seats.has(nameOf(seat)) && !warm.has(nameOf(seat))) return failure('conflict', 'This seat is taken.')
      const opened = await engine.open(seat, null)
      if (opened.ok) warm.add(nameOf(seat))
      return opened
    },
    isWarm: (seat) => warm.has(nameOf(seat)),
    async takeWarm(seat) {
      const open = seats.get(nameOf(seat))
      return warm.delete(nameOf(seat)) && open ? { ...open.offer, warm: true } : null
    },
    closeWarm(seat) {
      if (warm.delete(nameOf(seat))) seats.delete(nameOf(seat))
    },
    consume: (seat) => withSeat(seat, () => success([])),
    connectTransport: (seat, transportId) => withSeat(seat, (open) => withTransport(open, transportId, {})),
    restartIce: (seat, transportId) =>
      withSeat(seat, (open) => withTransport(open, transportId, { iceParameters: {} as OpaqueMedia })),
    produce: (seat, { transportId, producerId, source, paused }) =>
      withSeat(seat, (open) => {
        const known = withTransport(open, transportId, {})
        if (!known.ok) return known
        if (open.producers.has(producerId)) return failure('conflict', 'This producer exists already.')
        open.producers.set(producerId, { source, paused })
        const told = withProducer(open, producerId, () => {})
        return told.ok ? success({ producerId }) : told
      }),
    setProducerPaused: (seat, producerId, paused) =>
      withSeat(seat, (open) =>
        withProducer(open, producerId, () => {
          const producer = open.producers.get(producerId)
          if (producer !== undefined) producer.paused = paused
        }),
      ),
    closeProducer: (seat, producerId) =>
      withSeat(seat, (open) => withProducer(open, producerId, () => open.producers.delete(producerId))),
    setConsumersPaused: (seat) => withSeat(seat, () => success({})),
    setViews: (seat) => withSeat(seat, () => success({ version: 0, weak: [] })),
    stopSources(seat, sources) {
      const open = seats.get(nameOf(seat))
      for (const [producerId, producer] of [...(open?.producers ?? [])]) {
        if (!open || !sources.includes(producer.source)) continue
        withProducer(open, producerId, () => {
          if (producer.source === 'microphone') producer.paused = true
          else open.producers.delete(producerId)
        })
      }
    },
    sourceOf: async (seat, producerId) => seats.get(nameOf(seat))?.producers.get(producerId)?.source ?? null,
    closeSeat(seat) {
      warm.delete(nameOf(seat))
      seats.delete(nameOf(seat))
    },
    closeRoom(roomId) {
      for (const [name, open] of seats) if (open.seat.roomId === roomId) seats.delete(name)
    },
    async close() {
      seats.clear()
    },
  }
  return engine
}
