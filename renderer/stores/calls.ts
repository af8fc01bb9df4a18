// Ringing people into the meeting, and what became of each ring.
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { pendingCalls } from '../../shared/client/mirror.ts'
import { CALLEES_MAX, PENDING_LIMIT_MAX, RING_SECONDS_DEFAULT } from '../../shared/call/limits.ts'
import type { InviteResult } from '../../shared/protocol/calls.ts'
import type { ProtocolError } from '../../shared/protocol/result.ts'
import type { Call, CallMedia } from '../../shared/protocol/things.ts'
import { useHost } from '../host/useHost.ts'
import { markInvited } from '../media/timeline.ts'
import { useHostState } from './hostState.ts'

export type Invitation = { media: CallMedia; seconds?: number; message?: string }

export const useCalls = defineStore('calls', () => {
  const host = useHost()
  const hostState = useHostState()
  /** Ended rings the person has put away, by call id. */
  const dismissed = ref<ReadonlySet<string>>(new Set())
  const busy = ref<ReadonlySet<string>>(new Set())
  const problem = shallowRef<ProtocolError | null>(null)

  // Whoever enters a room learns what rings in it; the answers go into the mirror by themselves.
  watch(
    () => [hostState.seat?.room.id, hostState.online] as const,
    ([roomId, online], before) => {
      if (roomId !== before?.[0]) dismissed.value = new Set()
      // Guests ring nobody, and are told of nobody who rings.
      if (roomId !== undefined && online && !hostState.isGuest) void listPending(roomId)
    },
    { immediate: true },
  )

  async function listPending(roomId: string, cursor?: string) {
    const result = await host.ask('call.listPending', {
      roomId,
      limit: PENDING_LIMIT_MAX,
      ...(cursor ? { cursor } : {}),
    })
    if (result.ok && result.value.nextCursor && hostState.seat?.room.id === roomId)
      await listPending(roomId, result.value.nextCursor)
  }

  /** Results by callee, in the order asked. `error` when the server did not take the command at all. */
  async function invite(
    calleeIds: readonly string[],
    invitation: Invitation,
    roomId = hostState.seat?.room.id,
  ): Promise<{ results: InviteResult[]; error: ProtocolError | null }> {
    if (roomId === undefined || !calleeIds.length) return { results: [], error: null }
    const pressedAt = performance.now()
    const { media, seconds = RING_SECONDS_DEFAULT, message } = invitation
    const results: InviteResult[] = []
    for (let from = 0; from < calleeIds.length; from += CALLEES_MAX) {
      const some = calleeIds.slice(from, from + CALLEES_MAX)
      const extension = message?.trim() ? { extension: message.trim() } : {}
      const result = await host.ask('call.invite', {
        roomId,
        calleeIds: some,
        timeoutSeconds: seconds,
        media,
        ...extension,
      })
      if (!result.ok) return { results, error: result.error }
      results.push(...result.value.results)
    }
    const callIds = results.flatMap((result) => (result.outcome === 'success' ? result.call.id : []))
    if (callIds.length) markInvited(callIds, pressedAt)
    return { results, error: null }
  }

  async function cancel(calls: readonly Call[]) {
    const [first] = calls
    if (!first) return
    await during(calls, async () => {
      const calleeIds = calls.map((call) => call.callee.id)
      for (let from = 0; from < calleeIds.length; from += CALLEES_MAX) {
        const result = await host.ask('call.cancel', {
          roomId: first.roomId,
          calleeIds: calleeIds.slice(from, from + CALLEES_MAX),
        })
        problem.value = result.ok ? null : result.error
      }
    })
  }

  async function cancelAll(roomId: string) {
    const result = await host.ask('call.cancelAll', { roomId })
    problem.value = result.ok ? null : result.error
  }

  /** Rings everybody again who did not come, each as before. Results by callee. */
  async function ringAllAgain(calls: readonly Call[]): Promise<InviteResult[]> {
    return during(calls, async () => {
      const alike = Map.groupBy(calls, (call) => JSON.stringify([call.media, call.extension ?? '']))
      const results: InviteResult[] = []
      for (const [first, ...others] of alike.values()) {
        if (!first) continue
        const calleeIds = [first, ...others].map((call) => call.callee.id)
        const answer = await invite(calleeIds, { media: first.media, message: first.extension })
        problem.value = answer.error
        results.push(...answer.results)
      }
      return results
    })
  }

  async function ringAgain(call: Call): Promise<InviteResult | null> {
    return during([call], async () => {
      const { results, error } = await invite([call.callee.id], { media: call.media, message: call.extension })
      problem.value = error
      return results[0] ?? null
    })
  }

  async function during<Value>(calls: readonly Call[], action: () => Promise<Value>): Promise<Value> {
    const ids = calls.map((call) => call.id)
    busy.value = new Set([...busy.value, ...ids])
    try {
      return await action()
    } finally {
      busy.value = new Set([...busy.value].filter((id) => !ids.includes(id)))
    }
  }

  return {
    busy,
    problem,
    invite,
    cancel,
    cancelAll,
    ringAgain,
    ringAllAgain,
    dismiss: (call: Call) => (dismissed.value = new Set([...dismissed.value, call.id])),
    /** The pending-call list. `now` on this machine's clock, ms. */
    pendingAt: (now: number): Call[] =>
      pendingCalls(hostState.mirror, now).filter((call) => !dismissed.value.has(call.id)),
  }
})
