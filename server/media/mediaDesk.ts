// The media commands: finds the seat a device holds and hands over to the engine; what the engine tells goes to devices and rows.
import type { CheckedInput, ServerEvent } from '../../shared/protocol/contract.ts'
import type {
  Connections,
  ConsumerOffer,
  IceRestart,
  MediaOffer,
  OpaqueMedia,
  ProducerSource,
} from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import { maySend, rightFor } from '../../shared/rights.ts'
import type { DeviceKey, Target } from '../effects.ts'
import { changeSeat } from '../rooms/seats.ts'
import { membersMayOf } from '../storage/rightRows.ts'
import { findParticipant, findRoom, seatDevices, seatOf, seatsIn } from '../storage/roomRows.ts'
import type { Db, Store } from '../storage/store.ts'
import type { MediaEngine, MediaListener, SeatKey } from './engine.ts'

export interface MediaDesk {
  routerRtpCapabilities(): OpaqueMedia
  /** For the answer that seats a device, with what was opened while it rang; null when the SFU cannot serve it now, or the seat is gone by now. */
  offerFor(device: DeviceKey, roomId: string, rtpCapabilities: OpaqueMedia | null): Promise<MediaOffer | null>
  open(device: DeviceKey, input: CheckedInput<'media.open'>): Promise<Result<MediaOffer>>
  consume(device: DeviceKey, input: CheckedInput<'media.consume'>): Promise<Result<{ consumers: ConsumerOffer[] }>>
  connectTransport(device: DeviceKey, input: CheckedInput<'media.connectTransport'>): Promise<Result<object>>
  restartIce(device: DeviceKey, input: CheckedInput<'media.restartIce'>): Promise<Result<IceRestart>>
  produce(device: DeviceKey, input: CheckedInput<'media.produce'>): Promise<Result<{ producerId: string }>>
  setProducerPaused(device: DeviceKey, input: CheckedInput<'media.setProducerPaused'>): Promise<Result<object>>
  closeProducer(device: DeviceKey, input: CheckedInput<'media.closeProducer'>): Promise<Result<object>>
  setConsumersPaused(
    device: DeviceKey,
    input: CheckedInput<'media.resumeConsumers'>,
    paused: boolean,
  ): Promise<Result<object>>
  setViews(device: DeviceKey, input: CheckedInput<'media.setViews'>): Promise<Result<Connections>>
}

export type MediaDeskOptions = {
  engine: MediaEngine
  store: Store
  deliver(to: Target, event: ServerEvent): void
  onError(error: unknown): void
}

export function createMediaDesk(options: MediaDeskOptions): MediaDesk {
  const { engine, store } = options

  const holds = async (device: DeviceKey, roomId: string): Promise<boolean> => {
    const seat = await store.read((db) => seatOf(db, device.userId))
    return seat !== null && seat.roomId === roomId && seat.deviceId === device.deviceId
  }

  async function inSeat<Value>(
    device: DeviceKey,
    roomId: string,
    use: (seat: SeatKey) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    if (!(await holds(device, roomId))) return failure('notInRoom', 'You are not in this meeting on this device.')
    return use({ roomId, userId: device.userId, deviceId: device.deviceId })
  }

  /** Setting up to receive is also for those who are still being rung; nothing flows to them before they answer. */
  async function inSeatOrWarm<Value>(
    device: DeviceKey,
    roomId: string,
    use: (seat: SeatKey) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const seat = { roomId, userId: device.userId, deviceId: device.deviceId }
    return engine.isWarm(seat) ? use(seat) : inSeat(device, roomId, use)
  }

  async function open(
    device: DeviceKey,
    roomId: string,
    rtpCapabilities: OpaqueMedia | null,
    mayBeWarm = false,
  ): Promise<Result<MediaOffer>> {
    return inSeat(device, roomId, async (seat) => {
      const warm = mayBeWarm ? await engine.takeWarm(seat) : null
      const offer = warm === null ? await engine.open(seat, rtpCapabilities) : success(warm)
      // The seat may have gone while the engine was at work; its media must not stay behind.
      if (offer.ok && !(await holds(device, roomId))) {
        engine.closeSeat(seat)
        return failure('notInRoom', 'You are not in this meeting any more.')
      }
      return offer
    })
  }

  /** By right: asked before, and again after, since it may have gone while the engine was at work. */
  async function sends<Value>(
    seat: SeatKey,
    source: ProducerSource,
    act: () => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const may = () => store.read((db) => seatMaySend(db, seat, source))
    if (!(await may())) return forbidden()
    const done = await act()
    if (!done.ok || (await may())) return done
    engine.stopSources(seat, [source])
    return forbidden()
  }

  engine.setListener(createListener(options))

  return {
    routerRtpCapabilities: () => engine.routerRtpCapabilities,
    async offerFor(device, roomId, rtpCapabilities) {
      const offer = await open(device, roomId, rtpCapabilities, true)
      return offer.ok ? offer.value : null
    },
    open: (device, input) => open(device, input.roomId, input.rtpCapabilities),
    consume: (device, input) =>
      inSeat(device, input.roomId, async (seat) => {
        const consumers = await engine.consume(seat, input.rtpCapabilities)
        return consumers.ok ? success({ consumers: consumers.value }) : consumers
      }),
    connectTransport: (device, { roomId, transportId, dtlsParameters }) =>
      inSeatOrWarm(device, roomId, (seat) => engine.connectTransport(seat, transportId, dtlsParameters)),
    restartIce: (device, { roomId, transportId }) =>
      inSeatOrWarm(device, roomId, (seat) => engine.restartIce(seat, transportId)),
    produce: (device, { roomId, ...input }) =>
      inSeat(device, roomId, (seat) => sends(seat, input.source, () => engine.produce(seat, input))),
    setProducerPaused: (device, { roomId, producerId, paused }) =>
      inSeat(device, roomId, async (seat) => {
        const set = () => engine.setProducerPaused(seat, producerId, paused)
        const source = paused ? null : await engine.sourceOf(seat, producerId)
        return source === null ? set() : sends(seat, source, set)
      }),
    closeProducer: (device, { roomId, producerId }) =>
      inSeat(device, roomId, (seat) => engine.closeProducer(seat, producerId)),
    setConsumersPaused: (device, { roomId, consumerIds }, paused) =>
      inSeatOrWarm(device, roomId, (seat) => engine.setConsumersPaused(seat, consumerIds, paused)),
    setViews: (device, { roomId, turn, views }) => inSeat(device, roomId, (seat) => engine.setViews(seat, turn, views)),
  }
}

const forbidden = () => failure('notAllowed', 'The owner and admins have turned this off for members.')

async function seatMaySend(db: Db, { roomId, userId }: SeatKey, source: ProducerSource): Promise<boolean> {
  const room = await findRoom(db, roomId)
  if (room === null || room.membersLack === '') return true
  const participant = await findParticipant(db, roomId, userId)
  return participant !== null && maySend(membersMayOf(room), participant, rightFor(source))
}

function createListener({ store, deliver, onError }: MediaDeskOptions): MediaListener {
  return {
    toSeat: (seat, event) => deliver({ devices: [seat] }, event),
    sourcesChanged(key, sources) {
      const sent = {
        microphone: sources.microphone ? 1 : 0,
        camera: sources.camera ? 1 : 0,
        screen: sources.screen ? 1 : 0,
      }
      store
        .write(async (unit) => {
          const seat = await seatOf(unit.db, key.userId)
          if (seat === null || seat.roomId !== key.roomId || seat.deviceId !== key.deviceId) return
          const { microphone, camera, screen } = seat
          if (microphone === sent.microphone && camera === sent.camera && screen === sent.screen) return
          await changeSeat(unit, seat, sent)
        })
        .catch(onError)
    },
    roomReset(roomId) {
      store
        .write(async ({ db, effects }) => {
          const devices = seatDevices(await seatsIn(db, roomId))
          effects.push({ kind: 'send', to: { devices }, event: { name: 'media.reset', payload: { roomId } } })
        })
        .catch(onError)
    },
  }
}
