// The media commands: finds the seat a device holds and hands over to the engine; what the engine tells goes to devices and rows.
import type { CheckedInput, ServerEvent } from '../../shared/protocol/contract.ts'
import type { Connections, ConsumerOffer, IceRestart, MediaOffer, OpaqueMedia } from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { DeviceKey, Target } from '../effects.ts'
import { changeSeat } from '../rooms/seats.ts'
import { seatDevices, seatOf, seatsIn } from '../storage/roomRows.ts'
import type { Store } from '../storage/store.ts'
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
    produce: (device, { roomId, ...input }) => inSeat(device, roomId, (seat) => engine.produce(seat, input)),
    setProducerPaused: (device, { roomId, producerId, paused }) =>
      inSeat(device, roomId, (seat) => engine.setProducerPaused(seat, producerId, paused)),
    closeProducer: (device, { roomId, producerId }) =>
      inSeat(device, roomId, (seat) => engine.closeProducer(seat, producerId)),
    setConsumersPaused: (device, { roomId, consumerIds }, paused) =>
      inSeatOrWarm(device, roomId, (seat) => engine.setConsumersPaused(seat, consumerIds, paused)),
    setViews: (device, { roomId, turn, views }) => inSeat(device, roomId, (seat) => engine.setViews(seat, turn, views)),
  }
}

function createListener({ store, deliver, onError }: MediaDeskOptions): MediaListener {
  return {
    toSeat: (seat, event) => deliver({ devices: [seat] }, event),
    sourcesChanged(key, sources) {
      const [microphone, camera] = [sources.microphone ? 1 : 0, sources.camera ? 1 : 0]
      store
        .write(async (unit) => {
          const seat = await seatOf(unit.db, key.userId)
          if (seat === null || seat.roomId !== key.roomId || seat.deviceId !== key.deviceId) return
          if (seat.microphone === microphone && seat.camera === camera) return
          await changeSeat(unit, seat, { microphone, camera })
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
