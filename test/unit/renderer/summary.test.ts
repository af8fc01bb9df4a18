// What is said of a meeting afterwards, from what was noted while it went on.
import { describe, expect, test } from 'vitest'
import { beginNotes, notePeople, noteRates, summaryOf, type MeetingNotes } from '../../../renderer/home/summary.ts'
import type { LinkRates, Rates, StreamRates } from '../../../renderer/media/rates.ts'
import { ann, ben, chloe, id } from '../../support/things.ts'

const STARTED_AT = 1_000_000
const minute = 60_000
const notes = (more: Partial<MeetingNotes> = {}): MeetingNotes => ({
  ...beginNotes({ roomId: id(50), name: 'Design review', direct: false, startedAt: STARTED_AT }),
  ...more,
})
const link: LinkRates = {
  way: 'direct',
  bitsPerSecond: 0,
  lossShare: 0,
  roundTripMs: 20,
  availableBitsPerSecond: null,
}
const voice = (concealedShare: number): StreamRates => ({
  key: 'ben microphone',
  userId: 'ben',
  source: 'microphone',
  kind: 'audio',
  bitsPerSecond: 32_000,
  lossShare: 0,
  jitterMs: 1,
  concealedShare,
  width: 0,
  height: 0,
  framesPerSecond: 0,
  codec: 'opus',
  layers: [],
})
const rates = (concealedShare = 0, lossShare = 0): Rates => ({
  send: link,
  receive: { ...link, lossShare },
  streams: [voice(concealedShare)],
})
const after = (...looks: Rates[]) => looks.reduce(noteRates, notes())

describe('a meeting afterwards', () => {
  test('tells how long it was and who was there, each once, in the order they came', () => {
    let during = notePeople(notes(), [ben], STARTED_AT)
    during = notePeople(during, [ben, chloe], STARTED_AT)
    during = notePeople(during, [chloe], STARTED_AT)
    expect(summaryOf(during, STARTED_AT + 24 * minute)).toMatchObject({
      name: 'Design review',
      lastedMs: 24 * minute,
      people: [ben, chloe],
      quality: null,
      dropouts: 0,
    })
  })

  test('a call counts from its answer, and says nothing when there was none or it was over at once', () => {
    const ringing = notes({ direct: true })
    expect(summaryOf(ringing, STARTED_AT + minute)).toBeNull()
    const answered = notePeople(ringing, [ann], STARTED_AT + 20_000)
    expect(summaryOf(answered, STARTED_AT + 24_000)).toBeNull()
    expect(summaryOf(answered, STARTED_AT + 80_000)?.lastedMs).toBe(minute)
    expect(summaryOf(notes(), STARTED_AT + 9_000)).toBeNull()
    expect(summaryOf(notes(), STARTED_AT + 11_000)?.people).toEqual([])
  })

  test('counts gaps in the sound, each as one however long it is', () => {
    const gaps = [0, 0.2, 0.5, 0.2, 0, 0.11, 0].map((share) => rates(share))
    expect(after(...gaps).dropouts).toBe(2)
  })

  test('is as good as it mostly was: one bad moment does not make it bad', () => {
    const good = Array.from({ length: 19 }, () => rates())
    const qualityAfter = (looks: Rates[], more = {}) =>
      summaryOf({ ...after(...looks), ...more }, STARTED_AT + minute)?.quality
    expect(qualityAfter([...good, rates(0, 0.2)])).toBe('good')
    expect(qualityAfter([...good, ...Array.from({ length: 3 }, () => rates(0, 0.05))])).toBe('unsteady')
    expect(qualityAfter([...good, ...Array.from({ length: 3 }, () => rates(0, 0.2))])).toBe('bad')
    expect(qualityAfter(good, { reconnects: 1 })).toBe('unsteady')
  })
})
