// One opening of a room's media: both transports and what runs on them. When the server loses it, it is closed whole
// and another takes its place.
import type { types } from 'mediasoup-client'
import type {
  Connections,
  MediaOffer,
  OpaqueMedia,
  ProducerSource,
  TransportOffer,
  Weakness,
} from '../../shared/protocol/media.ts'
import type { ErrorCode, ProtocolError } from '../../shared/protocol/result.ts'
import type { Timers } from '../../shared/time.ts'
import type { AskMedia, MediaEvent } from './ask.ts'
import { keepConnected, type FreshIce, type KeptConnected } from './keepConnected.ts'
import { heartOf, watchPulse, type Heart } from './pulse.ts'
import type { Report } from './rates.ts'
import { createReceiver, type Receiver } from './receiver.ts'
import { watchFirstAudio, type Timeline } from './timeline.ts'
import { within } from './within.ts'

/** For a transport that does not begin at all. */
const UNDER_WAY_MAX_MS = 150

/** By user id. */
export type Weak = Readonly<Record<string, Weakness>>

export type SessionOptions = {
  device: types.Device
  offer: MediaOffer
  /** Opened while the call rings: nothing flows before `answered`. */
  warm: boolean
  ask: AskMedia
  createId: () => string
  timers: Pick<Timers, 'after'>
  timeline: Timeline
  /** The server would not have a producer for what it is, or because this person may not send it (`notAllowed`). */
  onProducerRefused(producerId: string, code: ErrorCode): void
  /** This session is beyond repair: media has to be opened anew. */
  onLost(): void
  onSpeakers(userIds: string[]): void
  /** Whose connection is not good. */
  onWeak(weak: Weak): void
  /** While warm: a track that will show a picture once the call is answered. */
  onPrepared(track: MediaStreamTrack): void
  onChange(): void
  onError(error: unknown): void
}

export interface Session {
  readonly roomId: string
  /** Opened once what came with the offer is set up to be received: the others are seen and heard first. Null when it was closed before. */
  readonly send: Promise<types.Transport | null>
  readonly receiver: Receiver
  receiveStats(): Promise<RTCStatsReport>
  /** Whose connection is weak, whichever way it was learnt. */
  connectionsTold(told: Connections): void
  /** The id of the transport it receives on. */
  readonly receiveId: string
  /** Its warm time is over: the server has let flow what was set up, and names all there is. */
  answered(offer: MediaOffer): void
  connection(): 'connecting' | 'connected' | 'reconnecting'
  apply(event: MediaEvent): void
  restartIce(): void
  /** All that WebRTC counts of both connections. */
  reports(): Promise<{ send: Report[]; receive: Report[] }>
  close(): void
}

export function createSession(options: SessionOptions): Session {
  const { device, offer, ask, timeline } = options
  const { roomId } = offer
  const transportOptions = (transport: TransportOffer): types.TransportOptions => ({
    ...(transport as unknown as types.TransportOptions),
    iceServers: offer.iceServers as RTCIceServer[],
  })
  const receive = device.createRecvTransport(transportOptions(offer.receive))
  const transports: types.Transport[] = []
  const keepers: KeptConnected[] = []
  const hearts: Heart[] = []
  /** While warm: what begins to wait for sound once the call is answered. */
  let listenLater: (() => void)[] | null = options.warm ? [] : null
  const markConnected = () => {
    const connected = transports.some((transport) => transport.connectionState === 'connected')
    if (connected && listenLater === null) timeline.mark('iceConnected', { roomId })
  }
  function take(transport: types.Transport, heart: Heart) {
    transports.push(transport)
    hearts.push(heart)
    connectAtOnce(transport)
    const keeper = keepConnected({
      transport,
      newIce: () => newIce(transport),
      timers: options.timers,
      onStateChange() {
        markConnected()
        options.onChange()
      },
      onHopeless: lost,
    })
    keepers.push(keeper)
  }

  /** Nothing waits for the server's answer here: it cannot change what the client does next, and a refusal is handled when it comes. */
  function connectAtOnce(transport: types.Transport) {
    transport.on('connect', ({ dtlsParameters }, done) => {
      done()
      const input = { roomId, transportId: transport.id, dtlsParameters: dtlsParameters as unknown as OpaqueMedia }
      void ask('media.connectTransport', input).then((answer) => !answer.ok && lost())
    })
  }

  function openSend(): types.Transport | null {
    if (receive.closed) return null
    const send = device.createSendTransport(transportOptions(offer.send))
    const producers = new Set<types.Producer>()
    send.observer.on('newproducer', (producer) => {
      producers.add(producer)
      producer.observer.once('close', () => producers.delete(producer))
    })
    // The server tells all the time how what it gets comes in.
    const sends = () => [...producers].some((producer) => !producer.paused)
    take(send, heartOf(send, sends))
    send.on('produce', ({ kind, rtpParameters, appData }, done) => {
      const producerId = options.createId()
      done({ id: producerId })
      const source = appData['source'] as ProducerSource
      const parameters = rtpParameters as unknown as OpaqueMedia
      const heights = appData['heights'] as number[] | undefined
      const sent = { producerId, source, kind, rtpParameters: parameters, paused: false, ...(heights && { heights }) }
      const input = { roomId, transportId: send.id, ...sent }
      void ask('media.produce', input).then((answer) => !answer.ok && refused(producerId, answer.error))
    })
    return send
  }

  function refused(producerId: string, error: ProtocolError) {
    if (receive.closed) return
    if (error.code === 'unavailable' || error.code === 'notInRoom') lost()
    else options.onProducerRefused(producerId, error.code)
  }

  const receiver = createReceiver({
    transport: receive,
    resume(consumerIds) {
      void ask('media.resumeConsumers', { roomId, consumerIds }).then((answer) => !answer.ok && lost())
    },
    onReceiving(consumerOffer, consumer) {
      if (listenLater && consumer.kind === 'video') options.onPrepared(consumer.track)
      if (consumerOffer.source !== 'microphone' || !consumer.rtpReceiver) return
      const { rtpReceiver } = consumer
      const listen = () => {
        if (consumer.closed) return
        const endWatch = watchFirstAudio(timeline, rtpReceiver, { roomId, userId: consumerOffer.userId })
        consumer.observer.once('close', endWatch)
      }
      if (listenLater) listenLater.push(listen)
      else listen()
    },
    onChange: options.onChange,
    onError: options.onError,
  })

  async function newIce(transport: types.Transport): Promise<FreshIce | null> {
    const answer = await ask('media.restartIce', { roomId, transportId: transport.id })
    if (!answer.ok) return null
    const { iceParameters, iceServers = null } = answer.value
    return {
      iceParameters: iceParameters as unknown as types.IceParameters,
      iceServers: iceServers as RTCIceServer[] | null,
    }
  }

  /** Either nobody sends anything yet, or the server did not know what this device can receive: asking is right for both. */
  async function askForAll() {
    const rtpCapabilities = device.recvRtpCapabilities as unknown as OpaqueMedia
    const answer = await ask('media.consume', { roomId, rtpCapabilities })
    if (receive.closed) return
    if (answer.ok) await receiver.add(answer.value.consumers)
    else lost()
  }

  let qualityVersion = -1
  function connectionsTold({ version, weak }: Connections) {
    if (version <= qualityVersion) return
    qualityVersion = version
    options.onWeak(Object.fromEntries(weak.map(({ userId, quality }) => [userId, quality])))
  }

  let ended = false
  function lost() {
    if (!ended) options.onLost()
  }

  const rtpReceivers = () => receiver.flowing().flatMap(({ rtpReceiver }) => rtpReceiver ?? [])
  // While warm the server holds everything back.
  const flows = () => listenLater === null && receiver.flowing().length > 0
  take(receive, heartOf(receive, flows, rtpReceivers))
  const restartIce = () => keepers.forEach((keeper) => keeper.restart())
  const endPulse = watchPulse({ hearts: () => hearts, timers: options.timers, onSilent: restartIce })
  const isComplete = options.warm || offer.consumers.length > 0
  const receiving = isComplete ? receiver.add(offer.consumers) : Promise.resolve()
  if (!isComplete) void askForAll()
  /** Two transports that look for their way at once are both late. It is not the network that is waited for, only that this one has begun. */
  async function underWay() {
    if (!isComplete || receive.closed || receive.connectionState !== 'new') return
    await within(options.timers, UNDER_WAY_MAX_MS, (begun) => {
      receive.once('connectionstatechange', begun)
      return () => void receive.off('connectionstatechange', begun)
    })
  }
  return {
    roomId,
    send: receiving.then(underWay).then(openSend),
    receiver,
    receiveStats: () => receive.getStats(),
    connectionsTold,
    receiveId: receive.id,
    answered({ consumers }) {
      const listeners = listenLater ?? []
      listenLater = null
      markConnected()
      for (const listen of listeners) listen()
      // Those that came at the last moment and are not set up here yet.
      void receiver.add(consumers)
    },
    connection() {
      const states = transports.map((transport) => transport.connectionState)
      if (states.some((state) => state === 'disconnected' || state === 'failed')) return 'reconnecting'
      // A transport connects when it first has something to carry: one without is not waited for.
      return states.includes('connecting') ? 'connecting' : 'connected'
    },
    apply(event) {
      switch (event.name) {
        case 'media.newConsumers':
          return void receiver.add(event.payload.consumers)
        case 'media.consumerClosed':
          return receiver.close(event.payload.consumerId)
        case 'media.consumerPaused':
          return receiver.setPaused(event.payload.consumerId, event.payload.producerPaused)
        case 'media.speakers':
          return options.onSpeakers(event.payload.userIds)
        case 'media.quality':
          return connectionsTold(event.payload)
        case 'media.reset':
          return lost()
      }
    },
    restartIce,
    async reports() {
      const [received = [], sent = []] = await Promise.all(transports.map(reportsOf))
      return { send: sent, receive: received }
    },
    close() {
      ended = true
      endPulse()
      for (const transport of transports) transport.close()
    },
  }
}

const reportsOf = async (transport: types.Transport): Promise<Report[]> =>
  transport.closed ? [] : [...(await transport.getStats()).values()]
