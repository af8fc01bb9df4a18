// Warm media of rings (calls.md, section 8): opened on a callee's device while the call rings, closed with the ring on every
// device but the one that answers. Lives in memory alone: whoever loses it answers the longer way.
import { isTerminal } from '../../shared/call/call.ts'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { findCall } from '../storage/callRows.ts'
import type { Store } from '../storage/store.ts'
import type { MediaEngine, SeatKey } from './engine.ts'

/** More rings at once than anybody can answer in a moment are not worth the transports. */
const WARM_PER_DEVICE_MAX = 3

export interface WarmDesk {
  /** Errors: `unknownCall`, `conflict` (it does not ring any more, or too many are warm), and those of the engine. */
  warmUp(device: DeviceKey, input: CheckedInput<'call.warmUp'>): Promise<Result<{ media: MediaOffer }>>
  /** Call it with every call that has changed. */
  callChanged(call: Call): void
  deviceGone(device: DeviceKey): void
}

export type WarmDeskOptions = {
  engine: Pick<MediaEngine, 'warmUp' | 'closeWarm'>
  store: () => Store
}

export function createWarmDesk({ engine, store }: WarmDeskOptions): WarmDesk {
  /** By call id: the devices it is warm on, or about to be. */
  const seats = new Map<string, SeatKey[]>()

  function remove(callId: string, goes: (seat: SeatKey) => boolean): SeatKey[] {
    const before = seats.get(callId) ?? []
    const stays = before.filter((seat) => !goes(seat))
    if (stays.length > 0) seats.set(callId, stays)
    else seats.delete(callId)
    return before.filter(goes)
  }

  const isOf = (device: DeviceKey) => (seat: DeviceKey) =>
    seat.userId === device.userId && seat.deviceId === device.deviceId

  async function warmUp(device: DeviceKey, input: CheckedInput<'call.warmUp'>): Promise<Result<{ media: MediaOffer }>> {
    const { callId, rtpCapabilities } = input
    const { call, now } = await store().read(async (db, at) => ({ call: await findCall(db, callId), now: at }))
    if (call === null || call.callee.id !== device.userId) return failure('unknownCall', 'There is no such call.')
    const hasEnded = () => failure('conflict', 'This call does not ring any more.')
    if (isTerminal(call.status) || now >= call.expiresAt) return hasEnded()
    remove(callId, isOf(device))
    if ([...seats.values()].flat().filter(isOf(device)).length >= WARM_PER_DEVICE_MAX)
      return failure('conflict', 'Too many calls are being prepared on this device.')
    const seat: SeatKey = { roomId: call.roomId, ...device }
    // Noted before it is open, so that a ring that ends meanwhile finds it.
    seats.set(callId, [...(seats.get(callId) ?? []), seat])
    const opened = await engine.warmUp(seat, rtpCapabilities)
    if (!opened.ok) {
      remove(callId, (other) => other === seat)
      return opened
    }
    if (seats.get(callId)?.includes(seat)) return success({ media: opened.value })
    engine.closeWarm(seat)
    return hasEnded()
  }

  return {
    warmUp,
    callChanged(call) {
      if (!isTerminal(call.status)) return
      // The device that answered takes its warm media along into the meeting; the others open nothing.
      const answeredOn = call.status === 'accepted' ? call.handledBy : undefined
      for (const seat of remove(call.id, () => true)) if (seat.deviceId !== answeredOn) engine.closeWarm(seat)
    },
    deviceGone(device) {
      for (const callId of [...seats.keys()]) for (const seat of remove(callId, isOf(device))) engine.closeWarm(seat)
    },
  }
}
