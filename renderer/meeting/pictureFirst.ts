// Pictures come first: putting up the rest of the meeting takes longer than a picture takes to get here, and would hold it up.
import { computed, onScopeDispose, ref, watch, type ComputedRef } from 'vue'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useRoom } from '../stores/room.ts'

/** From when this device is in the room. Whoever waits longer for a picture does not want to wait for the controls as well. */
const WAIT_MAX_MS = 500

/** False until this device is in the room and, if somebody's picture is about to come, until that is on screen. */
export function usePictureFirst(): ComputedRef<boolean> {
  const hostState = useHostState()
  const media = useMedia()
  const room = useRoom()
  const pictureComes = () => room.participants.some(({ user, camera }) => camera && user.id !== hostState.me?.id)
  const waited = ref(hostState.seat !== null && !pictureComes())
  const furnished = computed(() => waited.value && hostState.seat !== null)
  if (waited.value) return furnished

  const timers: ReturnType<typeof setTimeout>[] = []
  const inATask = (ms: number) => timers.push(setTimeout(() => (waited.value = true), ms))
  watch(
    () => hostState.seat !== null,
    (is) => is && inATask(WAIT_MAX_MS),
    { immediate: true },
  )
  watch(
    () => hostState.seat !== null && (media.firstPictureShown || !pictureComes()),
    // After the frame that shows the picture, not before.
    (is) => is && inATask(0),
  )
  onScopeDispose(() => timers.forEach(clearTimeout))
  return furnished
}
