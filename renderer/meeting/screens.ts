// Whose screens are shared in this meeting, and which of them is shown large.
import { computed, ref, watch } from 'vue'
import type { Participant } from '../../shared/protocol/things.ts'
import { useHostState } from '../stores/hostState.ts'
import { useMedia } from '../stores/media.ts'
import { useRoom } from '../stores/room.ts'
import { useTracks } from './tiles.ts'

/** `track` is null for one's own: a picture of the screen on that very screen would have no end. */
export type SharedScreen = { participant: Participant; mine: boolean; track: MediaStreamTrack | null }

/** Not on telephones. */
export const canShare = (): boolean => 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices

/** Keys in the order in which they came: those of before that are still there, then what is new. */
export const inOrderOfComing = (before: readonly string[], now: readonly string[]): string[] => [
  ...before.filter((key) => now.includes(key)),
  ...now.filter((key) => !before.includes(key)),
]

/** The one chosen by hand while it is there, else the newest of somebody else, else one's own. `ordered`: by coming. */
export function largeOf(ordered: readonly string[], mine: string | undefined, chosen: string | null): string | null {
  if (chosen !== null && ordered.includes(chosen)) return chosen
  return ordered.findLast((userId) => userId !== mine) ?? ordered.at(-1) ?? null
}

export function useScreens() {
  const hostState = useHostState()
  const media = useMedia()
  const room = useRoom()
  const tracksOf = useTracks()

  function screenOf(participant: Participant): SharedScreen[] {
    if (participant.user.id === hostState.me?.id) {
      return media.sharing ? [{ participant, mine: true, track: null }] : []
    }
    const remote = tracksOf(participant)?.screen
    return remote && !remote.paused ? [{ participant, mine: false, track: remote.track }] : []
  }

  const all = computed(() => room.participants.flatMap(screenOf))
  const ordered = ref<string[]>([])
  const chosen = ref<string | null>(null)
  watch(
    () => all.value.map(({ participant }) => participant.user.id),
    (now) => {
      const before = ordered.value
      ordered.value = inOrderOfComing(before, now)
      // Whoever begins to share now is to be seen.
      if (now.some((userId) => !before.includes(userId))) chosen.value = null
    },
    { immediate: true, flush: 'sync' },
  )
  const large = computed(() => {
    const userId = largeOf(ordered.value, hostState.me?.id, chosen.value)
    return all.value.find(({ participant }) => participant.user.id === userId) ?? null
  })
  return {
    all,
    large,
    enlarge: (userId: string) => (chosen.value = userId),
  }
}
