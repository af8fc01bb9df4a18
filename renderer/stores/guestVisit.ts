// A guest's way through this page: the door at the meeting's link, the meeting, and what is said after it. Only the session is kept
// beside it, and only with the tab; name and ending are this page's memory.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { tidyGuestName } from '../../shared/guests.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import { useHost } from '../host/useHost.ts'
import { useBeforeJoining } from './beforeJoining.ts'
import { useHostState } from './hostState.ts'
import { codeIn, useRoom } from './room.ts'

export type VisitEnd = { how: 'left' | 'ended' | 'removed' | 'gone'; roomName: string; by: string }

export const useGuestVisit = defineStore('guestVisit', () => {
  const host = useHost()
  const hostState = useHostState()
  const room = useRoom()
  const beforeJoining = useBeforeJoining()
  const route = useRoute()
  const name = ref('')
  /** Chosen at the door by somebody who has an account. */
  const signingIn = ref(false)
  const joining = ref(false)
  const ended = shallowRef<VisitEnd | null>(null)

  const linked = computed(() => (typeof route.params['code'] === 'string' ? codeIn(route.params['code']) : null))
  const code = computed(() => hostState.state.guestRoom?.code ?? linked.value)
  const isOpen = computed(() => host.guests !== null && code.value !== null)

  // Another meeting's link was opened in the tab of a guest: that visit is over.
  watch(
    () => [hostState.state.guestRoom?.code, linked.value] as const,
    ([visited, wanted]) => {
      if (visited !== undefined && wanted !== null && letters(visited) !== letters(wanted)) void host.signOut()
    },
    { immediate: true },
  )
  watch(
    () => hostState.me,
    (me) => {
      if (me?.guest) name.value ||= me.name
    },
    { immediate: true },
  )
  watch(
    () => [hostState.isGuest, hostState.seat] as const,
    ([isGuest, seat], [wasGuest, before]) => {
      if (seat) ended.value = null
      // The session is over while camera and microphone are being looked at: there is nothing to join any more.
      if (wasGuest && !isGuest && !before) beforeJoining.stayOut()
      if (!wasGuest || !before || seat) return
      const { seatLost } = hostState.mirror
      const how = !isGuest ? 'ended' : seatLost === null ? 'left' : endOf(seatLost.reason)
      ended.value = { how, roomName: before.room.name, by: seatLost?.removal?.by.name ?? '' }
      if (how === 'removed') void host.signOut()
    },
  )

  /** Comes to the door under this name, and asks to come in. Null when that went well, or the person stayed out. */
  async function join(): Promise<ProtocolError | null> {
    if (!host.guests || code.value === null || joining.value) return null
    joining.value = true
    try {
      const wanted = tidyGuestName(name.value)
      const known = hostState.me?.name === wanted ? hostState.state.guestRoom : null
      const arrived = known
        ? ({ ok: true, value: known } as const)
        : await host.guests.arrive({ code: code.value, name: wanted })
      if (!arrived.ok) return arrived.error
      ended.value = null
      const result = await room.join({ id: arrived.value.id })
      return result && !result.ok ? result.error : null
    } finally {
      joining.value = false
    }
  }

  return {
    name,
    code,
    signingIn,
    signIn() {
      signingIn.value = true
      if (hostState.isGuest) void host.signOut()
    },
    backToDoor: () => (signingIn.value = false),
    joining,
    ended,
    /** The door is this page's screen for whoever has not signed in with an account. */
    isOpen,
    join,
    look: (wanted: string) => host.guests?.look(wanted) ?? null,
  }
})

const letters = (code: string): string => code.toLowerCase().replace(/[\s-]/g, '')

const endOf = (reason: string): VisitEnd['how'] => (reason === 'removed' || reason === 'ended' ? reason : 'gone')
