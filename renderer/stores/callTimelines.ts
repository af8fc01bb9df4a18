// When each step of a call happened, at the device that rang and at the one that answered; each tells the server once.
import { shallowRef, watch } from 'vue'
import type { Host } from '../../shared/host.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import type { Call, User } from '../../shared/protocol/things.ts'
import { absoluteNow, answerTimes, markCalls, type Timeline } from '../media/timeline.ts'
import type { useHostState } from './hostState.ts'

/** By then somebody without a camera will not be seen either. */
const REPORT_AFTER_MS = 10_000

/** One ring of one's own that was answered. Times in ms. */
export type AnsweredRing = {
  callId: string
  callee: User
  /** From ringing to the word that it is answered. */
  answeredAfterMs: number
  /** From there until the callee was first heard and seen; null until then. */
  soundMs: number | null
  pictureMs: number | null
}

type Options = {
  host: Pick<Host, 'ask'>
  hostState: ReturnType<typeof useHostState>
  timeline: Timeline
}

type Report = Omit<CommandInput<'call.timeline'>, 'callId'>

export function followCalls({ host, hostState, timeline }: Options) {
  /** The last of this device's rings that was answered. */
  const answeredRing = shallowRef<AnsweredRing | null>(null)
  /** Rings of one's own from this meeting: what has been seen of each. */
  const followed = new Map<string, 'calling' | 'delivered' | 'over'>()
  const reported = new Set<string>()

  function report(callId: string, times: Report): void {
    if (reported.has(callId)) return
    reported.add(callId)
    const known = Object.entries(times).filter(([, ms]) => ms !== undefined)
    if (known.length > 0) void host.ask('call.timeline', { callId, ...Object.fromEntries(known) })
  }

  function follow(call: Call): void {
    const before = followed.get(call.id)
    if (before === 'over') return
    if (call.status === 'calling') {
      if (before === undefined) followed.set(call.id, 'calling')
      if (before === 'delivered' || call.delivery !== 'received') return
      followed.set(call.id, 'delivered')
      return markCalls('delivered', [call.id])
    }
    followed.set(call.id, 'over')
    // Whoever comes to the page when it is over has seen nothing of it.
    if (before !== undefined && call.status === 'accepted' && call.reason === 'answered') answered(call)
  }

  function answered(call: Call): void {
    const at = absoluteNow()
    markCalls('answered', [call.id])
    const invitedAt = call.createdAt - hostState.mirror.clockOffsetMs
    let ring: AnsweredRing = {
      callId: call.id,
      callee: call.callee,
      answeredAfterMs: Math.max(0, at - invitedAt),
      soundMs: null,
      pictureMs: null,
    }
    answeredRing.value = ring
    const tell = () => report(call.id, { firstAudioMs: wholeMs(ring.soundMs), firstVideoMs: wholeMs(ring.pictureMs) })
    timeline.expect({ roomId: call.roomId, userId: call.callee.id }, (step, when) => {
      const since = Math.max(0, when - at)
      ring = { ...ring, ...(step === 'firstAudio' ? { soundMs: since } : { pictureMs: since }) }
      if (answeredRing.value?.callId === call.id) answeredRing.value = ring
      if (ring.soundMs !== null && ring.pictureMs !== null) tell()
    })
    setTimeout(tell, REPORT_AFTER_MS)
  }

  // At once: media of whoever has answered may come with the next message.
  watch(
    [() => hostState.mirror.calls, () => hostState.seat?.room.id],
    ([calls, roomId], [, roomBefore]) => {
      if (roomId !== roomBefore) {
        followed.clear()
        answeredRing.value = null
      }
      if (roomId === undefined) return
      for (const call of Object.values(calls)) {
        if (call.roomId === roomId && call.caller.id === hostState.me?.id) follow(call)
      }
    },
    { immediate: true, flush: 'sync' },
  )

  /** This device has answered a call into that room. */
  function follows(callId: string, roomId: string) {
    const read = () => answerTimes(timeline.marks(roomId))
    const tell = () => {
      const times = read()
      if (times) {
        const { connectedMs, soundMs, pictureMs } = times
        const [firstAudioMs, firstVideoMs] = [wholeMs(soundMs), wholeMs(pictureMs)]
        report(callId, { connectedMs: wholeMs(connectedMs), firstAudioMs, firstVideoMs })
      }
    }
    setTimeout(tell, REPORT_AFTER_MS)
    return () => {
      const times = read()
      if (times && times.connectedMs !== null && times.soundMs !== null && times.pictureMs !== null) tell()
    }
  }

  return { answeredRing, follows }
}

const wholeMs = (ms: number | null): number | undefined => (ms === null ? undefined : Math.round(ms))
