// What the server is told about pictures on this screen: together, only what has changed, and nothing is given up at once.
import { describe, expect, test } from 'vitest'
import { createViews, withheldOf, type Picture } from '../../../renderer/media/views.ts'
import type { ConsumerView } from '../../../shared/protocol/media.ts'
import { createManualTimers } from '../../support/manualTimers.ts'

const picture = (userId: string, source: Picture['source'] = 'camera'): Picture => ({
  consumerId: `${userId}-${source}`,
  userId,
  source,
})
const size = (width: number, height: number) => ({ width, height, large: false })

function setUp(users: string[] = ['ann', 'ben']) {
  const timers = createManualTimers()
  const pictures = users.map((userId) => picture(userId))
  const told: { turn: number; views: ConsumerView[] }[] = []
  const answers: boolean[] = []
  const withheld: string[][] = []
  const views = createViews({
    timers,
    pictures: () => pictures,
    async tell(turn, list) {
      told.push({ turn, views: list })
      return answers.shift() ?? true
    },
    onWithheld: () => withheld.push([...views.withheld()]),
  })
  const sizes = () => told.flatMap(({ views: list }) => list.map(({ consumerId, size: of }) => [consumerId, of]))
  return { timers, pictures, told, answers, withheld, views, sizes }
}

describe('views', () => {
  test('nothing is told where nothing shows pictures', async () => {
    const { timers, told, views } = setUp()
    views.restart()
    views.news()
    await timers.advance(5_000)
    expect(told).toEqual([])
  })

  test('what changes together is told together, and again only when it changes', async () => {
    const { timers, told, views, sizes } = setUp()
    const [ann, ben] = [views.place('ann', 'camera'), views.place('ben', 'camera')]
    ann.set(size(320, 180))
    ben.set(size(300, 170))
    await timers.advance(100)
    expect(told).toHaveLength(1)
    expect(sizes()).toEqual([
      ['ann-camera', { width: 320, height: 192 }],
      ['ben-camera', { width: 304, height: 176 }],
    ])
    ben.set(size(302, 171))
    await timers.advance(2_000)
    expect(told).toHaveLength(1)
    ben.set({ ...size(302, 171), large: true })
    await timers.advance(100)
    expect(told[1]).toMatchObject({ turn: 2, views: [{ consumerId: 'ben-camera', large: true }] })
  })

  test('what is no longer seen is given up a second later, unless it is seen again', async () => {
    const { timers, views, sizes } = setUp(['ann'])
    const place = views.place('ann', 'camera')
    place.set(size(320, 180))
    await timers.advance(200)
    place.set(null)
    await timers.advance(800)
    place.set(size(320, 180))
    await timers.advance(3_000)
    expect(sizes()).toHaveLength(1)
    place.remove()
    await timers.advance(1_000)
    expect(sizes()).toHaveLength(1)
    await timers.advance(200)
    expect(sizes().at(-1)).toEqual(['ann-camera', null])
    views.place('ann', 'camera').set(size(640, 360))
    await timers.advance(100)
    expect(sizes().at(-1)).toEqual(['ann-camera', { width: 640, height: 368 }])
    expect(timers.waiting()).toBe(0)
  })

  test('a hidden page receives nothing but what is shown apart from it; the larger of two places counts', async () => {
    const { timers, views, sizes } = setUp()
    for (const user of ['ann', 'ben']) views.place(user, 'camera').set(size(320, 180))
    const apart = views.place('ben', 'camera', true)
    apart.set(size(64, 32))
    await timers.advance(100)
    views.setPageSeen(false)
    await timers.advance(1_300)
    expect(sizes().slice(2)).toEqual([
      ['ben-camera', { width: 64, height: 32 }],
      ['ann-camera', null],
    ])
    views.setPageSeen(true)
    await timers.advance(100)
    expect(sizes().slice(4)).toEqual([
      ['ann-camera', { width: 320, height: 192 }],
      ['ben-camera', { width: 320, height: 192 }],
    ])
  })

  test('a new session is told anew; what the server did not take in is said again', async () => {
    const { timers, told, answers, views } = setUp(['ann'])
    views.place('ann', 'camera').set(size(320, 180))
    answers.push(false)
    await timers.advance(100)
    await timers.advance(2_000)
    expect(told).toHaveLength(2)
    views.restart()
    await timers.advance(100)
    expect(told).toHaveLength(3)
    expect(told.map(({ turn }) => turn)).toEqual([1, 2, 3])
  })

  test('a weak computer keeps what is large and who speaks, in smaller size, and says at once what it leaves out', async () => {
    const { timers, views, withheld, sizes } = setUp(['ann', 'ben', 'chloe'])
    const places = ['ann', 'ben', 'chloe'].map((user) => views.place(user, 'camera'))
    for (const place of places) place.set(size(320, 180))
    await timers.advance(100)
    views.setSpeakers(['chloe'])
    views.setAllowance({ cameras: 1, screens: true, scale: 0.5 })
    await timers.advance(100)
    expect(withheld).toEqual([['ann camera', 'ben camera']])
    expect(sizes().slice(3)).toEqual([
      ['ann-camera', null],
      ['ben-camera', null],
      ['chloe-camera', { width: 160, height: 96 }],
    ])
    // Silence changes nothing.
    views.setSpeakers([])
    views.setAllowance({ cameras: Infinity, screens: true, scale: 1 })
    await timers.advance(100)
    expect(withheld.at(-1)).toEqual([])
    expect(sizes()).toHaveLength(9)
  })

  test('screens are kept until there are no pictures at all', () => {
    const all = [
      [picture('ann'), size(1, 1)],
      [picture('ben', 'screen'), { ...size(9, 9), large: true }],
    ] as const
    expect([...withheldOf(all, [], { cameras: 0, screens: true })]).toEqual(['ann camera'])
    expect([...withheldOf(all, [], { cameras: 0, screens: false })]).toEqual(['ann camera', 'ben screen'])
    expect([...withheldOf(all, [], { cameras: Infinity, screens: true })]).toEqual([])
  })
})
