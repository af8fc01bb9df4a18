// While a call rings here, media is made ready to receive it; with the ring it goes again, unless it was answered on this device.
import { computed, watch } from 'vue'
import { ringingHere } from '../../shared/client/mirror.ts'
import { isTestRing } from '../../shared/client/testRing.ts'
import type { Host } from '../../shared/host.ts'
import type { MeetingMedia } from '../media/meeting.ts'
import { readClock } from '../ui/clock.ts'
import type { useHostState } from './hostState.ts'

/** The newest rings: nobody answers more than these in the next moment. */
const WARM_MAX = 2

type WarmUpOptions = {
  host: Pick<Host, 'ask'>
  hostState: ReturnType<typeof useHostState>
  meeting: Pick<MeetingMedia, 'warmUp' | 'coolDown' | 'rtpCapabilities'>
  /** True once the media device is loaded. */
  loaded: () => boolean
}

/** Opens no device and sends nothing (calls.md, rule 9): a receiving transport to our own server is all. */
export function keepRingsWarm({ host, hostState, meeting, loaded }: WarmUpOptions): void {
  /** Call id to room id. */
  const warm = new Map<string, string>()

  const wanted = computed(() => {
    if (!hostState.online || !hostState.settings.warmUpWhileRinging || !loaded()) return []
    return ringingHere(hostState.mirror, readClock())
      .filter(({ call }) => !isTestRing(call))
      .slice(0, WARM_MAX)
      .map(({ call }) => ({ callId: call.id, roomId: call.roomId }))
  })

  const answeredHere = (callId: string) => {
    const call = hostState.mirror.calls[callId]
    return call?.status === 'accepted' && call.handledBy === hostState.mirror.deviceId
  }

  async function warmUp(callId: string, roomId: string) {
    const rtpCapabilities = meeting.rtpCapabilities()
    if (!rtpCapabilities) return
    warm.set(callId, roomId)
    const result = await host.ask('call.warmUp', { callId, rtpCapabilities })
    if (result.ok && warm.has(callId)) await meeting.warmUp(result.value.media)
  }

  watch(
    () => wanted.value.map(({ callId }) => callId).join(' '),
    () => {
      const rings = new Set(wanted.value.map(({ callId }) => callId))
      for (const [callId, roomId] of warm) {
        if (rings.has(callId)) continue
        warm.delete(callId)
        // Answered here it becomes the meeting's own media.
        if (!answeredHere(callId)) meeting.coolDown(roomId)
      }
      for (const { callId, roomId } of wanted.value) if (!warm.has(callId)) void warmUp(callId, roomId)
    },
    { immediate: true },
  )
}
