// What one consumer asks of mediasoup over its life: the lowest layer first, then what it is shown at, and the lowest again after
// its sender has found another way.
import { EventEmitter } from 'node:events'
import type { Consumer } from 'mediasoup/types'
import { expect, test } from 'vitest'
import { STEP_UP_AFTER_MS } from '../../../server/media/codecs.ts'
import { Received } from '../../../server/media/received.ts'
import { createManualTimers } from '../../support/manualTimers.ts'

class FakeConsumer extends EventEmitter {
  kind = 'video'
  type: 'simple' | 'simulcast'
  closed = false
  producerPaused = false
  paused = true
  /** The spatial layers that were asked for, in their order. */
  asked: number[] = []
  constructor(type: 'simple' | 'simulcast') {
    super()
    this.type = type
  }
  resume = async () => void (this.paused = false)
  pause = async () => void (this.paused = true)
  setPriority = async () => undefined
  setPreferredLayers = async ({ spatialLayer }: { spatialLayer: number }) => void this.asked.push(spatialLayer)
}

const LARGE = { width: 1280, height: 720 }
const view = (size: { width: number; height: number } | null) => ({ consumerId: 'one', size, large: false })

/** Set up by its client, and stepped up as high as it is shown. */
async function received({ heights = [180, 360, 720] as number[] } = {}) {
  const timers = createManualTimers()
  const consumer = new FakeConsumer(heights.length > 1 ? 'simulcast' : 'simple')
  const one = new Received({
    consumer: consumer as unknown as Consumer,
    userId: 'ann',
    source: 'camera',
    encoded: { heights, temporal: 1 },
    timers,
    piped: false,
    onSettled: () => undefined,
    isHeld: () => false,
  })
  await one.setWanted(true)
  await one.setView(view(LARGE), 1)
  return { one, consumer, timers, stepUp: () => timers.advance(STEP_UP_AFTER_MS) }
}

test('it begins with its lowest layer, and soon has what it is shown at', async () => {
  const { consumer, stepUp } = await received()
  expect(consumer.paused).toBe(false)
  expect(consumer.asked).toEqual([])
  await stepUp()
  expect(consumer.asked).toEqual([2])
})

test('after a new way of its sender it begins anew, and steps up as it did at first', async () => {
  const { one, consumer, timers, stepUp } = await received()
  await stepUp()
  expect(one.beginAnew()).toBe(true)
  expect(consumer.asked).toEqual([2, 0])
  // A view that is told meanwhile takes effect with the step.
  await one.setView(view({ width: 640, height: 360 }), 2)
  expect(consumer.asked).toEqual([2, 0])
  await stepUp()
  expect(consumer.asked).toEqual([2, 0, 1])
  expect(timers.waiting()).toBe(0)
})

test('there is nothing to begin anew with while it begins, twice in a row, or in its lowest layer already', async () => {
  const { one, consumer, stepUp } = await received()
  expect(one.beginAnew()).toBe(false)
  await stepUp()
  expect([one.beginAnew(), one.beginAnew()]).toEqual([true, false])
  await one.setView(view({ width: 240, height: 135 }), 2)
  await stepUp()
  expect(one.beginAnew()).toBe(false)
  expect(consumer.asked).toEqual([2, 0])
})

test.each([
  ['has one layer only', async ({ stepUp }) => stepUp(), { heights: [720] }],
  ['is not seen', async ({ one, stepUp }) => (await stepUp(), one.setView(view(null), 2)), {}],
  ['is over', async ({ consumer, stepUp }) => (await stepUp(), void (consumer.closed = true)), {}],
] satisfies [string, (scene: Awaited<ReturnType<typeof received>>) => Promise<unknown>, object][])(
  'nothing is asked of what %s',
  async (_what, prepare, options) => {
    const scene = await received(options)
    await prepare(scene)
    const before = scene.consumer.asked.length
    expect(scene.one.beginAnew()).toBe(false)
    expect(scene.consumer.asked).toHaveLength(before)
  },
)
