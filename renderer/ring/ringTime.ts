// How much of a ring is left, as every countdown ring draws it.
import type { Call } from '../../shared/protocol/things.ts'

/** calls.md has a screen reader told then; the ring changes its colour. */
export const LAST_CALL_MS = 10_000

export type RingTime = { leftMs: number; fraction: number | null; tone: 'accent' | 'last' | 'warn' | 'stale' }

/** `serverNow` in ms on the server's clock. `fraction` is null once the ring has ended. Pure. */
export function ringTime(call: Call, serverNow: number, online: boolean): RingTime {
  const leftMs = Math.max(0, call.expiresAt - serverNow)
  const lasts = call.expiresAt - call.createdAt
  // A ring that is as short as that is not nearly over all the time.
  const isLast = leftMs <= Math.min(LAST_CALL_MS, lasts / 2)
  const tone = !online ? 'stale' : call.delivery === 'notYetReceived' ? 'warn' : isLast ? 'last' : 'accent'
  return { leftMs, fraction: call.status === 'calling' ? leftMs / lasts : null, tone }
}
