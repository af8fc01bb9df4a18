// Where forwarded packets arrive and are counted, by ssrc: of what SRTP leaves readable.
import { createSocket } from 'node:dgram'

export type Arrivals = {
  port: number
  /** RTP packets so far. */
  countOf(ssrc: number): number
  close(): void
}

export async function openArrivals(): Promise<Arrivals> {
  const counts = new Map<number, number>()
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.on('message', (packet) => {
    // RTCP shares the port.
    if ((packet[1]! & 0x7f) >= 72 && (packet[1]! & 0x7f) <= 79) return
    const ssrc = packet.readUInt32BE(8)
    counts.set(ssrc, (counts.get(ssrc) ?? 0) + 1)
  })
  return {
    port: socket.address().port,
    countOf: (ssrc) => counts.get(ssrc) ?? 0,
    close: () => void socket.close(),
  }
}

/** Those of whom packets arrive within a while: fifteen each, of a voice. */
export async function arriving<One>(ones: readonly One[], countOf: (one: One) => number): Promise<One[]> {
  const before = ones.map(countOf)
  await new Promise((resolve) => setTimeout(resolve, 300))
  return ones.filter((one, index) => countOf(one) > before[index]!)
}

/** The ssrc under which a consumer's packets arrive. */
export const ssrcOf = ({ rtpParameters }: { rtpParameters: Record<string, unknown> }): number =>
  (rtpParameters['encodings'] as { ssrc: number }[])[0]!.ssrc
