// The programs that may ask this server for things, and the addresses it tells what happens.
import { computed, ref, shallowRef, watch, type ShallowRef } from 'vue'
import type { ApiToken, Scope, Webhook, WebhookEvent } from '../../shared/protocol/integrations.ts'
import type { ProtocolError, Result } from '../../shared/protocol/result.ts'
import { useHost } from '../host/useHost.ts'
import { useHostState } from '../stores/hostState.ts'

/** `people:read` is `peopleRead` among the texts, `call.invited` is `callInvited`. */
type Word<Name> = Name extends `${infer Topic}${':' | '.'}${infer Rest}` ? `${Topic}${Capitalize<Rest>}` : never
const wordOf = <Name extends Scope | WebhookEvent>(name: Name): Word<Name> =>
  // The type says of the result what the replacement does.
  name.replace(/[:.](\w)/, (_, letter: string) => letter.toUpperCase()) as Word<Name>
export const scopeWord = (scope: Scope) => `scope.${wordOf(scope)}` as const
export const eventWord = (event: WebhookEvent) => `webhookEvent.${wordOf(event)}` as const

/** A list that is fetched whole whenever there is a connection. */
function useWhole<Thing>(fetch: () => Promise<Result<readonly Thing[]>>) {
  const hostState = useHostState()
  const things: ShallowRef<readonly Thing[] | null> = shallowRef(null)
  const error = shallowRef<ProtocolError | null>(null)
  const asked = ref(0)
  async function load() {
    const mine = ++asked.value
    const result = await fetch()
    if (mine !== asked.value) return
    error.value = result.ok ? null : result.error
    if (result.ok) things.value = result.value
  }
  watch(
    () => hostState.online,
    (online) => online && void load(),
    { immediate: true },
  )
  return { things, error, load }
}

export function useTokens() {
  const host = useHost()
  const hostState = useHostState()
  const list = useWhole<ApiToken>(async () => {
    const result = await host.ask('apiToken.list', {})
    return result.ok ? { ok: true, value: result.value.apiTokens } : result
  })
  const isGood = ({ revokedAt, expiresAt }: ApiToken) =>
    revokedAt === undefined && (expiresAt === undefined || expiresAt > hostState.serverNow(Date.now()))
  const parted = computed(() => {
    const all = list.things.value ?? []
    return { good: all.filter(isGood), old: all.filter((token) => !isGood(token)) }
  })
  return { ...list, parted }
}

export function useWebhooks() {
  const host = useHost()
  return useWhole<Webhook>(async () => {
    const result = await host.ask('webhook.list', {})
    return result.ok ? { ok: true, value: result.value.webhooks } : result
  })
}
