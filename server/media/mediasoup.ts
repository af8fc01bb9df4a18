// The media engine on mediasoup: rooms placed on workers, every input checked, every refusal a Result.
import { setLogEventListeners } from 'mediasoup'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import { systemTimers } from '../timers.ts'
import { ROUTER_CODECS } from './codecs.ts'
import type { MediaEngine, MediaListener, SeatKey } from './engine.ts'
import type { IceServers } from './iceServers.ts'
import { createRoomMedia, unknownTransport, type FormerSources, type RoomMedia } from './roomMedia.ts'
import { checkDtlsParameters, checkRtpCapabilities, checkRtpParameters } from './rtpChecks.ts'
import { opaque, type SeatMedia } from './seatMedia.ts'
import { createWorkerPool, type LiveWorker, type MediaLog } from './workers.ts'

export type MediasoupEngineOptions = {
  /** How many workers; one per core is right. */
  workers: number
  listenIp: string
  announcedAddress?: string
  /** Worker n listens on `rtcPort + n`, UDP and TCP; left out or 0, on any free port. */
  rtcPort?: number
  /** STUN and TURN for this person, asked anew for every offer and every ICE restart: passwords in them expire. */
  iceServers?: (userId: string) => IceServers
  log: MediaLog
  timers?: Timers
}

type PlacedRoom = { live: LiveWorker; media: Promise<RoomMedia>; ready: RoomMedia | null }

const silent: MediaListener = { toSeat() {}, sourcesChanged() {}, roomReset() {} }
const unavailable = () => failure('unavailable', 'Media is not available at this moment.')

/** The worker's binary is `MEDIASOUP_WORKER_BIN`, else the one inside the package. Rejects when the workers cannot be started. */
export async function createMediasoupEngine(options: MediasoupEngineOptions): Promise<MediaEngine> {
  const { log, timers = systemTimers, iceServers = () => [] } = options
  if (!options.announcedAddress && ['0.0.0.0', '::'].includes(options.listenIp)) {
    throw new Error('Media listens on all addresses: say which one clients shall use (announcedAddress).')
  }
  logThrough(log)
  const rooms = new Map<string, PlacedRoom>()
  /** Rooms whose worker died and that have not been told yet that they can open media again. */
  const lost = new Set<string>()
  /** What its seats sent, as last reported, for a room that is opened again on another worker. */
  const former = new Map<string, FormerSources>()
  let listener = silent
  const pool = await createWorkerPool({
    count: options.workers,
    listenIp: options.listenIp,
    announcedAddress: options.announcedAddress,
    rtcPort: options.rtcPort,
    log,
    timers,
    onDied: lose,
    onReady: resetLost,
    // With the replacement delayed, the workers left take its rooms.
    onStartFailed: () => pool.live().length > 0 && resetLost(),
  })
  const routerRtpCapabilities = await readCapabilities(pool.live())

  function lose(live: LiveWorker) {
    for (const [roomId, room] of rooms) {
      if (room.live !== live) continue
      rooms.delete(roomId)
      lost.add(roomId)
      if (room.ready) former.set(roomId, room.ready.sources())
      room.ready?.close()
    }
  }

  function resetLost() {
    for (const roomId of [...lost]) {
      lost.delete(roomId)
      log.info({ roomId }, 'room media reset')
      listener.roomReset(roomId)
    }
  }

  function place(roomId: string): Promise<RoomMedia> | null {
    const placed = rooms.get(roomId)
    if (placed) return placed.media
    const live = pool.leastLoaded()
    if (!live || live.worker.closed || lost.has(roomId)) return null
    const created = createRoom(roomId, live)
    const room: PlacedRoom = { live, media: created, ready: null }
    rooms.set(roomId, room)
    created.then(
      (media) => (rooms.get(roomId) === room ? (room.ready = media) : media.close()),
      (error: unknown) => {
        if (rooms.get(roomId) === room) rooms.delete(roomId)
        log.error({ err: error, roomId }, 'could not place a room')
      },
    )
    return created
  }

  async function createRoom(roomId: string, live: LiveWorker): Promise<RoomMedia> {
    live.rooms++
    try {
      const router = await live.worker.createRouter({ mediaCodecs: ROUTER_CODECS })
      const formerSources: FormerSources = former.get(roomId) ?? new Map()
      former.delete(roomId)
      const { webRtcServer } = live
      const media = await createRoomMedia({
        roomId,
        router,
        webRtcServer,
        formerSources,
        listener: () => listener,
        log,
        timers,
      })
      router.observer.once('close', () => live.rooms--)
      return media
    } catch (error) {
      live.rooms--
      throw error
    }
  }

  /** Runs what needs a room and a seat in it; whatever mediasoup throws becomes the answer, and never an exception. */
  async function withSeat<Value>(
    key: SeatKey,
    field: string,
    act: (seat: SeatMedia, room: RoomMedia) => Promise<Result<Value>> | Result<Value>,
  ): Promise<Result<Value>> {
    if (lost.has(key.roomId)) return unavailable()
    const placed = rooms.get(key.roomId)
    const seat = placed?.ready?.seat(key)
    if (!placed?.ready || !seat) return failure('notInRoom', 'No media is open for this seat.')
    try {
      return await act(seat, placed.ready)
    } catch (error) {
      return refusal(error, placed.live, seat, field)
    }
  }

  function refusal(error: unknown, live: LiveWorker, seat: SeatMedia | null, field: string): Failure {
    if (live.worker.closed) return unavailable()
    if (seat?.closed) return failure('notInRoom', 'The media of this seat was closed meanwhile.')
    const words = error instanceof Error ? error.message : String(error)
    log.warn({ err: error, field }, 'mediasoup refused')
    return failure('invalid', `${field}: ${words}`, { field })
  }

  async function openIn(
    key: SeatKey,
    open: (room: RoomMedia) => Promise<Result<Omit<MediaOffer, 'iceServers'>>>,
  ): Promise<Result<MediaOffer>> {
    const media = place(key.roomId)
    if (!media) return unavailable()
    try {
      const opened = await open(await media)
      return opened.ok ? success({ ...opened.value, iceServers: iceServers(key.userId) }) : opened
    } catch (error) {
      // Nothing a client sends is in play here but its capabilities, and those were checked: the worker is at fault.
      log.error({ err: error, ...key }, 'could not open media')
      rooms.get(key.roomId)?.ready?.closeSeat(key)
      return unavailable()
    }
  }

  const engine: MediaEngine = {
    routerRtpCapabilities,
    workers: () => pool.live().map(({ pid, rooms: count }) => ({ pid, rooms: count })),
    setListener: (next) => (listener = next),

    async open(key, rtpCapabilities) {
      const checked = rtpCapabilities === null ? success(null) : checkRtpCapabilities(rtpCapabilities)
      return checked.ok ? openIn(key, (room) => room.open(key, checked.value)) : checked
    },

    async warmUp(key, rtpCapabilities) {
      const checked = checkRtpCapabilities(rtpCapabilities)
      return checked.ok ? openIn(key, (room) => room.warmUp(key, checked.value)) : checked
    },

    isWarm: (key) => rooms.get(key.roomId)?.ready?.seat(key)?.warm ?? false,

    async takeWarm(key) {
      try {
        const offer = await rooms.get(key.roomId)?.ready?.takeWarm(key)
        return offer ? { ...offer, iceServers: iceServers(key.userId) } : null
      } catch (error) {
        // Whoever asked opens media anew then.
        log.warn({ err: error, ...key }, 'could not take up warm media')
        return null
      }
    },

    closeWarm(key) {
      const room = rooms.get(key.roomId)?.ready
      if (room?.seat(key)?.warm) room.closeSeat(key)
    },

    async consume(key, rtpCapabilities) {
      const checked = checkRtpCapabilities(rtpCapabilities)
      if (!checked.ok) return checked
      return withSeat(key, 'rtpCapabilities', async (seat, room) => success(await room.consume(seat, checked.value)))
    },

    async connectTransport(key, transportId, dtlsParameters) {
      const checked = checkDtlsParameters(dtlsParameters)
      if (!checked.ok) return checked
      return withSeat(key, 'dtlsParameters', async (seat) => {
        const transport = seat.transport(transportId)
        if (!transport) return unknownTransport()
        if (seat.connected.has(transportId)) return failure('conflict', 'This transport is connected already.')
        seat.connected.add(transportId)
        await transport.connect({ dtlsParameters: checked.value })
        return success({})
      })
    },

    restartIce: (key, transportId) =>
      withSeat(key, 'transportId', async (seat) => {
        const transport = seat.transport(transportId)
        if (!transport) return unknownTransport()
        const iceParameters = opaque(await transport.restartIce())
        return success({ iceParameters, iceServers: iceServers(key.userId) })
      }),

    async produce(key, input) {
      const checked = checkRtpParameters(input.kind, input.rtpParameters)
      if (!checked.ok) return checked
      return withSeat(key, 'rtpParameters', (seat, room) => seat.inTurn(() => room.produce(seat, input, checked.value)))
    },

    setProducerPaused: (key, producerId, paused) =>
      withSeat(key, 'producerId', (seat, room) => seat.inTurn(() => room.setProducerPaused(seat, producerId, paused))),

    closeProducer: (key, producerId) =>
      withSeat(key, 'producerId', (seat, room) => seat.inTurn(async () => room.closeProducer(seat, producerId))),

    setConsumersPaused: (key, consumerIds, paused) =>
      withSeat(key, 'consumerIds', async (seat) => {
        await seat.setConsumersPaused(consumerIds, paused)
        return success({})
      }),

    setViews: (key, turn, views) =>
      withSeat(key, 'views', async (seat, room) => {
        await seat.setViews(turn, views)
        return success(room.connections())
      }),

    stopSources(key, sources) {
      void withSeat(key, 'source', (seat, room) => seat.inTurn(() => room.stopSources(seat, sources)))
    },

    async sourceOf(key, producerId) {
      // Whatever of its producers is under way comes first: clients don't await the answer to `produce` before they mute.
      const found = await withSeat(key, 'producerId', (seat) =>
        seat.inTurn(async () => success({ source: seat.producers.get(producerId)?.source ?? null })),
      )
      return found.ok ? found.value.source : null
    },

    closeSeat(key) {
      const room = rooms.get(key.roomId)
      if (room?.ready) room.ready.closeSeat(key)
      // The room is just being placed, for this seat perhaps: this runs right after the seat was made.
      else
        room?.media.then(
          (media) => media.closeSeat(key),
          () => undefined,
        )
    },

    closeRoom(roomId) {
      lost.delete(roomId)
      former.delete(roomId)
      const room = rooms.get(roomId)
      rooms.delete(roomId)
      room?.ready?.close()
    },

    async close() {
      rooms.clear()
      lost.clear()
      await pool.close()
    },
  }
  return engine
}

/** The codecs are the same everywhere, so one router, made and thrown away, speaks for all. */
async function readCapabilities(workers: readonly LiveWorker[]) {
  const first = workers[0]
  if (!first) throw new Error('Media needs at least one worker.')
  const router = await first.worker.createRouter({ mediaCodecs: ROUTER_CODECS })
  const capabilities = opaque(router.rtpCapabilities)
  router.close()
  return capabilities
}

function logThrough(log: MediaLog) {
  setLogEventListeners({
    ondebug: undefined,
    onwarn: (namespace, message) => log.warn({ namespace }, message),
    onerror: (namespace, message, error) => log.error({ namespace, err: error }, message),
  })
}
