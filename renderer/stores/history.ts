// One's calls in both directions, newest first, a page at a time; looked up again when a call of one's own changes.
import { computed, ref, shallowRef, watch } from 'vue'
import { isTestRing } from '../../shared/client/testRing.ts'
import type { HistoryEntry } from '../../shared/protocol/calls.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from './hostState.ts'

const PAGE = 30

export function useHistory() {
  const host = useHost()
  const hostState = useHostState()
  const missedOnly = ref(false)
  const entries = shallowRef<readonly HistoryEntry[]>([])
  const nextCursor = ref<string | null>(null)
  const loaded = ref(false)
  const error = shallowRef<ProtocolError | null>(null)
  let asked = 0

  async function load(cursor: string | null) {
    const mine = ++asked
    const from = cursor === null ? {} : { cursor }
    const result = await host.ask('call.history', { missed: missedOnly.value, limit: PAGE, ...from })
    if (mine !== asked) return
    error.value = result.ok ? null : result.error
    if (!result.ok) return
    entries.value = cursor === null ? result.value.entries : [...entries.value, ...result.value.entries]
    nextCursor.value = result.value.nextCursor
    loaded.value = true
  }

  const mine = computed(() =>
    Object.values(hostState.mirror.calls)
      .filter((call) => call.caller.id === hostState.me?.id || call.callee.id === hostState.me?.id)
      .filter((call) => !isTestRing(call))
      .map((call) => `${call.id} ${call.status}`)
      .sort()
      .join(),
  )
  watch([() => hostState.online, missedOnly, mine], ([online]) => online && void load(null), { immediate: true })

  return {
    missedOnly,
    entries,
    error,
    loaded,
    hasMore: computed(() => nextCursor.value !== null),
    loadMore: () => load(nextCursor.value),
    reload: () => load(null),
  }
}
