// The directory, searched as one types, and everybody's presence.
import { useDebounceFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import type { Person, Presence } from '../../shared/protocol/things.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

const PAGE = 50
const TYPING_PAUSE_MS = 120

/** Live presence: the mirror knows everybody who is not offline, and every change. */
export function usePresence() {
  const hostState = useHostState()
  return {
    presenceOf: (userId: string): Presence => hostState.mirror.presence[userId]?.presence ?? 'offline',
    lastSeenOf: (person: Person): number | undefined =>
      hostState.mirror.presence[person.user.id]?.lastSeenAt ?? person.lastSeenAt,
  }
}

/** One search field's results. Answers to an older query are dropped. */
export function usePeopleSearch() {
  const host = useHost()
  const hostState = useHostState()
  const query = ref('')
  const people = shallowRef<readonly Person[]>([])
  const answeredQuery = ref<string | null>(null)
  const nextCursor = ref<string | null>(null)
  const error = shallowRef<ProtocolError | null>(null)
  let asked = 0

  async function load(cursor: string | null) {
    const mine = ++asked
    const wanted = query.value.trim()
    const result = await host.ask('people.list', { query: wanted, limit: PAGE, ...(cursor === null ? {} : { cursor }) })
    if (mine !== asked) return
    error.value = result.ok ? null : result.error
    if (!result.ok) return
    people.value = cursor === null ? result.value.people : [...people.value, ...result.value.people]
    nextCursor.value = result.value.nextCursor
    answeredQuery.value = wanted
  }

  const search = useDebounceFn(() => load(null), TYPING_PAUSE_MS)
  watch(query, search)
  watch(
    () => hostState.online,
    (online) => online && void load(null),
    { immediate: true },
  )

  return {
    query,
    people,
    error,
    /** The query that `people` answers; null before the first answer. */
    answeredQuery,
    hasMore: computed(() => nextCursor.value !== null),
    loadMore: () => load(nextCursor.value),
    reload: () => load(null),
  }
}
