// The numbers of the call rules, each with its unit in its name and its source beside it.

/** calls.md, section 4: how many people one `call.invite` may ring. */
export const CALLEES_MAX = 50
/** calls.md, section 4: how long a ring may last. */
export const RING_SECONDS_MIN = 5
export const RING_SECONDS_MAX = 600
export const RING_SECONDS_DEFAULT = 30
/** calls.md, section 1: `extension` and `response`, in bytes of UTF-8. */
export const PAYLOAD_BYTES_MAX = 2048
/** calls.md, section 2: no device acknowledged the ring within this time: "may be offline". */
export const RECEIPT_WAIT_MS = 5_000
/** calls.md, section 4, `call.listPending`: page sizes, and how long an ended ring stays listed. */
export const PENDING_LIMIT_MAX = 100
export const PENDING_LIMIT_DEFAULT = 50
export const PENDING_KEEP_MS = 10 * 60_000
/** calls.md, section 4, `call.history`: page sizes. */
export const HISTORY_LIMIT_MAX = 100
export const HISTORY_LIMIT_DEFAULT = 20
/** How long "do not disturb" may be asked for at once: until tomorrow, wherever one is. */
export const DO_NOT_DISTURB_MS_MAX = 48 * 60 * 60_000
/** calls.md, section 6, rule 6: a dropped caller counts as gone, for his rings, after this. */
export const CALLER_GONE_MS = 15_000
/** calls.md, section 7: a dropped participant keeps the seat this long. */
export const SEAT_KEEP_MS = 30_000
/** calls.md, section 6, rule 12: a room made on the spot ends this long after its last seat is gone. */
export const EMPTY_ROOM_MS = 30_000
/** How long a request in a meeting waits for its answer, and how long one that is over is told with a sync. */
export const REQUEST_MS = 60_000
export const REQUEST_KEEP_MS = 2 * 60_000
/** calls.md, section 4: how long the outcome of a command is remembered per device. */
export const COMMAND_MEMORY_MS = 2 * 60_000
/** calls.md, section 1: devices of one user online at once. */
export const DEVICES_MAX = 10
/** calls.md, section 7: reconnection backs off between these, with jitter. */
export const RECONNECT_MIN_MS = 500
export const RECONNECT_MAX_MS = 15_000
/** calls.md, section 8: the longest that one step of a call's timeline can have taken; beyond it something else was wrong. */
export const TIMELINE_STEP_MAX_MS = 60_000

/** Length of a text in bytes of UTF-8, without needing an encoder (this code runs where there is none). */
export function utf8Bytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
