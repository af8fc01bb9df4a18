// Which meeting's screen is put up before the server lets this device in: the one being answered into and, unseen, the one that
// rings; as far as its ring tells of it.
import { computed, ref, shallowRef, watch } from 'vue'
import { ringingHere } from '../../shared/client/mirror.ts'
import { readClock } from '../ui/clock.ts'
import type { HostState } from '../../shared/host.ts'
import type { Participant, Room, User } from '../../shared/protocol/things.ts'
import type { useHostState } from './hostState.ts'

/** An answer that takes longer is waited for where the person is, not in a meeting that may never be entered. */
const ANSWERING_MAX_MS = 1_000
/** First the ring itself has to be seen and heard. */
const REHEARSE_AFTER_MS = 300

export type Prospect = { room: Pick<Room, 'id' | 'name' | 'kind'>; participants: Participant[] }

/** Null without a call, when another meeting would be left for it, or when the ring does not tell who all is inside. Pure. */
export function prospectOf(
  callId: string | null,
  { mirror, user }: Pick<HostState, 'mirror' | 'user'>,
): Prospect | null {
  const ring = callId === null || mirror.seat !== null ? undefined : mirror.rings[callId]
  if (!ring || !user || ring.inside.length === 0 || ring.insideCount !== ring.inside.length) return null
  const { roomId } = ring.call
  const participant = (inside: User, place: number): Participant => ({
    roomId,
    user: inside,
    deviceId: '',
    role: 'member',
    joinedAt: place,
    connected: true,
    microphone: true,
    camera: true,
    screen: false,
    version: 0,
  })
  return {
    room: { id: roomId, name: ring.roomName, kind: ring.roomKind },
    // Whoever answers comes in last.
    participants: [...ring.inside, user].map(participant),
  }
}

export function useProspects(hostState: ReturnType<typeof useHostState>) {
  const overdue = ref(false)
  watch(
    () => hostState.state.answering,
    (callId, _, onCleanup) => {
      overdue.value = false
      if (callId === null) return
      const timer = setTimeout(() => (overdue.value = true), ANSWERING_MAX_MS)
      onCleanup(() => clearTimeout(timer))
    },
    { flush: 'sync' },
  )

  /** The ring on top; no longer than it rings. */
  const newest = computed(() => ringingHere(hostState.mirror, readClock())[0]?.call.id ?? null)
  const rehearsedId = shallowRef<string | null>(null)
  watch(
    newest,
    (callId, _, onCleanup) => {
      if (callId === null) return void (rehearsedId.value = null)
      const timer = setTimeout(() => (rehearsedId.value = callId), REHEARSE_AFTER_MS)
      onCleanup(() => clearTimeout(timer))
    },
    { immediate: true },
  )

  return {
    prospect: computed(() => (overdue.value ? null : prospectOf(hostState.state.answering, hostState.state))),
    rehearsed: computed(() => prospectOf(rehearsedId.value, hostState.state)),
  }
}
