// Junk of every shape, at every place where a client's own objects reach the media engine: always an answer, never a crash.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpaqueMedia } from '../../shared/protocol/media.ts'
import {
  camera,
  dtlsParameters,
  microphone,
  missingWorker,
  newSeat,
  startTestEngine,
  valueOf,
  vp8Parameters,
  type TestEngine,
} from '../support/media/engine.ts'

const missing = missingWorker()
if (missing) console.warn(`media tests skipped: ${missing}`)

type Path = (string | number)[]

/** Every place inside a value, the outermost first. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

const numbers = fc.constantFrom(-1, 0, 0.5, 1, 255, 256, 2 ** 31, 2 ** 32, 2 ** 53, 1e300)
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  numbers,
  fc.string({ maxLength: 2_000 }),
  fc.constantFrom('video/rtx', 'audio/opus', 'rtx', '__proto__'),
)
const spoilt = (good: object) =>
  fc
    .tuple(fc.constantFrom(...places(good).filter((path) => path.length > 0)), junk)
    .map(([path, by]) => replaced(good, path, by) as OpaqueMedia)

describe.skipIf(missing)('junk for the media engine', () => {
  let media: TestEngine
  beforeAll(async () => {
    media = await startTestEngine()
  })
  afterAll(() => media.engine.close())

  it('gets an answer, and the worker and the other rooms live on', async () => {
    const pids = media.engine.workers().map(({ pid }) => pid)
    const witness = newSeat(randomUUID())
    const witnessOffer = valueOf(await media.engine.open(witness, null))
    const good = {
      parameters: vp8Parameters(),
      dtls: dtlsParameters(),
      capabilities: media.engine.routerRtpCapabilities,
    }
    const cases = fc.record({
      parameters: spoilt(good.parameters),
      dtls: spoilt(good.dtls),
      capabilities: spoilt(good.capabilities),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ parameters, dtls, capabilities }) => {
        const seat = newSeat(randomUUID())
        const offer = valueOf(await media.engine.open(seat, null))
        const answers = [
          await media.engine.produce(seat, camera(offer.send.id, { rtpParameters: parameters })),
          await media.engine.consume(seat, capabilities),
          await media.engine.connectTransport(seat, offer.receive.id, dtls),
        ]
        const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]))
        expect(codes.every((code) => code === 'invalid')).toBe(true)
        valueOf(await media.engine.produce(witness, microphone(witnessOffer.send.id)))
        media.engine.closeRoom(seat.roomId)
      }),
      { numRuns: 400 },
    )
    expect(media.engine.workers().map(({ pid }) => pid)).toEqual(pids)
  })
})
