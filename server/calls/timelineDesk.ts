// How long the steps of calls take (calls.md, section 8), as histograms without names: what the server sees itself, and what the
// two devices of an answered call report once each.
import { Histogram, type Registry } from 'prom-client'
import type { CheckedInput } from '../../shared/protocol/contract.ts'
import { failure, success, type Result } from '../../shared/protocol/result.ts'
import type { Call } from '../../shared/protocol/things.ts'
import type { DeviceKey } from '../effects.ts'
import { findCall } from '../storage/callRows.ts'
import { seatOf } from '../storage/roomRows.ts'
import type { Store } from '../storage/store.ts'

/** Devices report within ten seconds of the answer; what comes much later is not of that call. */
const REPORT_WITHIN_MS = 2 * 60_000
/** A device counts from its person's press, which is a little before the server knows of it. */
const EARLIER_MS = 5_000
const SIDES = ['caller', 'callee'] as const
type Side = (typeof SIDES)[number]

const MEDIA_BOUNDS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4]

export interface TimelineDesk {
  /** A call was answered; counts once, however often it is told. */
  answered(call: Call): void
  /** Errors: `invalid`, `unknownCall`, `notAllowed`, `conflict`. A second report of one side changes nothing. */
  report(device: DeviceKey, input: CheckedInput<'call.timeline'>): Promise<Result<object>>
}

export type TimelineDeskOptions = { store: () => Store; now: () => number; registry: Registry }

export function createTimelineDesk({ store, now, registry }: TimelineDeskOptions): TimelineDesk {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers: [registry] })
  const bySide = (name: string, help: string) => {
    const made = new Histogram({ name, help, buckets: MEDIA_BOUNDS, labelNames: ['side'], registers: [registry] })
    for (const side of SIDES) made.zero({ side })
    return made
  }
  const delivered = histogram(
    'parley_call_delivered_seconds',
    'From an invitation until a device of the callee rang, of answered calls.',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  )
  const answered = histogram(
    'parley_call_answered_seconds',
    'From ringing until the answer.',
    [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600],
  )
  const media = {
    connectedMs: bySide(
      'parley_call_connected_seconds',
      'From the answer until media was connected, as the devices tell.',
    ),
    firstAudioMs: bySide(
      'parley_call_first_audio_seconds',
      'From the answer until the other side was first heard, as the devices tell.',
    ),
    firstVideoMs: bySide(
      'parley_call_first_video_seconds',
      'From the answer until the other side was first seen, as the devices tell.',
    ),
  }
  const steps = Object.keys(media) as (keyof typeof media)[]
  const counted = createCounted(now)

  /** Whose word this is; only the device that answered and the caller's in the room have one. */
  async function sideOf(device: DeviceKey, call: Call): Promise<Side | null> {
    if (call.callee.id === device.userId) return call.handledBy === device.deviceId ? 'callee' : null
    const seat = await store().read((db) => seatOf(db, device.userId))
    return seat?.roomId === call.roomId && seat.deviceId === device.deviceId ? 'caller' : null
  }

  return {
    answered(call) {
      const { createdAt, receivedAt, endedAt } = call
      if (endedAt === undefined || !counted(`${call.id} answered`)) return
      // Whoever answers has been rung, also when the receipt got lost.
      if (receivedAt !== undefined) delivered.observe((receivedAt - createdAt) / 1000)
      answered.observe((endedAt - (receivedAt ?? createdAt)) / 1000)
    },
    async report(device, { callId, ...times }) {
      const told = steps.filter((step) => times[step] !== undefined)
      if (told.length === 0) return failure('invalid', 'No step is named.', { field: 'firstAudioMs' })
      const call = await store().read((db) => findCall(db, callId))
      const isSide = call !== null && [call.caller.id, call.callee.id].includes(device.userId)
      if (!isSide) return failure('unknownCall', 'There is no such call.')
      const from = await sideOf(device, call)
      if (from === null) return failure('notAllowed', 'Another device has this call.')
      const since = now() - (call.endedAt ?? 0)
      if (call.status !== 'accepted' || call.reason !== 'answered' || since > REPORT_WITHIN_MS) {
        return failure('conflict', 'This call was not just answered.')
      }
      const tooLong = told.find((step) => (times[step] ?? 0) > since + EARLIER_MS)
      if (tooLong !== undefined) return failure('invalid', 'That is longer than the call lasts.', { field: tooLong })
      if (counted(`${callId} ${from}`))
        for (const step of told) media[step].observe({ side: from }, (times[step] ?? 0) / 1000)
      return success({})
    },
  }
}

/** True the first time it is asked about something; forgets what nobody can tell again. */
function createCounted(now: () => number): (what: string) => boolean {
  const known = new Map<string, number>()
  return (what) => {
    for (const [old, at] of known) {
      if (at > now() - 2 * REPORT_WITHIN_MS) break
      known.delete(old)
    }
    if (known.has(what)) return false
    known.set(what, now())
    return true
  }
}
