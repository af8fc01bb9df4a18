// The synthetic senders themselves: what benches and tests of big rooms count must be what a real client would send.
import type { Consumer, Router, Worker } from 'mediasoup/types'
import { createWorker } from 'mediasoup'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROUTER_CODECS } from '../../server/media/codecs.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import { camera as cameraInput, missingWorker, newSeat, startTestEngine, valueOf } from '../support/media/engine.ts'
import { receivingTransport, sendingTransport, usePlainTransports } from '../support/rtp/plainTransports.ts'
import { startPump, type Pump } from '../support/rtp/pump.ts'
import { openSink, type Sink } from '../support/rtp/sink.ts'
import { AudioStream, VideoStream, type Stream } from '../support/rtp/streams.ts'

const missing = missingWorker()
if (missing) throw new Error(missing)

let worker: Worker
let router: Router
let pump: Pump
let sink: Sink

beforeAll(async () => {
  worker = await createWorker({ logLevel: 'warn' })
  router = await worker.createRouter({ mediaCodecs: ROUTER_CODECS })
  pump = await startPump()
  sink = await openSink()
})

afterAll(async () => {
  await pump.close()
  await sink.close()
  worker.close()
})

async function sends(stream: Stream) {
  const transport = await sendingTransport(router)
  const { kind, rtpParameters } = stream
  const producer = await transport.produce({ kind, rtpParameters: rtpParameters as never })
  pump.add(stream, { port: transport.tuple.localPort })
  return producer
}

async function receives(producerId: string): Promise<Consumer> {
  const transport = await receivingTransport(router, sink.port)
  return transport.consume({ producerId, rtpCapabilities: router.rtpCapabilities })
}

const forwarded = async (consumer: Consumer) => (await consumer.getStats())[0]?.packetCount ?? 0

test('a camera in three layers is simulcast to the router, steps between them, and gives a key frame when asked', async () => {
  const camera = new VideoStream()
  const producer = await sends(camera)
  await expect.poll(() => producer.score.map(({ score }) => score), { timeout: 5_000 }).toEqual([10, 10, 10])
  expect(producer.type).toBe('simulcast')

  const consumer = await receives(producer.id)
  const layer = () => consumer.currentLayers?.spatialLayer
  await expect.poll(layer, { timeout: 5_000 }).toBe(2)
  await expect.poll(() => forwarded(consumer), { timeout: 5_000 }).toBeGreaterThan(100)
  await consumer.setPreferredLayers({ spatialLayer: 0, temporalLayer: 0 })
  await expect.poll(layer, { timeout: 5_000 }).toBe(0)
  await expect.poll(() => consumer.currentLayers?.temporalLayer, { timeout: 5_000 }).toBe(0)

  const before = camera.keyFrames[0]!
  await consumer.requestKeyFrame()
  await expect.poll(() => camera.keyFrames[0], { timeout: 5_000 }).toBeGreaterThan(before)
  pump.remove(camera)
  // Lowest layer at a quarter of the rate, beside three layers that were sent in full.
  const stats = await producer.getStats()
  expect(stats.map(({ packetsLost }) => packetsLost)).toEqual([0, 0, 0])
})

test('the level of a voice is what the router hears', async () => {
  const voice = new AudioStream({ level: -30 })
  const producer = await sends(voice)
  const levels = await router.createAudioLevelObserver({ interval: 250, maxEntries: 1, threshold: -70 })
  const heard = new Promise<number>((resolve) => levels.on('volumes', ([first]) => first && resolve(first.volume)))
  await levels.addProducer({ producerId: producer.id })
  expect(await heard).toBe(-30)
  const consumer = await receives(producer.id)
  await expect.poll(() => forwarded(consumer), { timeout: 5_000 }).toBeGreaterThan(40)
  const quiet = new Promise((resolve) => levels.once('silence', () => resolve('silence')))
  voice.level = -100
  expect(await quiet).toBe('silence')
})

test('in a real room, a synthetic participant is seen by another one', async () => {
  const plain = usePlainTransports({ sinkPort: sink.port })
  const { engine } = await startTestEngine()
  plain.restore()
  const camera = new VideoStream()
  try {
    const [ann, ben] = [newSeat('room'), newSeat('room')]
    const opened = valueOf(await engine.open(ann, null))
    const produced = cameraInput(opened.send.id, { rtpParameters: camera.rtpParameters as OpaqueMedia })
    valueOf(await engine.produce(ann, produced))
    pump.add(camera, { port: plain.portOf(opened.send.id) })
    const { receive, consumers } = valueOf(await engine.open(ben, engine.routerRtpCapabilities))
    expect(consumers.map(({ userId }) => userId)).toEqual([ann.userId])
    const bytesToBen = async () => (await plain.find(receive.id).getStats())[0]?.bytesSent ?? 0
    valueOf(await engine.setConsumersPaused(ben, [consumers[0]!.id], false))
    await expect.poll(bytesToBen, { timeout: 5_000 }).toBeGreaterThan(20_000)
  } finally {
    pump.remove(camera)
    await engine.close()
  }
})
