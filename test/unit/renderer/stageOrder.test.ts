// Places on the stage: they change only for somebody who speaks out of sight, and what is large does not flap.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changesAt, followSpeaker, nobodyYet, type ActiveSpeaker } from '../../../renderer/meeting/activeSpeaker.ts'
import { enlarged, nextLayout, screenKey } from '../../../renderer/meeting/arrangement.ts'
import { gridRects, tilesPerPage, type Rect } from '../../../renderer/meeting/grid.ts'
import { bringForward, pageOf, swapped } from '../../../renderer/meeting/pages.ts'
import { largeRects, layOutPresentation, stripCapacity, stripRects } from '../../../renderer/meeting/presentation.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`)

describe('pages', () => {
  test('oneself stands last on every page, and nobody is lost', () => {
    const all = names(20)
    const first = pageOf(all, 'me', 16, 0)
    expect(first).toMatchObject({ page: 0, pages: 2 })
    expect(first.shown).toEqual([...all.slice(0, 15), 'me'])
    expect(pageOf(all, 'me', 16, 1).shown).toEqual([...all.slice(15), 'me'])
    expect(pageOf(all, null, 16, 9)).toEqual({ shown: all.slice(16), page: 1, pages: 2 })
    expect(pageOf([], 'me', 16, 3)).toEqual({ shown: ['me'], page: 0, pages: 1 })
  })

  test('while everybody who speaks is in sight, nobody’s place changes', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(names(15)), (speakers) => {
        const order = names(30)
        expect(bringForward(order, order.slice(0, 15), speakers, new Map())).toBe(order)
      }),
    )
  })

  test('whoever speaks out of sight takes the place of the one who has been silent for longest, and nobody else moves', () => {
    const order = names(6)
    const spokeAt = new Map([
      ['p0', 5],
      ['p1', 3],
      ['p2', 9],
    ])
    expect(bringForward(order, ['p0', 'p1', 'p2'], ['p4'], spokeAt)).toEqual(['p0', 'p4', 'p2', 'p3', 'p1', 'p5'])
    // Among those who never spoke, the last.
    expect(bringForward(order, ['p0', 'p1', 'p2'], ['p4'], new Map())).toEqual(['p0', 'p1', 'p4', 'p3', 'p2', 'p5'])
    // Two at once take two places.
    expect(bringForward(order, ['p0', 'p1', 'p2'], ['p5', 'p3'], spokeAt)).toEqual(['p3', 'p5', 'p2', 'p0', 'p4', 'p1'])
  })

  test('nobody who speaks is sent out of sight', () => {
    const order = names(4)
    expect(bringForward(order, ['p0', 'p1'], ['p0', 'p1', 'p3'], new Map())).toBe(order)
  })

  test('after any speaking the same people are there, and whoever spoke last is in sight', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 29 }), { minLength: 1, maxLength: 40 }), (heard) => {
        let order: readonly string[] = names(30)
        const spokeAt = new Map<string, number>()
        for (const [at, who] of heard.entries()) {
          spokeAt.set(`p${who}`, at)
          order = bringForward(order, order.slice(0, 8), [`p${who}`], spokeAt)
          expect(order.slice(0, 8)).toContain(`p${who}`)
        }
        expect([...order].sort()).toEqual(names(30).sort())
        // The last eight who spoke are the ones in sight.
        const last = [...new Set([...heard].reverse())].slice(0, 8).map((who) => `p${who}`)
        for (const one of last) expect(order.slice(0, 8)).toContain(one)
      }),
    )
  })

  test('who is not there changes places with nobody', () => {
    expect(swapped(['a', 'b', 'c'], 'a', 'c')).toEqual(['c', 'b', 'a'])
    expect(swapped(['a', 'b'], 'a', 'x')).toEqual(['a', 'b'])
  })
})

describe('the speaker', () => {
  const present = ['ann', 'ben', 'chloe']
  const hear = (before: ActiveSpeaker, now: number, ...speakers: string[]) =>
    followSpeaker(before, { present, speakers, now })

  test('before anybody speaks the first who came is shown, and the first who speaks at once', () => {
    const first = hear(nobodyYet, 0)
    expect(first.userId).toBe('ann')
    expect(hear(first, 10, 'chloe').userId).toBe('chloe')
  })

  test('stays in a silence, and through a cough of another one', () => {
    let shown = hear(nobodyYet, 0, 'ann')
    shown = hear(shown, 5_000)
    expect(shown.userId).toBe('ann')
    shown = hear(shown, 5_100, 'ben')
    expect(shown.userId).toBe('ann')
    shown = hear(shown, 5_300)
    expect(shown).toMatchObject({ userId: 'ann', rival: null })
  })

  test('another one who goes on is shown, over somebody who speaks later than after a silence', () => {
    const ann = hear(nobodyYet, 0, 'ann')
    const after = hear(ann, 5_000, 'ben')
    expect(changesAt(after, ['ben'])).toBe(5_400)
    expect(hear(after, 5_400, 'ben').userId).toBe('ben')
    const over = hear(ann, 5_000, 'ben', 'ann')
    expect(hear(over, 5_400, 'ben', 'ann').userId).toBe('ann')
    expect(hear(over, 6_500, 'ben', 'ann').userId).toBe('ben')
  })

  test('two who talk at the same time do not flap', () => {
    let shown = hear(nobodyYet, 0, 'ann')
    let changes = 0
    for (let now = 0; now < 20_000; now += 100) {
      const before = shown.userId
      shown = hear(shown, now, ...((now / 300) % 2 < 1 ? ['ann', 'ben'] : ['ben', 'ann']))
      if (shown.userId !== before) changes++
    }
    expect(changes).toBe(0)
  })

  test('nobody is large for less than two seconds while they are there', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(present), { minLength: 10, maxLength: 200 }), (heard) => {
        let shown = hear(nobodyYet, 0, 'ann')
        let since = 0
        for (const [index, speakers] of heard.entries()) {
          const now = (index + 1) * 150
          const next = hear(shown, now, ...speakers)
          if (next.userId !== shown.userId) {
            expect(now - since).toBeGreaterThanOrEqual(2_000)
            since = now
          }
          shown = next
        }
      }),
    )
  })

  test('whoever leaves makes room at once; nobody there is nobody', () => {
    const ann = hear(nobodyYet, 0, 'ann')
    expect(followSpeaker(ann, { present: ['ben'], speakers: [], now: 1 }).userId).toBe('ben')
    expect(followSpeaker(ann, { present: [], speakers: ['me'], now: 1 }).userId).toBeNull()
  })
})

describe('what is large', () => {
  const stage = { layout: 'automatic', present: ['ann', 'ben'], pinned: [], screen: null, speaker: 'ann' } as const

  test('nothing in a grid, the speaker in the speaker view, a shared screen before them, and what is pinned before all', () => {
    const shared = screenKey('ben')
    const present = ['ann', 'ben', shared]
    expect(enlarged(stage)).toEqual([])
    expect(enlarged({ ...stage, layout: 'speaker' })).toEqual(['ann'])
    expect(enlarged({ ...stage, present, screen: shared })).toEqual([shared])
    expect(enlarged({ ...stage, present, screen: shared, layout: 'speaker' })).toEqual([shared])
    expect(enlarged({ ...stage, present, screen: shared, layout: 'grid' })).toEqual([])
    expect(enlarged({ ...stage, present, screen: shared, pinned: ['ben', 'ann'] })).toEqual(['ben', 'ann'])
    expect(enlarged({ ...stage, pinned: ['gone'] })).toEqual([])
    expect(enlarged({ ...stage, layout: 'speaker', speaker: null })).toEqual([])
  })

  test('the key goes through all of them', () => {
    expect([nextLayout('automatic'), nextLayout('grid'), nextLayout('speaker')]).toEqual([
      'grid',
      'speaker',
      'automatic',
    ])
  })
})

describe('places', () => {
  const apart = (rects: Rect[]) =>
    rects.every((one, index) =>
      rects.every(
        (other, at) =>
          at === index ||
          one.left + one.width <= other.left ||
          other.left + other.width <= one.left ||
          one.top + one.height <= other.top ||
          other.top + other.height <= one.top,
      ),
    )
  const inside = (rects: Rect[], width: number, height: number) =>
    rects.every(
      (rect) =>
        rect.left >= 0 && rect.top >= 0 && rect.left + rect.width <= width + 1 && rect.top + rect.height <= height + 1,
    )
  const boxes = [fc.integer({ min: 400, max: 3000 }), fc.integer({ min: 250, max: 2000 })] as const

  test('no two tiles of a grid overlap, and all are inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), ...boxes, (count, width, height) => {
        const rects = gridRects(count, { left: 0, top: 0, width, height })
        expect(apart(rects) && inside(rects, width, height)).toBe(true)
      }),
    )
  })

  test('neither do the large ones and the strip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), ...boxes, (large, small, w, h) => {
        const presentation = layOutPresentation(w, h)
        const rects = [
          ...largeRects(names(large), presentation.screen, () => false),
          ...stripRects(Math.min(small, stripCapacity(presentation)), presentation),
        ]
        expect(apart(rects) && inside(rects, w, h)).toBe(true)
      }),
    )
  })

  test('a shared screen that is large alone has the whole place, a face keeps its shape', () => {
    const place = { width: 1_500, height: 500 }
    expect(largeRects(['s'], place, () => true)).toEqual([{ left: 0, top: 0, ...place }])
    expect(largeRects(['p'], place, () => false)[0]?.width).toBeLessThan(1_000)
  })

  test('a page has 16, 25 in a big window, and fewer in a small one', () => {
    expect(tilesPerPage({ width: 840, height: 630 })).toBe(16)
    expect(tilesPerPage({ width: 1_880, height: 930 })).toBe(25)
    expect(tilesPerPage({ width: 400, height: 160 })).toBeLessThan(16)
  })
})
