// After ICE has found another way, what was lost meanwhile cannot be sent again: pictures begin anew with a key frame, asked for at
// once. Left to themselves, receivers notice only after a second or more that they cannot go on.
import type { WebRtcTransport } from 'mediasoup/types'
import type { Timers } from '../../shared/time.ts'
import type { SeatMedia } from './seatMedia.ts'

/**
 * A picture that was away for longer than a second and a half is begun anew by mediasoup itself, as soon as its packets come again.
 * Asking shortly before that would be the first of two requests, and the sender passes over the second.
 */
const PACKETS_COME_MS = 100

/** `others`: the seats that receive what this one sends. */
export function refreshOnNewWay(
  seat: SeatMedia,
  others: () => Iterable<SeatMedia>,
  timers: Pick<Timers, 'after'>,
): void {
  const { send, receive } = seat
  if (receive) onNewWay(receive, () => seat.requestKeyFrames(() => true))
  if (!send) return
  onNewWay(send, () => {
    // What was held begins with a key frame by itself.
    if ([...seat.producers.values()].some(({ held }) => held)) return
    timers.after(PACKETS_COME_MS, () => {
      for (const other of others()) if (other !== seat) other.beginAnew((producerId) => seat.producers.has(producerId))
    })
  })
}

/** The first way is no new one: what begins, begins with a key frame anyhow. */
function onNewWay(transport: WebRtcTransport, act: () => void): void {
  let hasWay = false
  transport.on('iceselectedtuplechange', () => {
    if (hasWay) act()
    hasWay = true
  })
}
