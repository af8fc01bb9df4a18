// Waiting to be let in, as the person at this screen sees it.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { WaitEnd } from '../../shared/client/lobby.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

const nameOf = ({ roomId, version }: WaitEnd) => `${roomId} ${version}`

/** Pressed while this page was there; a page that was loaded afterwards turns nothing on for it. */
export const pressedHere = (startedAt: number): boolean => startedAt >= performance.timeOrigin

export const useWaiting = defineStore('waiting', () => {
  const host = useHost()
  const hostState = useHostState()
  const dismissed = ref<string | null>(null)
  const waiting = computed(() => hostState.mirror.waiting)
  const denied = computed(() => {
    const end = hostState.mirror.waitEnd
    return end?.denial && nameOf(end) !== dismissed.value ? { ...end, denial: end.denial } : null
  })
  return {
    waiting,
    /** Somebody did not let this person in, and they have not put that away. */
    denied,
    shown: computed(() => hostState.seat === null && (waiting.value !== null || denied.value !== null)),
    /** What goes on with being let in. */
    startsWith: computed(() => {
      const { wish } = hostState.state
      return wish && pressedHere(wish.startedAt) ? wish : { microphone: false, camera: false }
    }),
    dismiss: () => denied.value && (dismissed.value = nameOf(denied.value)),
    leave: () => waiting.value && host.leaveLobby(waiting.value.roomId),
  }
})
