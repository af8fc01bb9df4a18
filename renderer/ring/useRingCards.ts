// The ring cards of this surface, kept up to date; tells the server what is shown, and plays the tone while something rings.
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { useHost } from '../host/useHost.ts'
import { isQuiet } from '../../shared/doNotDisturb.ts'
import { playRing, playsOn, playWaiting } from '../media/ringTone.ts'
import { markCalls } from '../media/timeline.ts'
import type { Settings } from '../../shared/settings.ts'
import { useLiveState } from '../stores/liveState.ts'
import { readClock, useNow } from '../ui/clock.ts'
import { nextCards, type RingCard } from './cards.ts'

export type RingSurface = {
  /** Whether a call may be shown here at all. */
  shows?: (callId: string) => boolean
  /** One surface of a device plays the tone. */
  sounds?: boolean
}

export function useRingCards({ shows = () => true, sounds = true }: RingSurface = {}) {
  const host = useHost()
  const live = useLiveState()
  const now = useNow()
  const cards = shallowRef<readonly RingCard[]>([])
  const marked = new Set<string>()

  const update = () => {
    cards.value = nextCards(cards.value, live.value, readClock(), shows)
  }
  watch([live, now], update, { immediate: true, flush: 'sync' })

  /** The desktop app knows more than the clock. */
  const quiet = computed(() => live.value.desktop?.quiet ?? isQuiet(live.value.settings.quietHours, now.value))
  const ringing = computed(() => cards.value.filter((card) => !card.ended).map((card) => card.ring.call.id))
  watch(
    () => ringing.value.join(' '),
    () => {
      const fresh = ringing.value.filter((id) => !marked.has(id))
      fresh.forEach((id) => marked.add(id))
      if (fresh.length) markCalls('shown', fresh)
      if (ringing.value.length) host.ringsShown([...ringing.value])
    },
    { immediate: true, flush: 'post' },
  )
  useTone(
    () => sounds && ringing.value.length > 0 && live.value.settings.ringSound && !quiet.value,
    () => live.value.settings,
    () => live.value.mirror.seat !== null,
  )
  return cards
}

/** `waiting`: its person is talking to others already. */
function useTone(sounds: () => boolean, settings: () => Settings, waiting: () => boolean): void {
  let context: AudioContext | null = null
  let stop = () => {}
  watch(
    [sounds, () => settings().ringVolume, () => settings().ringTone, () => settings().ringDeviceId, waiting] as const,
    ([on, volume, tone, deviceId, isWaiting]) => {
      stop()
      stop = () => {}
      if (!on) return
      context ??= new AudioContext()
      void playsOn(context, deviceId)
      stop = isWaiting ? playWaiting(context, volume) : playRing(context, { tone, volume })
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    void context?.close()
  })
}
