// The audit log page by page, as one choice of what and whom shows it, and the log as a file.
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import type { AuditFormat, AuditNames, AuditRow } from '../../shared/protocol/reach.ts'
import { failure, success, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import type { User } from '../../shared/protocol/things.ts'
import type { AuditAction } from '../../shared/protocol/trust.ts'
import { useHost } from '../host/useHost.ts'
import { saveFile } from '../saveFile.ts'
import { useHostState } from '../stores/hostState.ts'

const PAGE = 50
/** What a page can hold of a file without becoming slow; `npm run admin -- audit export` knows no such bound. */
const SAVED_ENTRIES_MAX = 100_000
const TYPES: Record<AuditFormat, string> = { csv: 'text/csv', jsonl: 'application/jsonl' }

export type ActionChoice = AuditAction | 'all'

export function useActivity(action: Ref<ActionChoice>, person: Ref<User | null>) {
  const host = useHost()
  const hostState = useHostState()
  const entries = shallowRef<readonly AuditRow[]>([])
  const names = shallowRef<AuditNames>({})
  const nextAfter = ref<number | null>(null)
  const error = shallowRef<ProtocolError | null>(null)
  const loading = ref(false)
  /** Whether `entries` answer what is chosen now. */
  const answered = ref(false)
  const saving = ref(false)
  let asked = 0
  let gone = false
  onScopeDispose(() => (gone = true))

  const filter = computed(() => ({
    ...(action.value === 'all' ? {} : { action: action.value }),
    ...(person.value === null ? {} : { userId: person.value.id }),
  }))

  async function load(after: number | null) {
    const mine = ++asked
    loading.value = true
    const more = after === null ? {} : { after }
    const result = await host.ask('admin.listAudit', { ...filter.value, ...more, limit: PAGE })
    // An answer to what was chosen before.
    if (mine !== asked) return
    loading.value = false
    error.value = result.ok ? null : result.error
    if (!result.ok) return
    entries.value = after === null ? result.value.entries : [...entries.value, ...result.value.entries]
    names.value = after === null ? result.value.names : { ...names.value, ...result.value.names }
    nextAfter.value = result.value.nextAfter
    answered.value = true
  }
  watch(filter, () => {
    entries.value = []
    nextAfter.value = null
    error.value = null
    answered.value = false
    if (hostState.online) void load(null)
  })
  watch(
    () => hostState.online,
    (online) => {
      if (!online) return
      // One who has read on to older pages is not thrown back to the first.
      if (entries.value.length <= PAGE) void load(null)
      else loading.value = false
    },
    { immediate: true },
  )

  /** The pieces are fetched over the socket as everything else is: a file of its own address would need a way to sign in there. */
  async function fetchFile(format: AuditFormat, pieces: string[]): Promise<Result<{ count: number; whole: boolean }>> {
    const chosen = filter.value
    let count = 0
    let after: number | null = null
    do {
      const more: { after?: number } = after === null ? {} : { after }
      const result = await host.ask('admin.exportAudit', { ...chosen, format, ...more })
      if (!result.ok) return result
      if (gone) return failure('unavailable', 'Nobody waits for this any more.')
      pieces.push(result.value.text)
      count += result.value.entries
      after = result.value.nextAfter
    } while (after !== null && count < SAVED_ENTRIES_MAX)
    return success({ count, whole: after === null })
  }

  async function save(format: AuditFormat, name: string): Promise<Result<{ count: number; whole: boolean }> | null> {
    if (saving.value) return null
    saving.value = true
    const pieces: string[] = []
    const result = await fetchFile(format, pieces)
    saving.value = false
    if (gone) return null
    if (result.ok) saveFile(pieces, { name: `${name}.${format}`, type: TYPES[format] })
    return result
  }

  return {
    entries,
    names,
    error,
    loading,
    answered,
    saving,
    hasMore: computed(() => nextAfter.value !== null),
    loadMore: () => load(nextAfter.value),
    reload: () => load(null),
    save,
  }
}
