// What every screen asks about this device: who is signed in, which room it is in, whether the server can be reached.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { serverNow as onServerClock } from '../../shared/client/mirror.ts'
import { useLiveState } from './liveState.ts'

export const useHostState = defineStore('hostState', () => {
  const state = useLiveState()
  const mirror = computed(() => state.value.mirror)
  const seat = computed(() => mirror.value.seat)
  const me = computed(() => mirror.value.me ?? state.value.user)
  return {
    state,
    mirror,
    seat,
    me,
    /** Without an account, in the one meeting whose link they had. */
    isGuest: computed(() => me.value?.guest === true),
    online: computed(() => state.value.status === 'online'),
    settings: computed(() => state.value.settings),
    /** `now` on this machine's clock, ms; the result on the server's. */
    serverNow: (now: number) => onServerClock(mirror.value, now),
  }
})
