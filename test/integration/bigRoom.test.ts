// A room of more than thirty with the real worker and synthetic voices: who reaches a listener, as counted where the packets arrive.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SeatKey } from '../../server/media/engine.ts'
import { VOICES_MAX } from '../../server/media/loudest.ts'
import { systemTimers } from '../../server/timers.ts'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import {
  camera,
  microphone,
  missingWorker,
  newSeat,
  startTestEngine,
  valueOf,
  type TestEngine,
} from '../support/media/engine.ts'
import { arriving, openArrivals, ssrcOf, type Arrivals } from '../support/rtp/arrivals.ts'
import { usePlainTransports, withoutEstimates, type PlainTransports } from '../support/rtp/plainTransports.ts'
import { startPump, type Pump } from '../support/rtp/pump.ts'
import { AudioStream, VideoStream } from '../support/rtp/streams.ts'

const missing = missingWorker()
if (missing) throw new Error(missing)

const SPEECH_DB = -30
const BEGIN_MS_MAX = 200
const ROOM = 'big'
const SMALL = [90, 180].map((height) => ({ maxBitrate: height * 500, height }))

let arrivals: Arrivals
let media: TestEngine
/** How much later it is for the server than on the wall. */
let laterMs = 0
let plain: PlainTransports
let pump: Pump

beforeAll(async () => {
  arrivals = await openArrivals()
  plain = usePlainTransports({ sinkPort: arrivals.port })
  media = await startTestEngine({ timers: { ...systemTimers, now: () => systemTimers.now() + laterMs } })
  plain.restore()
  pump = await startPump()
})

afterAll(async () => {
  await pump.close()
  await media.engine.close()
  arrivals.close()
})

type Sent = { producerId: string }
type Voice = Sent & { seat: SeatKey; stream: AudioStream }

async function voice(level: number | null): Promise<Voice> {
  const seat = newSeat(ROOM)
  const stream = new AudioStream({ level })
  const { send } = valueOf(await media.engine.open(seat, null))
  const producerId = randomUUID()
  const rtpParameters = stream.rtpParameters as OpaqueMedia
  valueOf(await media.engine.produce(seat, microphone(send.id, { producerId, rtpParameters })))
  pump.add(stream, { port: plain.portOf(send.id) })
  return { seat, stream, producerId }
}

/** Somebody who only listens, to everybody; gives the ssrc under which each producer reaches them. */
async function listener(roomId = ROOM) {
  const seat = newSeat(roomId)
  const rtpCapabilities = withoutEstimates(media.engine.routerRtpCapabilities)
  const { consumers } = valueOf(await media.engine.open(seat, rtpCapabilities))
  const ids = consumers.map(({ id }) => id)
  valueOf(await media.engine.setConsumersPaused(seat, ids, false))
  const ssrcs = new Map(consumers.map((consumer) => [consumer.producerId, ssrcOf(consumer)]))
  const countOf = (one: Sent) => arrivals.countOf(ssrcs.get(one.producerId)!)
  const consumerOf = (one: Sent) => consumers.find(({ producerId }) => producerId === one.producerId)!.id
  return { seat, countOf, consumerOf }
}

test('beyond thirty people the twelve loudest are let through; who begins to speak is heard at once; with fewer people all are', async () => {
  const voices: Voice[] = []
  for (let number = 0; number < VOICES_MAX + 4; number++) voices.push(await voice(SPEECH_DB))
  const { countOf, seat } = await listener()
  await expect.poll(() => arriving(voices, countOf), { timeout: 10_000 }).toHaveLength(voices.length)

  const quiet: SeatKey[] = []
  while (voices.length + 1 + quiet.length < 31) {
    quiet.push(newSeat(ROOM))
    valueOf(await media.engine.open(quiet.at(-1)!, null))
  }
  await expect.poll(() => arriving(voices, countOf), { timeout: 10_000 }).toEqual(voices.slice(0, VOICES_MAX))

  // Everybody falls silent and sends nothing, for a while; then those who had to wait speak one after the other.
  for (const { stream } of voices) stream.level = null
  await expect.poll(() => arriving(voices, countOf), { timeout: 5_000 }).toEqual([])
  laterMs += 5_000
  const delays: number[] = []
  for (const one of voices.slice(VOICES_MAX)) {
    const before = countOf(one)
    const startedAt = performance.now()
    one.stream.level = SPEECH_DB
    await expect.poll(() => countOf(one), { timeout: 5_000, interval: 5 }).toBeGreaterThan(before)
    delays.push(performance.now() - startedAt)
  }
  // Of several, since a machine that stands still for a moment says nothing about this.
  expect(Math.min(...delays)).toBeLessThan(BEGIN_MS_MAX)
  // All sixteen at once: those who have just begun go on being heard, and soon it is the same twelve.
  for (const { stream } of voices) stream.level = SPEECH_DB
  await expect.poll(() => arriving(voices, countOf), { timeout: 5_000 }).toHaveLength(VOICES_MAX)
  const now = await arriving(voices, countOf)
  expect(now).toEqual(expect.arrayContaining(voices.slice(VOICES_MAX)))
  for (let look = 0; look < 5; look++) expect(await arriving(voices, countOf)).toEqual(now)

  // One of those who are heard mutes: somebody else is heard instead.
  const [muted] = now
  valueOf(await media.engine.setProducerPaused(muted!.seat, muted!.producerId, true))
  await expect.poll(() => arriving(voices, countOf), { timeout: 10_000 }).toHaveLength(VOICES_MAX)
  valueOf(await media.engine.setProducerPaused(muted!.seat, muted!.producerId, false))

  // As few as that are all heard again.
  for (const gone of quiet) media.engine.closeSeat(gone)
  await expect.poll(() => arriving(voices, countOf), { timeout: 10_000 }).toHaveLength(voices.length)
  media.engine.closeSeat(seat)
})

test('of twenty cameras sixteen come unasked, those who spoke last among them, and whichever is asked for', async () => {
  const roomId = 'cameras'
  const streams: (AudioStream | VideoStream)[] = []
  const people: (Sent & { voice: AudioStream })[] = []
  for (let number = 0; number < 20; number++) {
    const seat = newSeat(roomId)
    const { send } = valueOf(await media.engine.open(seat, null))
    const picture = new VideoStream({ layers: SMALL })
    const voice = new AudioStream({ level: null })
    const [cameraId, microphoneId] = [randomUUID(), randomUUID()]
    const sent = (stream: AudioStream | VideoStream) => ({ rtpParameters: stream.rtpParameters as OpaqueMedia })
    valueOf(await media.engine.produce(seat, camera(send.id, { producerId: cameraId, ...sent(picture) })))
    valueOf(await media.engine.produce(seat, microphone(send.id, { producerId: microphoneId, ...sent(voice) })))
    for (const stream of [picture, voice]) pump.add(stream, { port: plain.portOf(send.id) })
    streams.push(picture, voice)
    people.push({ producerId: cameraId, voice })
  }
  const { seat, countOf, consumerOf } = await listener(roomId)
  const [first, second] = people
  const [speaker, asked] = people.slice(18)
  const seen = async () => (await arriving(people, countOf)).map((one) => people.indexOf(one))
  const firstSixteen = Array.from({ length: 16 }, (_, index) => index)
  await expect.poll(seen, { timeout: 10_000 }).toEqual(firstSixteen)

  speaker!.voice.level = SPEECH_DB
  await expect.poll(seen, { timeout: 10_000 }).toEqual([...firstSixteen.slice(0, -1), 18])
  speaker!.voice.level = null
  const view = (one: Sent) => ({ consumerId: consumerOf(one), size: { width: 320, height: 180 }, large: false })
  const unseen = (one: Sent) => ({ ...view(one), size: null })
  valueOf(await media.engine.setViews(seat, 1, [view(asked!), unseen(first!), unseen(second!)]))
  await expect.poll(seen, { timeout: 10_000 }).toEqual([...firstSixteen.slice(2), 16, 18, 19])
  for (const stream of streams) pump.remove(stream)
  media.engine.closeRoom(roomId)
})
