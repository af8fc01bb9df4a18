// The media engine on mediasoup: rooms placed on workers, every input checked, every refusal a Result.
import { setLogEventListeners } from 'mediasoup'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import { failure, success, type Failure, type Result } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import { systemTimers } from '../timers.ts'
import { bridge } from './bridging.ts'
import { ROUTER_CODECS } from './codecs.ts'
import type { MediaEngine, MediaListener, SeatKey } from './engine.ts'
import type { IceServers } from './iceServers.ts'
import { CONSUMERS_PER_WORKER } from './placing.ts'
import { RoomMedia, unknownTransport, type FormerSources } from './roomMedia.ts'
import { checkDtlsParameters, checkRtpCapabilities, checkRtpParameters } from './rtpChecks.ts'
import { opaque, type SeatMedia } from './seatMedia.ts'
import { createWorkerPool, type LiveWorker, type MediaLog } from './workers.ts'

export type MediasoupEngineOptions = {
  /** How many workers; one per core is right. */
  workers: number
  /** A room with a worker that has to serve more goes on growing on another one; left out, `CONSUMERS_PER_WORKER`. */
  consumersPerWorker?: number | undefined
  listenIp: string
  announcedAddress?: string
  /** Worker n listens on `rtcPort + n`, UDP and TCP; left out or 0, on any free port. */
  rtcPort?: number
  /** STUN and TURN for this person, asked anew for every offer and every ICE restart: passwords in them expire. */
  iceServers?: (userId: string) => IceServers
  log: MediaLog
  timers?: Timers
}

const silent: MediaListener = { toSeat() {}, sourcesChanged() {}, roomReset() {} }
const unavailable = () => failure('unavailable', 'Media is not available at this moment.')

/** The worker's binary is `MEDIASOUP_WORKER_BIN`, else the one inside the package. Rejects when the workers cannot be started. */
export async function createMediasoupEngine(options: MediasoupEngineOptions): Promise<MediaEngine> {
  const { log, timers = systemTimers, iceServers = () => [] } = options
  if (!options.announcedAddress && ['0.0.0.0', '::'].includes(options.listenIp)) {
    throw new Error('Media listens on all addresses: say which one clients shall use (announcedAddress).')
  }
  logThrough(log)
  const rooms = new Map<string, RoomMedia>()
  /** Rooms of which a worker died and that have not been told yet that they can open media again. */
  const lost = new Set<string>()
  /** What its seats sent, as last reported, for a room that is opened again on other workers. */
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

  /** All of it, also what is on other workers: media that only some get back by themselves would be two cases instead of one. */
  function lose(live: LiveWorker) {
    for (const [roomId, room] of rooms) {
      if (!room.isOn(live)) continue
      rooms.delete(roomId)
      lost.add(roomId)
      former.set(roomId, room.sources())
      room.close()
    }
  }

  function resetLost() {
    for (const roomId of [...lost]) {
      lost.delete(roomId)
      log.info({ roomId }, 'room media reset')
      listener.roomReset(roomId)
    }
  }

  function roomFor(roomId: string): RoomMedia {
    const found = rooms.get(roomId)
    if (found) return found
    const formerSources: FormerSources = former.get(roomId) ?? new Map()
    former.delete(roomId)
    const room = new RoomMedia({
      roomId,
      workers: pool.live,
      consumersPerWorker: options.consumersPerWorker ?? CONSUMERS_PER_WORKER,
      routerRtpCapabilities,
      formerSources,
      listener: () => listener,
      log,
      timers,
    })
    rooms.set(roomId, room)
    return room
  }

  /** Runs what needs a room and a seat in it; whatever mediasoup throws becomes the answer, and never an exception. */
  async function withSeat<Value>(
    key: SeatKey,
    field: string,
    act: (seat: SeatMedia, room: RoomMedia) => Promise<Result<Value>> | Result<Value>,
  ): Promise<Result<Value>> {
    if (lost.has(key.roomId)) return unavailable()
    const room = rooms.get(key.roomId)
    const seat = room?.seat(key)
    if (!room || !seat) return failure('notInRoom', 'No media is open for this seat.')
    try {
      return await act(seat, room)
    } catch (error) {
      return refusal(error, seat, field)
    }
  }

  function refusal(error: unknown, seat: SeatMedia, field: string): Failure {
    if (seat.router.live.worker.closed || lost.has(seat.key.roomId)) return unavailable()
    if (seat.closed) return failure('notInRoom', 'The media of this seat was closed meanwhile.')
    const words = error instanceof Error ? error.message : String(error)
    log.warn({ err: error, field }, 'mediasoup refused')
    return failure('invalid', `${field}: ${words}`, { field })
  }

  async function openIn(
    key: SeatKey,
    open: (room: RoomMedia) => Promise<Result<Omit<MediaOffer, 'iceServers'>>>,
  ): Promise<Result<MediaOffer>> {
    if (lost.has(key.roomId)) return unavailable()
    const room = roomFor(key.roomId)
    try {
      const opened = await open(room)
      // The room was lost meanwhile, or closed.
      if (rooms.get(key.roomId) !== room) return unavailable()
      return opened.ok ? success({ ...opened.value, iceServers: iceServers(key.userId) }) : opened
    } catch (error) {
      // Nothing a client sends is in play here but its capabilities, and those were checked: the worker is at fault.
      log.error({ err: error, ...key }, 'could not open media')
      room.closeSeat(key)
      return unavailable()
    }
  }

  const engine: MediaEngine = {
    routerRtpCapabilities,
    cpuSeconds: () =>
      Promise.all(
        pool.live().map(async ({ worker }) => {
          const { ru_utime: user, ru_stime: system } = await worker.getResourceUsage()
          return (user + system) / 1000
        }),
      ),
    workers: () => pool.live().map(({ pid, routers }) => ({ pid, rooms: routers.size })),
    setListener: (next) => (listener = next),

    async open(key, rtpCapabilities) {
      const checked = rtpCapabilities === null ? success(null) : checkRtpCapabilities(rtpCapabilities)
      return checked.ok ? openIn(key, (room) => room.open(key, checked.value)) : checked
    },

    async warmUp(key, rtpCapabilities) {
      const checked = checkRtpCapabilities(rtpCapabilities)
      return checked.ok ? openIn(key, (room) => room.warmUp(key, checked.value)) : checked
    },

    isWarm: (key) => rooms.get(key.roomId)?.seat(key)?.warm ?? false,

    async takeWarm(key) {
      try {
        const offer = await rooms.get(key.roomId)?.takeWarm(key)
        return offer ? { ...offer, iceServers: iceServers(key.userId) } : null
      } catch (error) {
        // Whoever asked opens media anew then.
        log.warn({ err: error, ...key }, 'could not take up warm media')
        return null
      }
    },

    closeWarm(key) {
      const room = rooms.get(key.roomId)
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
        if (transport === seat.send) await seat.inTurn(() => bridge(seat, timers))
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
      rooms.get(key.roomId)?.closeSeat(key)
    },

    closeRoom(roomId) {
      lost.delete(roomId)
      former.delete(roomId)
      const room = rooms.get(roomId)
      rooms.delete(roomId)
      room?.close()
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
