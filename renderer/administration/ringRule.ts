// The server's rule who may ring whom. A choice is shown at once, and what the server last said comes back if it refuses.
import { computed, ref, shallowRef, watch } from 'vue'
import type { RingPolicy, RingRule } from '../../shared/protocol/reach.ts'
import { success, type ProtocolError, type Result } from '../../shared/protocol/result.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from '../stores/hostState.ts'

export function useRingRule() {
  const host = useHost()
  const hostState = useHostState()
  /** As the server last said. */
  const policy = shallowRef<RingPolicy | null>(null)
  const wanted = ref<RingRule | null>(null)
  const error = shallowRef<ProtocolError | null>(null)
  let asked = 0

  async function load() {
    const mine = ++asked
    const result = await host.ask('admin.ringPolicy', {})
    if (mine !== asked) return
    error.value = result.ok ? null : result.error
    if (result.ok) policy.value = result.value.policy
  }
  watch(
    () => hostState.online,
    (online) => online && void load(),
    { immediate: true },
  )

  async function change(input: { rule: RingRule } | { allowedIds: string[] }): Promise<Result<RingPolicy>> {
    const mine = ++asked
    if ('rule' in input) wanted.value = input.rule
    const result = await host.ask('admin.setRingPolicy', input)
    if (result.ok) policy.value = result.value.policy
    // A later choice is still under way: its answer decides.
    if (mine === asked) wanted.value = null
    return result.ok ? success(result.value.policy) : result
  }

  return { policy, rule: computed(() => wanted.value ?? policy.value?.rule ?? null), error, load, change }
}
