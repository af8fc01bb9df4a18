// The media engine against the real worker: what rooms can rely on, and what a client cannot break. No browser, so no RTP flows.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TRANSPORT_OPTIONS } from '../../server/media/codecs.ts'
import type { SeatKey } from '../../server/media/engine.ts'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import {
  camera,
  dtlsParameters,
  microphone,
  missingWorker,
  newSeat,
  opusParameters,
  refusalOf,
  startTestEngine,
  valueOf,
  vp8Parameters,
  type TestEngine,
} from '../support/media/engine.ts'

const missing = missingWorker()
if (missing) console.warn(`media tests skipped: ${missing}`)

describe.skipIf(missing)('media engine', () => {
  let media: TestEngine

  beforeAll(async () => {
    media = await startTestEngine()
  })
  afterAll(() => media.engine.close())

  async function enter(roomId: string): Promise<{ seat: SeatKey; offer: MediaOffer }> {
    const seat = newSeat(roomId)
    return { seat, offer: valueOf(await media.engine.open(seat, media.engine.routerRtpCapabilities)) }
  }
  const toldTo = (seat: SeatKey, name: string) =>
    media.told.filter((told) => told.seat.userId === seat.userId && told.event.name === name).map(({ event }) => event)
  const announced = (seat: SeatKey) =>
    media.told.flatMap(({ seat: to, event }) =>
      to.userId === seat.userId && event.name === 'media.newConsumers' ? event.payload.consumers : [],
    )
  const lastSources = (seat: SeatKey) =>
    media.sources.filter((entry) => entry.seat.userId === seat.userId).at(-1)?.sources

  it('offers two transports on loopback, over UDP and TCP', async () => {
    const { offer } = await enter(randomUUID())
    expect(offer.send.id).not.toBe(offer.receive.id)
    const candidates = offer.receive.iceCandidates.map(({ protocol, ip }) => `${String(protocol)} ${String(ip)}`)
    expect(candidates.toSorted()).toEqual(['tcp 127.0.0.1', 'udp 127.0.0.1'])
    expect(offer.routerRtpCapabilities).toEqual(media.engine.routerRtpCapabilities)
    const codecs = media.engine.routerRtpCapabilities['codecs'] as { mimeType: string }[]
    const names = codecs.map(({ mimeType }) => mimeType).filter((name) => name !== 'video/rtx')
    expect(names).toEqual(['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1'])
  })

  it('announces a new producer to the others, not to its owner, and reports sources', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const ben = await enter(roomId)
    const sent = microphone(ann.offer.send.id)
    valueOf(await media.engine.produce(ann.seat, sent))
    const [consumer] = await media.until(
      'ben hears of ann',
      () => announced(ben.seat).length > 0 && announced(ben.seat),
    )
    expect(consumer).toMatchObject({
      producerId: sent.producerId,
      userId: ann.seat.userId,
      source: 'microphone',
      kind: 'audio',
      producerPaused: false,
    })
    expect(announced(ann.seat)).toEqual([])
    expect(lastSources(ann.seat)).toEqual({ microphone: true, camera: false, screen: false })
  })

  it('announces producers that come together once each', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const ben = await enter(roomId)
    const both = [microphone(ann.offer.send.id), camera(ann.offer.send.id)]
    await Promise.all(both.map((input) => media.engine.produce(ann.seat, input)))
    await media.until('ben was offered both', () => announced(ben.seat).length === 2)
    expect(new Set(announced(ben.seat).map(({ source }) => source))).toEqual(new Set(['microphone', 'camera']))
  })

  it('brings the consumers of everybody else with the offer, or later when capabilities come later', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    await media.engine.produce(ann.seat, microphone(ann.offer.send.id))
    await media.engine.produce(ann.seat, camera(ann.offer.send.id, { paused: true }))
    const ben = await enter(roomId)
    const kinds = ben.offer.consumers.map(({ source, producerPaused }) => `${source} ${producerPaused}`)
    expect(kinds.toSorted()).toEqual(['camera true', 'microphone false'])
    const chloe = newSeat(roomId)
    expect(valueOf(await media.engine.open(chloe, null)).consumers).toEqual([])
    const later = valueOf(await media.engine.consume(chloe, media.engine.routerRtpCapabilities))
    expect(later).toHaveLength(2)
    expect(valueOf(await media.engine.consume(chloe, media.engine.routerRtpCapabilities)).map(({ id }) => id)).toEqual(
      later.map(({ id }) => id),
    )
  })

  it('tells of muting, unmuting and closing', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const sent = microphone(ann.offer.send.id)
    await media.engine.produce(ann.seat, sent)
    const ben = await enter(roomId)
    const consumerId = ben.offer.consumers[0]?.id
    valueOf(await media.engine.setConsumersPaused(ben.seat, [consumerId ?? '', 'gone'], false))
    valueOf(await media.engine.setProducerPaused(ann.seat, sent.producerId, true))
    await media.until('ben sees that ann is muted', () => toldTo(ben.seat, 'media.consumerPaused').length === 1)
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: false, screen: false })
    valueOf(await media.engine.setProducerPaused(ann.seat, sent.producerId, false))
    await media.until('ben sees that ann is unmuted', () => toldTo(ben.seat, 'media.consumerPaused').length === 2)
    const pauses = toldTo(ben.seat, 'media.consumerPaused').map(({ payload }) => payload)
    expect(pauses).toEqual([true, false].map((producerPaused) => ({ roomId, consumerId, producerPaused })))
    valueOf(await media.engine.closeProducer(ann.seat, sent.producerId))
    const [closed] = await media.until(
      'ben loses it',
      () => toldTo(ben.seat, 'media.consumerClosed').length > 0 && toldTo(ben.seat, 'media.consumerClosed'),
    )
    expect(closed?.payload).toEqual({ roomId, consumerId })
  })

  it('takes two shared screens at a time; whoever has one may take another', async () => {
    const roomId = randomUUID()
    const people = [await enter(roomId), await enter(roomId), await enter(roomId)] as const
    const [ann, ben, chloe] = people
    const share = ({ seat, offer }: (typeof people)[number]) => {
      const input = camera(offer.send.id, { source: 'screen' })
      return { input, answer: media.engine.produce(seat, input) }
    }
    const all = people.map(share)
    const answers = await Promise.all(all.map(({ answer }) => answer))
    expect(answers.map(refusalOf)).toEqual(['ok', 'ok', 'conflict source'])
    expect(refusalOf(await share(ann).answer)).toBe('ok')
    expect(refusalOf(await share(chloe).answer)).toBe('conflict source')
    // Sound that would have come with it is no screen.
    expect(refusalOf(await media.engine.produce(chloe.seat, microphone(chloe.offer.send.id)))).toBe('ok')
    valueOf(await media.engine.closeProducer(ben.seat, all[1]!.input.producerId))
    expect(refusalOf(await share(chloe).answer)).toBe('ok')
    media.engine.closeSeat(ann.seat)
    expect(refusalOf(await share(ben).answer)).toBe('ok')
  })

  it('takes in what is shown of pictures, of any consumer and in any order', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    await media.engine.produce(ann.seat, camera(ann.offer.send.id, { heights: [360] }))
    await media.engine.produce(ann.seat, microphone(ann.offer.send.id))
    const ben = await enter(roomId)
    const views = [...ben.offer.consumers.map(({ id }) => id), 'gone'].map((consumerId) => ({
      consumerId,
      size: { width: 320, height: 180 },
      large: true,
    }))
    const ids = ben.offer.consumers.map(({ id }) => id)
    valueOf(await media.engine.setViews(ben.seat, 2, views))
    valueOf(await media.engine.setConsumersPaused(ben.seat, ids, false))
    valueOf(await media.engine.setViews(ben.seat, 1, views))
    valueOf(
      await media.engine.setViews(
        ben.seat,
        3,
        views.map((view) => ({ ...view, size: null })),
      ),
    )
    expect(refusalOf(await media.engine.setViews(newSeat(roomId), 1, views))).toBe('notInRoom')
  })

  it('mutes a seat from outside: every microphone of it, also one under way, until its own client turns it on', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const [sent, picture] = [microphone(ann.offer.send.id), camera(ann.offer.send.id)]
    const producing = Promise.all([media.engine.produce(ann.seat, sent), media.engine.produce(ann.seat, picture)])
    media.engine.stopSources(ann.seat, ['microphone'])
    await producing
    await media.until('ann is silent', () => {
      const sources = lastSources(ann.seat)
      return sources?.microphone === false && sources.camera
    })
    const ben = await enter(roomId)
    const paused = ben.offer.consumers.map(({ source, producerPaused }) => `${source} ${producerPaused}`)
    expect(paused.toSorted()).toEqual(['camera false', 'microphone true'])
    media.engine.stopSources(newSeat(roomId), ['microphone'])
    valueOf(await media.engine.setProducerPaused(ann.seat, sent.producerId, false))
    expect(lastSources(ann.seat)).toEqual({ microphone: true, camera: true, screen: false })
    media.engine.stopSources(ann.seat, ['microphone'])
    await media.until('ben sees that ann is muted', () =>
      toldTo(ben.seat, 'media.consumerPaused').some(
        ({ payload }) => 'producerPaused' in payload && payload.producerPaused,
      ),
    )
  })

  it('takes a mute that overtakes the answer to produce', async () => {
    const ann = await enter(randomUUID())
    const sent = camera(ann.offer.send.id)
    const answers = await Promise.all([
      media.engine.produce(ann.seat, sent),
      media.engine.setProducerPaused(ann.seat, sent.producerId, true),
      media.engine.closeProducer(ann.seat, sent.producerId),
    ])
    expect(answers.map(refusalOf)).toEqual(['ok', 'ok', 'ok'])
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: false, screen: false })
  })

  it('puts a second camera in the place of the first', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const ben = await enter(roomId)
    await media.engine.produce(ann.seat, camera(ann.offer.send.id))
    await media.engine.produce(ann.seat, camera(ann.offer.send.id))
    await media.until('ben loses the first', () => toldTo(ben.seat, 'media.consumerClosed').length === 1)
    expect((await enter(roomId)).offer.consumers).toHaveLength(1)
  })

  it('closes a seat with all that it sent, and opens anew in place of the old', async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const ben = await enter(roomId)
    await media.engine.produce(ann.seat, microphone(ann.offer.send.id))
    await media.until('ben hears of ann', () => announced(ben.seat).length === 1)
    const again = valueOf(await media.engine.open(ann.seat, null))
    expect(again.send.id).not.toBe(ann.offer.send.id)
    await media.until('ben loses ann', () => toldTo(ben.seat, 'media.consumerClosed').length === 1)
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: false, screen: false })
    expect(refusalOf(await media.engine.produce(ann.seat, microphone(ann.offer.send.id)))).toBe('invalid transportId')
    media.engine.closeSeat(ann.seat)
    media.engine.closeSeat(newSeat(roomId))
    expect(refusalOf(await media.engine.restartIce(ann.seat, again.send.id))).toBe('notInRoom')
    media.engine.closeRoom(roomId)
    expect(refusalOf(await media.engine.restartIce(ben.seat, ben.offer.send.id))).toBe('notInRoom')
  })

  it('leaves no media behind when a seat closes while it opens', async () => {
    const seat = newSeat(randomUUID())
    const opening = media.engine.open(seat, null)
    media.engine.closeSeat(seat)
    expect(refusalOf(await opening)).toBe('conflict')
    const [first, second] = await Promise.all([media.engine.open(seat, null), media.engine.open(seat, null)])
    expect([refusalOf(first), refusalOf(second)]).toEqual(['conflict', 'ok'])
  })

  it("refuses another seat's transport and producer, and ids used twice", async () => {
    const roomId = randomUUID()
    const ann = await enter(roomId)
    const ben = await enter(roomId)
    const sent = microphone(ann.offer.send.id)
    valueOf(await media.engine.produce(ann.seat, sent))
    expect(refusalOf(await media.engine.connectTransport(ben.seat, ann.offer.send.id, dtlsParameters()))).toBe(
      'invalid transportId',
    )
    expect(refusalOf(await media.engine.restartIce(ben.seat, ann.offer.send.id))).toBe('invalid transportId')
    expect(refusalOf(await media.engine.produce(ben.seat, microphone(ann.offer.send.id)))).toBe('invalid transportId')
    expect(refusalOf(await media.engine.produce(ann.seat, microphone(ann.offer.receive.id)))).toBe(
      'invalid transportId',
    )
    expect(refusalOf(await media.engine.setProducerPaused(ben.seat, sent.producerId, true))).toBe('invalid producerId')
    expect(refusalOf(await media.engine.closeProducer(ben.seat, sent.producerId))).toBe('invalid producerId')
    const again = microphone(ben.offer.send.id, { producerId: sent.producerId })
    expect(refusalOf(await media.engine.produce(ben.seat, again))).toBe('conflict producerId')
    expect(lastSources(ann.seat)).toEqual({ microphone: true, camera: false, screen: false })
    const elsewhere = { ...ann.seat, roomId: randomUUID() }
    expect(refusalOf(await media.engine.setProducerPaused(elsewhere, sent.producerId, true))).toBe('notInRoom')
  })

  it('offers no data channel: whoever speaks SCTP is not listened to', async () => {
    const { offer } = await enter(randomUUID())
    expect(JSON.stringify(offer)).not.toMatch(/sctp/i)
    expect(TRANSPORT_OPTIONS.enableSctp).toBe(false)
  })

  it('connects a transport once, and restarts its ICE', async () => {
    const { seat, offer } = await enter(randomUUID())
    valueOf(await media.engine.connectTransport(seat, offer.send.id, dtlsParameters()))
    expect(refusalOf(await media.engine.connectTransport(seat, offer.send.id, dtlsParameters()))).toBe('conflict')
    const { iceParameters } = valueOf(await media.engine.restartIce(seat, offer.send.id))
    expect(iceParameters['usernameFragment']).not.toBe(offer.send.iceParameters['usernameFragment'])
  })

  it('holds pictures while ICE looks for a way, and nobody takes that for a camera turned off', async () => {
    const roomId = randomUUID()
    const [ann, ben] = [await enter(roomId), await enter(roomId)]
    const sent = camera(ann.offer.send.id)
    await media.engine.produce(ann.seat, sent)
    await media.until('ben was offered it', () => announced(ben.seat).length === 1)
    valueOf(await media.engine.setConsumersPaused(ben.seat, [announced(ben.seat)[0]?.id ?? ''], false))
    const pauses = () =>
      toldTo(ben.seat, 'media.consumerPaused').map(
        ({ payload }) => 'producerPaused' in payload && payload.producerPaused,
      )
    valueOf(await media.engine.restartIce(ann.seat, ann.offer.send.id))
    valueOf(await media.engine.restartIce(ann.seat, ann.offer.send.id))
    expect(pauses()).toEqual([])
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: true, screen: false })
    // What its person does meanwhile is told as ever.
    valueOf(await media.engine.setProducerPaused(ann.seat, sent.producerId, true))
    await media.until('ben sees that it is off', () => pauses().at(-1) === true)
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: false, screen: false })
    valueOf(await media.engine.restartIce(ann.seat, ann.offer.send.id))
    valueOf(await media.engine.setProducerPaused(ann.seat, sent.producerId, false))
    await media.until('ben sees that it is on', () => pauses().at(-1) === false)
    expect(lastSources(ann.seat)).toEqual({ microphone: false, camera: true, screen: false })
  })

  describe('bad input', () => {
    const opus = opusParameters()
    const vp8 = vp8Parameters()
    const codec = (opus['codecs'] as object[])[0]
    const video = (vp8['codecs'] as object[])[0]
    const junk: [string, object, string][] = [
      ['nothing', {}, 'rtpParameters.codecs'],
      ['no codecs', { ...opus, codecs: [] }, 'rtpParameters.codecs'],
      ['text for codecs', { ...opus, codecs: 'opus' }, 'rtpParameters.codecs'],
      ['null for a codec', { ...opus, codecs: [null] }, 'rtpParameters.codecs.0'],
      ['a codec nobody speaks', { ...opus, codecs: [{ ...codec, mimeType: 'audio/none' }] }, 'rtpParameters'],
      ['video in an audio producer', { ...opus, codecs: [video] }, 'rtpParameters.codecs.0.mimeType'],
      [
        'a payload type beyond a byte',
        { ...opus, codecs: [{ ...codec, payloadType: 4000 }] },
        'rtpParameters.codecs.0.payloadType',
      ],
      [
        'an object as a codec parameter',
        { ...opus, codecs: [{ ...codec, parameters: { x: {} } }] },
        'rtpParameters.codecs.0.parameters.x',
      ],
      [
        'a fractional bitrate',
        { ...opus, encodings: [{ ssrc: 5, maxBitrate: 1.5 }] },
        'rtpParameters.encodings.0.maxBitrate',
      ],
      [
        'a negative bitrate',
        { ...opus, encodings: [{ ssrc: 5, maxBitrate: -1 }] },
        'rtpParameters.encodings.0.maxBitrate',
      ],
      ['an ssrc beyond 32 bits', { ...opus, encodings: [{ ssrc: 2 ** 40 }] }, 'rtpParameters.encodings.0.ssrc'],
      ['too many encodings', { ...opus, encodings: Array(50).fill({ ssrc: 5 }) }, 'rtpParameters.encodings'],
      [
        'an unknown scalability mode',
        { ...opus, encodings: [{ ssrc: 5, scalabilityMode: 'L99T99' }] },
        'rtpParameters.encodings.0.scalabilityMode',
      ],
      ['an unknown header extension', { ...opus, headerExtensions: [{ uri: 'urn:none', id: 3 }] }, 'rtpParameters'],
      ['neither ssrc nor rid', { ...opus, encodings: [{}] }, 'rtpParameters'],
      ['a number as cname', { ...opus, rtcp: { cname: 7 } }, 'rtpParameters.rtcp.cname'],
      ['an encoding of a missing codec', { ...opus, encodings: [{ ssrc: 5, codecPayloadType: 3 }] }, 'rtpParameters'],
      [
        'rtx of a missing codec',
        { ...vp8, codecs: [codec, { ...codec, mimeType: 'audio/rtx', payloadType: 97, parameters: { apt: 3 } }] },
        'rtpParameters',
      ],
    ]

    it.each(junk)('refuses %s, and the room goes on', async (_, rtpParameters, field) => {
      const { seat, offer } = await enter(randomUUID())
      const pids = media.engine.workers().map(({ pid }) => pid)
      const answer = await media.engine.produce(
        seat,
        microphone(offer.send.id, { rtpParameters: rtpParameters as typeof opus }),
      )
      expect(refusalOf(answer)).toBe(`invalid ${field}`)
      expect(refusalOf(await media.engine.produce(seat, microphone(offer.send.id)))).toBe('ok')
      expect(media.engine.workers().map(({ pid }) => pid)).toEqual(pids)
    })

    it('refuses a camera that sends audio, an ssrc in use, junk capabilities and junk DTLS parameters', async () => {
      const { seat, offer } = await enter(randomUUID())
      expect(refusalOf(await media.engine.produce(seat, microphone(offer.send.id, { source: 'camera' })))).toBe(
        'invalid kind',
      )
      const sent = microphone(offer.send.id)
      valueOf(await media.engine.produce(seat, sent))
      const same = microphone(offer.send.id, { rtpParameters: sent.rtpParameters, source: 'screenAudio' })
      expect(refusalOf(await media.engine.produce(seat, same))).toBe('invalid rtpParameters')
      expect(
        refusalOf(await media.engine.produce(seat, microphone(offer.send.id, { producerId: same.producerId }))),
      ).toBe('ok')
      expect(refusalOf(await media.engine.open(seat, { codecs: 7 }))).toBe('invalid rtpCapabilities.codecs')
      expect(refusalOf(await media.engine.consume(seat, { codecs: [{ kind: 'audio' }] }))).toBe(
        'invalid rtpCapabilities.codecs.0.mimeType',
      )
      const connect = (dtls: object) =>
        media.engine.connectTransport(seat, offer.send.id, dtls as Record<string, unknown>)
      expect(refusalOf(await connect({}))).toBe('invalid dtlsParameters.fingerprints')
      expect(refusalOf(await connect({ fingerprints: [{ algorithm: 'md5', value: 'AB' }] }))).toBe(
        'invalid dtlsParameters.fingerprints.0.algorithm',
      )
      expect(refusalOf(await connect(dtlsParameters()))).toBe('ok')
    })

    it('goes on for the others when somebody speaks no common codec', async () => {
      const roomId = randomUUID()
      const ann = await enter(roomId)
      await media.engine.produce(ann.seat, microphone(ann.offer.send.id))
      await media.engine.produce(ann.seat, camera(ann.offer.send.id))
      const deaf = {
        codecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 100 }],
      }
      const offer = valueOf(await media.engine.open(newSeat(roomId), deaf))
      expect(offer.consumers.map(({ source }) => source)).toEqual(['microphone'])
    })
  })
})
