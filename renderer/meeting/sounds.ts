// What a meeting lets one hear besides voices: a soft tick when somebody comes or goes, while it is small; and how loud one is oneself.
import { computed, onScopeDispose, ref, watch } from 'vue'
import { watchLevel } from '../media/levels.ts'
import { playTick } from '../media/ringTone.ts'
import { useMedia } from '../stores/media.ts'
import { useRoom } from '../stores/room.ts'

/** In bigger meetings people come and go all the time: then it would be noise. */
const TICKS_UP_TO = 10
const TICK_VOLUME = 0.35

/** One audio context for the meeting on screen; it goes when the meeting does. */
function useAudioContext() {
  let context: AudioContext | null = null
  onScopeDispose(() => void context?.close())
  return () => (context ??= new AudioContext())
}

export function useMeetingSounds() {
  const media = useMedia()
  const room = useRoom()
  const audio = useAudioContext()

  const inside = computed(() => room.participants.map((participant) => participant.user.id))
  watch(inside, (now, before) => {
    const small = Math.max(now.length, before.length) <= TICKS_UP_TO
    if (!small || now.length === before.length) return
    playTick(audio(), now.length > before.length ? 'join' : 'leave', TICK_VOLUME)
  })

  /** 0 to 1; 0 while muted. */
  const microphoneLevel = ref(0)
  watch(
    () => (media.microphoneOn ? media.state?.microphone.track : null),
    (track, _, onCleanup) => {
      microphoneLevel.value = 0
      if (track) onCleanup(watchLevel(track, audio(), (level) => (microphoneLevel.value = level)))
    },
    { immediate: true },
  )
  return { microphoneLevel }
}
