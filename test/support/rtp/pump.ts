// Sends synthetic microphones and cameras into a mediasoup router, through its PlainTransports: many people cost little, since their
// packets are built once, one timer paces them all and one socket sends them. Answers requests for key frames as an encoder does.
import { createSocket } from 'node:dgram'
import { keyFrameRequests } from './packets.ts'
import type { Stream } from './streams.ts'

const LOCAL = '127.0.0.1'
const TICK_MS = 5
/** A machine that stood still must not be answered with a burst of all that was missed. */
const CATCH_UP_MS_MAX = 100

export type PumpTarget = { port: number }

export interface Pump {
  /** The port it sends from, on 127.0.0.1; RTCP is expected there too. */
  readonly port: number
  /** Starts sending; a stream has one target, the port of a PlainTransport with RTCP multiplexed (`comedia`, or connected to this pump). */
  add(stream: Stream, target: PumpTarget): void
  /** Stops sending; unknown streams are fine. */
  remove(stream: Stream): void
  /** RTP and RTCP packets sent so far, of all streams. */
  readonly sent: number
  close(): Promise<void>
}

export async function startPump(): Promise<Pump> {
  // Looked up once and for all: a send is then one system call, and its packet may be rewritten right after.
  const socket = createSocket({ type: 'udp4', lookup: (_host, _options, done) => done(null, LOCAL, 4) })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, LOCAL, resolve)
  })
  const senders = new Map<Stream, (packet: Buffer) => void>()
  const bySsrc = new Map<number, Stream>()
  let sent = 0
  // A transport that has just been closed is no error of the sender's.
  socket.on('error', () => undefined)
  socket.on('message', (message) => {
    for (const ssrc of keyFrameRequests(message)) bySsrc.get(ssrc)?.requestKeyFrame(ssrc)
  })

  let clock = 0
  let lastAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // Its own clock, which loses what would be too much at once.
    clock += Math.min(now - lastAt, CATCH_UP_MS_MAX)
    lastAt = now
    for (const [stream, send] of senders) stream.tick(clock, send)
  }, TICK_MS)

  return {
    port: socket.address().port,
    add(stream, { port }) {
      for (const ssrc of stream.ssrcs) bySsrc.set(ssrc, stream)
      senders.set(stream, (packet) => {
        sent++
        socket.send(packet, port, LOCAL)
      })
    },
    remove(stream) {
      senders.delete(stream)
      for (const ssrc of stream.ssrcs) bySsrc.delete(ssrc)
    },
    get sent() {
      return sent
    },
    async close() {
      clearInterval(timer)
      senders.clear()
      await new Promise<void>((resolve) => socket.close(resolve))
    },
  }
}
