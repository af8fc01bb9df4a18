// Rates out of WebRTC's counters, from reports as Chromium makes them (shortened to what is read).
import { describe, expect, it } from 'vitest'
import { qualityOf, ratesBetween, worse, type MediaReports, type Report } from '../../../renderer/media/rates.ts'

const AT = 1_790_000_000_000

/** One look: `seconds` after the first. */
function look(
  seconds: number,
  change: { local?: Partial<Report>; lost?: number; concealed?: number } = {},
): MediaReports {
  const timestamp = AT + seconds * 1000
  const report = (id: string, type: string, more: object): Report => ({ id, type, timestamp, ...more })
  const link = (more: object) => [
    report('T01', 'transport', { selectedCandidatePairId: 'CP1', ...more }),
    report('CP1', 'candidate-pair', {
      localCandidateId: 'L1',
      remoteCandidateId: 'R1',
      currentRoundTripTime: 0.042,
      availableOutgoingBitrate: 900_000,
    }),
    report('L1', 'local-candidate', { candidateType: 'host', protocol: 'udp', ...change.local }),
    report('CIT01_96', 'codec', { mimeType: 'video/VP8' }),
    report('CIT01_111', 'codec', { mimeType: 'audio/opus' }),
  ]
  const layer = (rid: string, height: number, bytesPerSecond: number) =>
    report(`O${rid}`, 'outbound-rtp', {
      kind: 'video',
      rid,
      mediaSourceId: 'SV2',
      codecId: 'CIT01_96',
      frameWidth: (height * 16) / 9,
      frameHeight: height,
      bytesSent: bytesPerSecond * seconds,
      framesEncoded: 30 * seconds,
    })
  return {
    tracks: [
      { trackId: 'my-camera', userId: null, source: 'camera' },
      { trackId: 'bens-voice', userId: 'ben', source: 'microphone' },
      { trackId: 'bens-camera', userId: 'ben', source: 'camera' },
      { trackId: 'gone', userId: 'chloe', source: 'camera' },
    ],
    send: [
      ...link({ bytesSent: 200_000 * seconds }),
      report('SV2', 'media-source', { kind: 'video', trackIdentifier: 'my-camera' }),
      layer('r0', 180, 20_000),
      layer('r1', 360, 60_000),
      layer('r2', 720, 0),
      report('RI1', 'remote-inbound-rtp', { kind: 'video', localId: 'Or1', fractionLost: 0.25, jitter: 0.004 }),
    ],
    receive: [
      ...link({ bytesReceived: 125_000 * seconds }),
      report('IA1', 'inbound-rtp', {
        kind: 'audio',
        trackIdentifier: 'bens-voice',
        codecId: 'CIT01_111',
        bytesReceived: 5_000 * seconds,
        packetsReceived: 50 * seconds,
        packetsLost: (change.lost ?? 0) * seconds,
        jitter: 0.012,
        totalSamplesReceived: 48_000 * seconds,
        concealedSamples: ((change.concealed ?? 0) + 4_800) * seconds,
        silentConcealedSamples: 4_800 * seconds,
      }),
      report('IV1', 'inbound-rtp', {
        kind: 'video',
        trackIdentifier: 'bens-camera',
        codecId: 'CIT01_96',
        bytesReceived: 100_000 * seconds,
        packetsReceived: 100 * seconds,
        packetsLost: 0,
        frameWidth: 640,
        frameHeight: 360,
        framesDecoded: 25 * seconds,
      }),
    ],
  }
}

const streamOf = (key: string, before: MediaReports | null, now: MediaReports) =>
  ratesBetween(before, now).streams.find((stream) => stream.key === key)

describe('rates between two looks', () => {
  it('are what flowed per second on each connection', () => {
    expect(ratesBetween(look(1), look(3))).toMatchObject({
      send: {
        way: 'direct',
        bitsPerSecond: 1_600_000,
        roundTripMs: 42,
        lossShare: 0.25,
        availableBitsPerSecond: 900_000,
      },
      receive: { way: 'direct', bitsPerSecond: 1_000_000, roundTripMs: 42, lossShare: 0 },
    })
  })

  it('name the way: TCP, a relay, and a relay behind a NAT', () => {
    const wayOf = (local: Partial<Report>) => ratesBetween(null, look(1, { local })).receive.way
    expect(wayOf({ protocol: 'tcp' })).toBe('tcp')
    expect(wayOf({ candidateType: 'relay', relayProtocol: 'tcp' })).toBe('relayed')
    expect(wayOf({ candidateType: 'prflx', relayProtocol: 'tcp' })).toBe('relayed')
    expect(wayOf({ candidateType: 'prflx' })).toBe('direct')
  })

  it('are those of each person’s tracks, by whose they are', () => {
    expect(streamOf('ben camera', look(1), look(2))).toEqual({
      key: 'ben camera',
      userId: 'ben',
      source: 'camera',
      kind: 'video',
      bitsPerSecond: 800_000,
      lossShare: 0,
      jitterMs: null,
      concealedShare: null,
      width: 640,
      height: 360,
      framesPerSecond: 25,
      codec: 'VP8',
      layers: [],
    })
    expect(streamOf('chloe camera', look(1), look(2))).toBeUndefined()
  })

  it('count lost packets and sound that was made up, but not the silence that nobody sent', () => {
    const change = { lost: 50, concealed: 2_400 }
    expect(streamOf('ben microphone', look(1, change), look(2, change))).toMatchObject({
      lossShare: 0.5,
      concealedShare: 0.05,
      jitterMs: 12,
      codec: 'opus',
    })
    expect(streamOf('ben microphone', look(1), look(2))).toMatchObject({ lossShare: 0, concealedShare: 0 })
  })

  it('make one stream of the layers of a picture, as large as the largest that flows', () => {
    expect(streamOf('self camera', look(1), look(2))).toMatchObject({
      bitsPerSecond: 640_000,
      height: 360,
      width: 640,
      framesPerSecond: 30,
      layers: [180, 360],
      lossShare: 0.25,
      jitterMs: 4,
    })
  })

  it('are nothing at the first look, and never negative after a new connection', () => {
    for (const before of [null, look(100)]) {
      const rates = ratesBetween(before, look(2))
      expect(rates.send.bitsPerSecond).toBe(0)
      expect(rates.receive.lossShare).toBeNull()
      expect(rates.streams.every(({ bitsPerSecond }) => bitsPerSecond === 0)).toBe(true)
    }
    const empty: MediaReports = { send: [], receive: [], tracks: [] }
    expect(ratesBetween(empty, empty)).toMatchObject({ send: { way: null, bitsPerSecond: 0, roundTripMs: null } })
  })
})

describe('the quality that a person notices', () => {
  it.each([
    [{ lossShare: null }, 'good'],
    [{ lossShare: 0.01, concealedShare: 0.01, roundTripMs: 120 }, 'good'],
    [{ lossShare: 0.03 }, 'unsteady'],
    [{ lossShare: 0, roundTripMs: 350 }, 'unsteady'],
    [{ lossShare: 0, concealedShare: 0.1 }, 'bad'],
    [{ lossShare: 0.2 }, 'bad'],
  ] as const)('%j is %s', (measured, quality) => {
    expect(qualityOf(measured)).toBe(quality)
  })

  it('of several is the worst', () => {
    expect(worse(['good', 'unsteady', 'good'])).toBe('unsteady')
    expect(worse(['unsteady', 'bad'])).toBe('bad')
    expect(worse([])).toBe('good')
  })
})
