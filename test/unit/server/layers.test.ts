// Which layer of a picture is sent for what it is shown at, and what word is told about a connection.
import { describe, expect, test } from 'vitest'
import { encodedLayers, layersFor, priorityOf, topLayers } from '../../../server/media/layers.ts'
import { qualityOf, type LinkSigns } from '../../../server/media/quality.ts'
import { QualityWatch } from '../../../server/media/qualityWatch.ts'
import type { Connections } from '../../../shared/protocol/media.ts'
import { createManualTimers } from '../../support/manualTimers.ts'

const simulcast = (count: number) => ({
  codecs: [],
  encodings: Array.from({ length: count }, () => ({ scalabilityMode: 'L1T3' })),
})
const three = encodedLayers(simulcast(3), [180, 360, 720])
const shown = (height: number) => ({ width: (height * 16) / 9, height })
const sent = (height: number, from = 0) =>
  layersFor(three, shown(height), { spatialLayer: from, temporalLayer: 2 }).spatialLayer

describe('layers', () => {
  test('are read from the encodings: several, or several in one', () => {
    expect(encodedLayers(simulcast(2), [180, 360])).toEqual({ heights: [180, 360], temporal: 3 })
    const inOne = { codecs: [], encodings: [{ scalabilityMode: 'L3T3_KEY' }] }
    expect(encodedLayers(inOne)).toEqual({ heights: [180, 360, 720], temporal: 3 })
    // Heights that do not fit what is sent are not believed.
    expect(encodedLayers(inOne, [360])).toEqual({ heights: [180, 360, 720], temporal: 3 })
    expect(encodedLayers({ codecs: [], encodings: [{}] }, [480])).toEqual({ heights: [480], temporal: 1 })
    expect(topLayers(three)).toEqual({ spatialLayer: 2, temporalLayer: 2 })
  })

  test('the smallest that is not soft where it is shown', () => {
    expect([40, 165, 200, 300, 420, 600, 1400].map((height) => sent(height))).toEqual([0, 0, 0, 1, 1, 2, 2])
    // A wide tile that cuts off above and below needs what its width takes.
    expect(layersFor(three, { width: 1280, height: 200 }, topLayers(three)).spatialLayer).toBe(2)
  })

  test('small changes of size change nothing, from either side', () => {
    expect([215, 225, 240].map((height) => sent(height, 0))).toEqual([0, 0, 0])
    expect([215, 225, 240].map((height) => sent(height, 1))).toEqual([1, 1, 1])
    let layers = { spatialLayer: 0, temporalLayer: 2 }
    const changes = [220, 235, 218, 232, 224].filter((height) => {
      const next = layersFor(three, shown(height), layers)
      const changed = next.spatialLayer !== layers.spatialLayer
      layers = next
      return changed
    })
    expect(changes).toEqual([])
  })

  test('the tiniest get half of the pictures', () => {
    expect(layersFor(three, shown(80), topLayers(three))).toEqual({ spatialLayer: 0, temporalLayer: 1 })
    expect(layersFor(three, shown(105), { spatialLayer: 0, temporalLayer: 1 }).temporalLayer).toBe(1)
    expect(layersFor(three, shown(126), { spatialLayer: 0, temporalLayer: 1 }).temporalLayer).toBe(2)
    expect(layersFor({ heights: [360], temporal: 1 }, shown(40), { spatialLayer: 0, temporalLayer: 0 })).toEqual({
      spatialLayer: 0,
      temporalLayer: 0,
    })
  })

  test('who comes first: a screen, what is looked at, who speaks, the others', () => {
    const order = [
      priorityOf('screen', { large: false, speaking: false }),
      priorityOf('camera', { large: true, speaking: false }),
      priorityOf('camera', { large: false, speaking: true }),
      priorityOf('camera', { large: false, speaking: false }),
    ]
    expect(order).toEqual(order.toSorted((one, other) => other - one))
    expect(new Set(order).size).toBe(4)
  })
})

const signs = (some: Partial<LinkSigns>): LinkSigns => ({ sending: [], receiving: [], starved: false, ...some })

describe('the word about a connection', () => {
  test('goes by what is lost, either way', () => {
    expect(qualityOf(signs({}), 'good')).toBe('good')
    expect(qualityOf(signs({ sending: [10, 9], receiving: [10] }), 'good')).toBe('good')
    expect(qualityOf(signs({ sending: [6, 6] }), 'good')).toBe('fair')
    expect(qualityOf(signs({ receiving: [3, 4] }), 'good')).toBe('poor')
    expect(qualityOf(signs({ starved: true }), 'good')).toBe('fair')
    // Nothing comes of what does not move, or is muted.
    expect(qualityOf(signs({ sending: [0, 10] }), 'good')).toBe('good')
  })

  test('does not go back and forth at its edge', () => {
    expect(qualityOf(signs({ sending: [7.2] }), 'good')).toBe('good')
    expect(qualityOf(signs({ sending: [7.2] }), 'fair')).toBe('fair')
    expect(qualityOf(signs({ sending: [5] }), 'poor')).toBe('poor')
  })
})

describe('watching', () => {
  function setUp() {
    const timers = createManualTimers()
    const told: Connections['weak'][] = []
    const scores = { ann: 10, ben: 10 }
    const seat = (userId: 'ann' | 'ben') => ({
      key: { userId },
      producers: new Map([['p', { producer: { paused: false, score: [{ score: 0 }, { score: scores[userId] }] } }]]),
      flowing: () => [],
    })
    const present = ['ann', 'ben'] as ('ann' | 'ben')[]
    const watch: QualityWatch = new QualityWatch({
      timers,
      seats: () => present.map(seat) as never,
      onChange: () => void told.push(watch.told.weak),
    })
    return { timers, told, scores, present, watch }
  }

  test('tells what lasts, whole and once, and looks at nothing while nothing changes', async () => {
    const { timers, told, scores, watch } = setUp()
    scores.ben = 3
    watch.news()
    watch.news()
    await timers.advance(1_500)
    expect(told).toEqual([])
    await timers.advance(4_000)
    expect(told).toEqual([[{ userId: 'ben', quality: 'poor' }]])
    expect(timers.waiting()).toBe(0)
    scores.ben = 10
    watch.news()
    await timers.advance(10_000)
    expect(told.at(-1)).toEqual([])
    expect(told).toHaveLength(2)
    expect(watch.told.version).toBe(2)
  })

  test('a moment is not worth a word, and whoever leaves takes theirs along', async () => {
    const { timers, told, scores, present, watch } = setUp()
    scores.ann = 2
    watch.news()
    await timers.advance(2_000)
    scores.ann = 10
    await timers.advance(10_000)
    expect(told).toEqual([])
    scores.ben = 2
    watch.news()
    await timers.advance(6_000)
    expect(told).toHaveLength(1)
    present.pop()
    watch.news()
    await timers.advance(1_000)
    expect(told.at(-1)).toEqual([])
  })
})
