// Lets synthetic people sit in real rooms: every router made from now on gives PlainTransports where WebRtcTransports are asked for, so
// that RTP gets in and out without ICE and DTLS. All else of the engine is what runs in the product.
import { randomBytes } from 'node:crypto'
import { observer } from 'mediasoup'
import type { Consumer, PlainTransport, Router, SrtpParameters, WebRtcTransport, Worker } from 'mediasoup/types'

const LOCAL = '127.0.0.1'

export type PlainTransports = {
  /** The transport that was given under this id; throws when there is none. */
  find(transportId: string): PlainTransport
  /** The port a pump sends to so that it reaches this transport. */
  portOf(transportId: string): number
  /** All consumers that the routers' transports were ever given. */
  consumers: Consumer[]
  workers: Worker[]
  /** Routers made from now on are left alone. */
  restore(): void
}

export const randomSrtp = (): SrtpParameters => ({
  cryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
  keyBase64: randomBytes(30).toString('base64'),
})

/** `sinkPort`: where receiving transports send to, with SRTP. A seat's first transport sends, its second receives. */
export function usePlainTransports({ sinkPort }: { sinkPort: number }): PlainTransports {
  const found = new Map<string, PlainTransport>()
  const consumers: Consumer[] = []
  const workers: Worker[] = []

  function replaceTransports(router: Router) {
    let made = 0
    router.createWebRtcTransport = async <AppData>() => {
      const receives = made++ % 2 === 1
      const plain = receives ? await receivingTransport(router, sinkPort) : await sendingTransport(router)
      found.set(plain.id, plain)
      plain.observer.on('newconsumer', (consumer) => consumers.push(consumer))
      const words = {
        iceParameters: { usernameFragment: plain.id, password: 'none', iceLite: true },
        iceCandidates: [],
        dtlsParameters: { role: 'auto', fingerprints: [] },
        // Connected already; what a client says of DTLS has no meaning here.
        connect: async () => undefined,
      }
      return Object.assign(plain, words) as unknown as WebRtcTransport<AppData & Record<string, unknown>>
    }
  }

  const onWorker = (worker: Worker) => {
    workers.push(worker)
    worker.observer.on('newrouter', replaceTransports)
  }
  observer.on('newworker', onWorker)
  const find = (transportId: string) => {
    const transport = found.get(transportId)
    if (!transport) throw new Error(`no plain transport ${transportId}`)
    return transport
  }
  return {
    find,
    portOf: (transportId) => find(transportId).tuple.localPort,
    consumers,
    workers,
    restore: () => void observer.off('newworker', onWorker),
  }
}

type Codec = { rtcpFeedback?: { type: string }[] }
const ESTIMATES = ['transport-cc', 'goog-remb']

/** Nobody at a sink reports how much gets through; with what a browser can do, the SFU would wait for that and send small pictures. */
export function withoutEstimates<Capabilities extends { codecs?: unknown }>(capabilities: Capabilities): Capabilities {
  const codecs = ((capabilities.codecs ?? []) as Codec[]).map((codec) => ({
    ...codec,
    rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => !ESTIMATES.includes(type)),
  }))
  return { ...capabilities, codecs }
}

/** Takes RTP from wherever it comes first (`comedia`), and sends RTCP back there. */
export const sendingTransport = (router: Router) =>
  router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: LOCAL }, comedia: true })

export async function receivingTransport(router: Router, sinkPort: number): Promise<PlainTransport> {
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: LOCAL },
    enableSrtp: true,
    srtpCryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
  })
  await transport.connect({ ip: LOCAL, port: sinkPort, srtpParameters: randomSrtp() })
  return transport
}
