// The accounts of the server as administrators see them, searched as one types, and the invitations that are open.
import { useDebounceFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Account, Invitation } from '../../shared/protocol/admin.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from '../stores/hostState.ts'

const PAGE = 50
const TYPING_PAUSE_MS = 120

function whenOnline(load: () => void) {
  const hostState = useHostState()
  watch(
    () => hostState.online,
    (online) => online && load(),
    { immediate: true },
  )
}

export function useAccounts() {
  const host = useHost()
  const query = ref('')
  const people = shallowRef<readonly Account[]>([])
  const answeredQuery = ref<string | null>(null)
  const nextCursor = ref<string | null>(null)
  const error = shallowRef<ProtocolError | null>(null)
  let asked = 0

  async function load(cursor: string | null) {
    const mine = ++asked
    const wanted = query.value.trim()
    const more = cursor === null ? {} : { cursor }
    const result = await host.ask('admin.listPeople', { query: wanted, limit: PAGE, ...more })
    if (mine !== asked) return
    error.value = result.ok ? null : result.error
    if (!result.ok) return
    people.value = cursor === null ? result.value.people : [...people.value, ...result.value.people]
    nextCursor.value = result.value.nextCursor
    answeredQuery.value = wanted
  }
  const search = useDebounceFn(() => load(null), TYPING_PAUSE_MS)
  watch(query, search)
  whenOnline(() => void load(null))

  return {
    query,
    people,
    answeredQuery,
    error,
    hasMore: computed(() => nextCursor.value !== null),
    loadMore: () => load(nextCursor.value),
    reload: () => load(null),
    /** As the server answered a change of theirs. */
    replace(person: Account) {
      people.value = people.value.map((one) => (one.user.id === person.user.id ? person : one))
    },
  }
}

export function useInvitations() {
  const host = useHost()
  const invitations = shallowRef<readonly Invitation[]>([])
  async function loadInvitations() {
    const result = await host.ask('admin.listInvitations', {})
    if (result.ok) invitations.value = result.value.invitations
  }
  whenOnline(() => void loadInvitations())
  return { invitations, loadInvitations }
}
