// After ICE has found another way, what was lost meanwhile cannot be sent again: pictures begin anew with a key frame, asked for at
// once. Left to themselves, receivers notice only after a second or more that they cannot go on.
import type { WebRtcTransport } from 'mediasoup/types'
import type { SeatMedia } from './seatMedia.ts'

/** `others`: the seats that receive what this one sends. */
export function refreshOnNewWay(seat: SeatMedia, others: () => Iterable<SeatMedia>): void {
  const { send, receive } = seat
  if (receive) onNewWay(receive, () => seat.requestKeyFrames(() => true))
  if (!send) return
  onNewWay(send, () => {
    for (const other of others())
      if (other !== seat) other.requestKeyFrames((producerId) => seat.producers.has(producerId))
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
