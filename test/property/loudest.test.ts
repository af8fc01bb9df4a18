// What holds for the voices of every big room, whoever says what when.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Loudest, VOICES_MAX } from '../../server/media/loudest.ts'

const PEOPLE = 40
const person = fc.integer({ min: 0, max: PEOPLE - 1 }).map((number) => `p${number}`)
const event = fc.record({
  afterMs: fc.integer({ min: 0, max: 700 }),
  who: person,
  what: fc.oneof(
    { weight: 2, arbitrary: fc.constant('enters' as const) },
    { weight: 1, arbitrary: fc.constant('leaves' as const) },
    { weight: 8, arbitrary: fc.integer({ min: -70, max: -5 }) },
  ),
})
const history = fc.array(event, { maxLength: 250 })
const HOLD_MS = 1_000

test('never more than twelve, nobody waits beside a free place, and nobody loses theirs within a second', () => {
  fc.assert(
    fc.property(history, (events) => {
      const loudest = new Loudest()
      const inside = new Set<string>()
      /** As whoever pauses and resumes would have it, from the changes alone. */
      const placedAt = new Map<string, number>()
      let now = 0
      for (const { afterMs, who, what } of events) {
        now += afterMs
        if (what === 'enters') inside.add(who)
        if (what === 'leaves') {
          inside.delete(who)
          placedAt.delete(who)
        }
        const change = what === 'enters' || what === 'leaves' ? loudest[what](who, now) : loudest.speaks(who, what, now)
        for (const id of change.stopped) {
          expect(now - placedAt.get(id)!).toBeGreaterThanOrEqual(HOLD_MS)
          placedAt.delete(id)
        }
        for (const id of change.started) {
          expect(inside.has(id) && !placedAt.has(id)).toBe(true)
          placedAt.set(id, now)
        }
        expect(placedAt.size).toBe(Math.min(VOICES_MAX, inside.size))
        for (const id of inside) expect(loudest.has(id)).toBe(placedAt.has(id))
      }
    }),
  )
})

test('whoever is clearly the loudest for three seconds is heard by then, whatever was before and whoever else speaks', () => {
  const others = fc.array(fc.record({ who: person, level: fc.integer({ min: -70, max: -20 }) }), { maxLength: 60 })
  fc.assert(
    fc.property(history, others, person, (events, chatter, loud) => {
      const loudest = new Loudest()
      let now = 0
      for (const { afterMs, who, what } of events) {
        now += afterMs
        if (what === 'enters' || what === 'leaves') loudest[what](who, now)
        else loudest.speaks(who, what, now)
      }
      loudest.enters(loud, now)
      const since = now
      for (let at = since; at <= since + 3_000; at += 100) {
        for (const { who, level } of chatter) if (who !== loud) loudest.speaks(who, level, at)
        loudest.speaks(loud, -10, at)
      }
      expect(loudest.has(loud)).toBe(true)
    }),
  )
})

test('those who take turns keep their places: as long as no more than twelve say anything, nothing changes hands', () => {
  const turn = fc.record({
    who: fc.integer({ min: 0, max: VOICES_MAX - 1 }).map((number) => `p${number}`),
    afterMs: fc.integer({ min: 0, max: 20_000 }),
  })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 100 }), (turns) => {
      const loudest = new Loudest()
      for (let number = 0; number < PEOPLE; number++) loudest.enters(`p${number}`, 0)
      let now = 0
      for (const { who, afterMs } of turns) {
        now += afterMs
        expect(loudest.speaks(who, -30, now)).toEqual({ started: [], stopped: [] })
      }
    }),
  )
})
