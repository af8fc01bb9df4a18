// What this person wants to see large, whoever speaks: people and shared screens by their keys on the stage (meeting/arrangement.ts).
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useHostState } from './hostState.ts'

export const usePins = defineStore('pins', () => {
  const hostState = useHostState()
  const pinned = shallowRef<readonly string[]>([])
  // Pinned for one meeting, not for the next.
  watch(
    () => hostState.seat?.room.id,
    () => (pinned.value = []),
  )
  return {
    pinned,
    toggle(key: string) {
      pinned.value = pinned.value.includes(key) ? pinned.value.filter((one) => one !== key) : [...pinned.value, key]
    },
    clear: () => (pinned.value = []),
  }
})
