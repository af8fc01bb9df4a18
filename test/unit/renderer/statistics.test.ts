// @vitest-environment happy-dom
// The figures of the connection panel: what is remembered of them, and how they are said.
import { describe, expect, test } from 'vitest'
import { ref } from 'vue'
import { createMessages } from '../../../renderer/i18n.ts'
import type { LinkRates, Rates, StreamRates } from '../../../renderer/media/rates.ts'
import { remember, SAMPLES, type History } from '../../../renderer/meeting/statistics.ts'
import { bitRate, percent, statisticsText, streamFacts, wayWords } from '../../../renderer/meeting/statisticsWords.ts'

const { words } = createMessages(ref('en'))
const chinese = createMessages(ref('zh-CN')).words
const link = (more: Partial<LinkRates> = {}): LinkRates => ({
  way: 'direct',
  bitsPerSecond: 1_400_000,
  lossShare: 0.004,
  roundTripMs: 42,
  availableBitsPerSecond: null,
  ...more,
})
const camera = (more: Partial<StreamRates> = {}): StreamRates => ({
  key: 'ben camera',
  userId: 'ben',
  source: 'camera',
  kind: 'video',
  bitsPerSecond: 820_000,
  lossShare: 0,
  jitterMs: 9,
  concealedShare: null,
  width: 1280,
  height: 720,
  framesPerSecond: 25,
  codec: 'VP8',
  layers: [],
  ...more,
})
const rates = (more: Partial<Rates> = {}): Rates => ({ send: link(), receive: link(), streams: [camera()], ...more })

describe('what is remembered', () => {
  test('is a minute and no more', () => {
    let history: History = {}
    for (let second = 0; second < SAMPLES + 5; second++)
      history = remember(history, rates({ receive: link({ bitsPerSecond: second }) }))
    expect(history['received']).toHaveLength(SAMPLES)
    expect(history['received']?.at(-1)).toBe(SAMPLES + 4)
  })

  test('is of those who are there, all their streams together', () => {
    const own = camera({ key: 'self camera', userId: null, bitsPerSecond: 5 })
    const screen = camera({ key: 'ben screen', source: 'screen', bitsPerSecond: 180_000 })
    let history = remember({}, rates({ streams: [own, camera(), screen] }))
    expect(history).toMatchObject({ self: [5], 'user ben': [1_000_000], roundTrip: [42] })
    history = remember(history, rates({ streams: [own] }))
    expect(Object.keys(history)).not.toContain('user ben')
  })
})

describe('how it is said', () => {
  test('rates and shares', () => {
    expect([0, 32_400, 999_499, 999_500, 1_440_000].map((rate) => bitRate(rate, words))).toEqual([
      '0 kb/s',
      '32 kb/s',
      '999 kb/s',
      '1.0 Mb/s',
      '1.4 Mb/s',
    ])
    expect(bitRate(1_440_000, chinese)).toBe('1.4 Mb/秒')
    expect([null, 0, 0.004, 0.0996, 0.25].map((share) => percent(share, words))).toEqual([
      '–',
      '0%',
      '0.4%',
      '10%',
      '25%',
    ])
  })

  test('the longer way of the two is named', () => {
    const ways = (receive: LinkRates['way'], send: LinkRates['way']) =>
      wayWords(rates({ receive: link({ way: receive }), send: link({ way: send }) }), words)
    expect(ways('direct', 'direct')).toBe('Straight to the server')
    expect(ways('direct', 'tcp')).toContain('detour')
    expect(ways('relayed', null)).toContain('relay')
    expect(ways(null, null)).toBeNull()
  })

  test('of a stream only what is known', () => {
    const facts = (stream: StreamRates) => streamFacts(stream, words).map(({ label, value }) => `${label}: ${value}`)
    expect(facts(camera({ layers: [180, 360, 720] }))).toEqual([
      'Rate: 820 kb/s',
      'Lost: 0%',
      'Unevenness: 9 ms',
      'Picture: 1280 × 720 · 25 pictures a second',
      'Sizes sent: 180, 360, 720',
      'Encoding: VP8',
    ])
    expect(facts(camera({ jitterMs: null, lossShare: null, height: 0, codec: null }))).toEqual(['Rate: 820 kb/s'])
  })

  test('as text: both connections, then each person', () => {
    const text = statisticsText(rates(), (userId) => (userId === 'ben' ? 'Ben Osei' : 'You'), words)
    expect(text.split('\n')).toEqual([
      'Connection',
      'Received: 1.4 Mb/s · Lost 0.4% · There and back 42 ms · Straight to the server',
      'Sent: 1.4 Mb/s · Lost 0.4% · There and back 42 ms · Straight to the server',
      '',
      'Ben Osei',
      '  Camera: Rate 820 kb/s · Lost 0% · Unevenness 9 ms · Picture 1280 × 720 · 25 pictures a second · Encoding VP8',
      '',
    ])
  })
})
