// A call between two, as the meeting screen shows it: with whom, how the ring stands, and the tone the caller hears meanwhile.
import { computed, onScopeDispose, watch } from 'vue'
import { isRinging } from '../../shared/call/call.ts'
import { playRingBack } from '../media/ringTone.ts'
import { ringTime } from '../ring/ringTime.ts'
import { useHostState } from '../stores/hostState.ts'
import { useRoom } from '../stores/room.ts'
import { useNow } from '../ui/clock.ts'
import { useWords } from '../words.ts'

const RING_BACK_VOLUME = 0.5

export function useDirectCall() {
  const hostState = useHostState()
  const room = useRoom()
  const now = useNow()
  const { t } = useWords()

  const call = computed(() => {
    const { seat, mirror } = hostState
    if (seat?.room.kind !== 'direct') return null
    return Object.values(mirror.calls).find((one) => one.roomId === seat.room.id) ?? null
  })
  const otherInside = computed(() => room.participants.find((one) => one.user.id !== hostState.me?.id)?.user)
  /** The other one of the two, inside or still rung. */
  const other = computed(() => {
    if (!room.isDirect) return null
    if (otherInside.value) return otherInside.value
    if (!call.value) return null
    return call.value.callee.id === hostState.me?.id ? call.value.caller : call.value.callee
  })
  const ringing = computed(
    () => call.value !== null && !otherInside.value && isRinging(call.value, hostState.serverNow(now.value)),
  )
  const line = computed(() => {
    if (!ringing.value || !call.value) return null
    const key = (
      { sent: 'directCall.calling', received: 'directCall.ringing', notYetReceived: 'directCall.mayBeOffline' } as const
    )[call.value.delivery]
    return t(key, { name: call.value.callee.name })
  })
  const told = computed(() => call.value !== null && call.value.delivery !== 'sent')
  const time = computed(() => call.value && ringTime(call.value, hostState.serverNow(now.value), hostState.online))
  return { other, ringing, line, told, time }
}

/** The caller hears that it rings over there. */
export function useRingBack(ringing: () => boolean): void {
  let context: AudioContext | null = null
  watch(
    ringing,
    (on, _, onCleanup) => {
      if (!on) return
      context ??= new AudioContext()
      onCleanup(playRingBack(context, RING_BACK_VOLUME))
    },
    { immediate: true },
  )
  onScopeDispose(() => void context?.close())
}
