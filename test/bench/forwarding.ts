// What a core carries: the product's rooms and a bare mediasoup router forward the same synthetic people, round after round in turn.
// Both have a worker of their own, the same number of producers and consumers, PlainTransports, and SRTP towards who receives.
import { randomUUID } from 'node:crypto'
import { createWorker } from 'mediasoup'
import type { Consumer, Router, Worker } from 'mediasoup/types'
import { KEY_FRAME_REQUEST_DELAY_MS, ROUTER_CODECS } from '../../server/media/codecs.ts'
import { createMediasoupEngine } from '../../server/media/mediasoup.ts'
import type { SeatKey } from '../../server/media/engine.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import { failure, type Result } from '../../shared/protocol/result.ts'
import {
  receivingTransport,
  sendingTransport,
  usePlainTransports,
  withoutEstimates,
} from '../support/rtp/plainTransports.ts'
import { startPump, type Pump } from '../support/rtp/pump.ts'
import { openSink } from '../support/rtp/sink.ts'
import { AudioStream, VideoStream, type Stream } from '../support/rtp/streams.ts'
import { median } from './figures.ts'

const PEOPLE = 10
const ROUNDS = 9
const ROUND_MS = 4_000
/** Streams that begin anew send a burst of key frames first. */
const WARM_UP_MS = 1_000
const ALL_LAYERS_MS_MAX = 10_000

export type ForwardingFigures = {
  ratio: number
  consumersPerCore: number
  packetsPerCpuSecond: number
  barePacketsPerCpuSecond: number
}

/** One way of forwarding: everybody's streams, where they go, and everybody's consumers of all others. */
type Side = {
  name: string
  workers: Worker[]
  streams: { stream: Stream; port: number }[]
  consumers: Consumer[]
  close(): Promise<void>
}

type Round = { packets: number; cpuSeconds: number; wallSeconds: number }

export async function benchForwarding(options: {
  say(line: string): void
  /** Over how many the product's room is piped. */
  workers: number
}): Promise<ForwardingFigures> {
  const sink = await openSink()
  const pump = await startPump()
  const sides: Side[] = []
  try {
    const product = await productSide(sink.port, options.workers)
    sides.push(product)
    const bare = await bareSide(sink.port)
    sides.push(bare)
    if (product.consumers.length !== bare.consumers.length) throw new Error('the two sides are not alike')
    const rounds: { product: Round; bare: Round }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      // Who goes first changes, so that a machine that slowly gets busier favours neither.
      const first = round % 2 === 0 ? product : bare
      const one = await measure(first, pump)
      const other = await measure(first === product ? bare : product, pump)
      rounds.push(first === product ? { product: one, bare: other } : { product: other, bare: one })
    }
    return figuresOf(rounds, product.consumers.length, options.say)
  } finally {
    for (const side of sides) await side.close()
    await pump.close()
    await sink.close()
  }
}

const rate = ({ packets, cpuSeconds }: Round) => packets / cpuSeconds

function figuresOf(
  rounds: { product: Round; bare: Round }[],
  consumers: number,
  say: (line: string) => void,
): ForwardingFigures {
  for (const { product, bare } of rounds) {
    const side = (round: Round) => `${Math.round(rate(round))} (of ${round.packets})`
    say(`packets a CPU second: rooms ${side(product)} · bare router ${side(bare)}`)
  }
  const perCore = rounds.map(({ product }) => (consumers * product.wallSeconds) / product.cpuSeconds)
  return {
    ratio: Math.round(median(rounds.map(({ product, bare }) => rate(product) / rate(bare))) * 1000) / 1000,
    consumersPerCore: Math.round(median(perCore)),
    packetsPerCpuSecond: Math.round(median(rounds.map(({ product }) => rate(product)))),
    barePacketsPerCpuSecond: Math.round(median(rounds.map(({ bare }) => rate(bare)))),
  }
}

async function measure(side: Side, pump: Pump): Promise<Round> {
  for (const { stream, port } of side.streams) pump.add(stream, { port })
  await pause(WARM_UP_MS)
  await untilAllInFull(side)
  const packetsBefore = await forwarded(side.consumers)
  const cpuBefore = await cpuSeconds(side.workers)
  const startedAt = performance.now()
  await pause(ROUND_MS)
  const wallSeconds = (performance.now() - startedAt) / 1000
  const cpuAfter = await cpuSeconds(side.workers)
  const packets = (await forwarded(side.consumers)) - packetsBefore
  for (const { stream } of side.streams) pump.remove(stream)
  return { packets, cpuSeconds: cpuAfter - cpuBefore, wallSeconds }
}

/** Nothing is measured while a consumer still shows a smaller picture, on either side. */
async function untilAllInFull({ name, consumers }: Side) {
  const top = 2
  const late = () =>
    consumers.filter(({ kind, currentLayers }) => kind === 'video' && currentLayers?.spatialLayer !== top).length
  const startedAt = performance.now()
  while (late() > 0) {
    if (performance.now() - startedAt > ALL_LAYERS_MS_MAX)
      throw new Error(`${name}: ${late()} pictures are not in full after ${ALL_LAYERS_MS_MAX} ms`)
    await pause(50)
  }
}

async function forwarded(consumers: readonly Consumer[]): Promise<number> {
  const stats = await Promise.all(consumers.map((consumer) => consumer.getStats()))
  return stats.flat().reduce((sum, entry) => sum + (entry.type === 'outbound-rtp' ? entry.packetCount : 0), 0)
}

async function cpuSeconds(workers: readonly Worker[]): Promise<number> {
  const usages = await Promise.all(workers.map((worker) => worker.getResourceUsage()))
  return usages.reduce((sum, { ru_utime, ru_stime }) => sum + (ru_utime + ru_stime) / 1000, 0)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** A room of the real engine, as the server runs it: seats, offers, consumers that step up, and who is speaking. */
async function productSide(sinkPort: number, workers: number): Promise<Side> {
  const plain = usePlainTransports({ sinkPort })
  const quiet = () => {}
  const engine = await createMediasoupEngine({
    workers,
    consumersPerWorker: consumersOfShare(workers),
    listenIp: '127.0.0.1',
    log: { info: quiet, warn: quiet, error: quiet },
  })
  plain.restore()
  const rtpCapabilities = withoutEstimates(engine.routerRtpCapabilities)
  const people: SeatKey[] = Array.from({ length: PEOPLE }, () => ({
    roomId: 'room',
    userId: randomUUID(),
    deviceId: randomUUID(),
  }))
  const answers: Promise<Result<unknown>>[] = []
  engine.setListener({
    toSeat(seat, event) {
      if (event.name !== 'media.newConsumers') return
      const ids = event.payload.consumers.map(({ id }) => id)
      answers.push(engine.setConsumersPaused(seat, ids, false))
    },
    sourcesChanged() {},
    roomReset: () => void answers.push(Promise.resolve(failure('unavailable', 'the worker died'))),
  })
  const streams: Side['streams'] = []
  for (const seat of people) {
    const offer = valueOf(await engine.open(seat, rtpCapabilities))
    const consumerIds = offer.consumers.map(({ id }) => id)
    if (consumerIds.length > 0) valueOf(await engine.setConsumersPaused(seat, consumerIds, false))
    for (const stream of [new AudioStream(), new VideoStream()]) {
      const rtpParameters = stream.rtpParameters as OpaqueMedia
      const source = stream.kind === 'audio' ? 'microphone' : 'camera'
      const input = { transportId: offer.send.id, producerId: randomUUID(), source, kind: stream.kind } as const
      valueOf(await engine.produce(seat, { ...input, rtpParameters, paused: false }))
      streams.push({ stream, port: plain.portOf(offer.send.id) })
    }
  }
  await untilAllConsume(plain.consumers)
  for (const answer of await Promise.all(answers)) valueOf(answer)
  const used = engine.workers().filter(({ rooms }) => rooms > 0).length
  if (used !== workers) throw new Error(`rooms: on ${used} workers, not on ${workers}`)
  return { name: 'rooms', workers: plain.workers, streams, consumers: plain.consumers, close: () => engine.close() }
}

/** As many as the first worker has when it has its share of the people. */
function consumersOfShare(workers: number): number | undefined {
  const share = Math.floor(PEOPLE / workers)
  return workers > 1 ? 2 * share * (share - 1) : undefined
}

/** New producers are consumed by those inside without anybody waiting for it. */
async function untilAllConsume(consumers: readonly Consumer[]) {
  const wanted = PEOPLE * (PEOPLE - 1) * 2
  const startedAt = performance.now()
  while (consumers.length < wanted || consumers.some(({ paused }) => paused)) {
    if (performance.now() - startedAt > ALL_LAYERS_MS_MAX)
      throw new Error(`rooms: ${consumers.filter(({ paused }) => !paused).length} of ${wanted} consumers flow`)
    await pause(20)
  }
}

/** The same with nothing but mediasoup, as its author would write it. */
async function bareSide(sinkPort: number): Promise<Side> {
  const worker = await createWorker({ logLevel: 'warn' })
  const router = await worker.createRouter({ mediaCodecs: ROUTER_CODECS })
  const streams: Side['streams'] = []
  const producerIds: string[][] = []
  for (let person = 0; person < PEOPLE; person++) {
    const transport = await sendingTransport(router)
    const own: string[] = []
    for (const stream of [new AudioStream(), new VideoStream()]) {
      const { kind } = stream
      const delay = kind === 'video' ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}
      const producer = await transport.produce({ kind, rtpParameters: stream.rtpParameters as never, ...delay })
      own.push(producer.id)
      streams.push({ stream, port: transport.tuple.localPort })
    }
    producerIds.push(own)
  }
  const consumers = await Promise.all(producerIds.map((own) => consumeOthers(router, sinkPort, producerIds, own)))
  return {
    name: 'bare router',
    workers: [worker],
    streams,
    consumers: consumers.flat(),
    close: async () => worker.close(),
  }
}

async function consumeOthers(router: Router, sinkPort: number, all: readonly string[][], own: readonly string[]) {
  const transport = await receivingTransport(router, sinkPort)
  const others = all.filter((ids) => ids !== own).flat()
  const rtpCapabilities = withoutEstimates(router.rtpCapabilities)
  return Promise.all(others.map((producerId) => transport.consume({ producerId, rtpCapabilities })))
}
