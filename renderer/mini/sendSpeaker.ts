// The main window's side of the mini window: chooses whom it shows, and sends their picture.
import { computed, onScopeDispose, ref, watch } from 'vue'
import { useHost } from '../host/useHost.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { sendPicture, WIDTH } from './picture.ts'
import { speakerOf } from './speaker.ts'

export function useSpeakerPicture(): void {
  if (useHost().kind !== 'electron') return
  const hostState = useHostState()
  const media = useMedia()
  const shownId = ref<string | null>(null)
  const shown = computed(() =>
    speakerOf(hostState.seat?.participants ?? [], hostState.mirror.speakers, hostState.me?.id, shownId.value),
  )
  watch(shown, (now) => (shownId.value = now?.user.id ?? null), { immediate: true })
  const track = () => {
    const userId = shown.value?.user.id
    if (userId === undefined || userId === hostState.me?.id) return null
    const camera = media.state?.remote[userId]?.camera
    return camera && !camera.paused ? camera.track : null
  }
  const watched = ref(false)
  const stop = sendPicture(
    track,
    () => shownId.value,
    (now) => (watched.value = now),
  )
  onScopeDispose(stop)
  // The main window is not seen while the small one is: this picture has to come all the same.
  watch(
    () => (watched.value ? (shown.value?.user.id ?? null) : null),
    (userId, _, onCleanup) => {
      if (userId === null || userId === hostState.me?.id) return
      const place = media.views.place(userId, 'camera', true)
      const width = WIDTH * window.devicePixelRatio
      place.set({ width, height: (width * 9) / 16, large: true })
      onCleanup(() => place.remove())
    },
    { immediate: true },
  )
}
