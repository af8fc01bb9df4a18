// Which cameras are held back from somebody in a room of many.
import { expect, test } from 'vitest'
import { picturesHeld, type ReceivedPicture } from '../../../server/media/lastPictures.ts'

const pictures = (count: number, said: readonly number[] = []): ReceivedPicture[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, userId: `p${index}`, said: said.includes(index) }))
const flowing = (all: readonly ReceivedPicture[], recent: readonly string[], max: number) => {
  const held = picturesHeld(all, recent, max)
  return all.filter(({ id }) => !held.has(id)).map(({ userId }) => userId)
}

test('as many as there may be are all sent', () => {
  expect(picturesHeld(pictures(16), [])).toEqual(new Set())
  expect(picturesHeld(pictures(17), []).size).toBe(1)
})

test('of more, those who spoke last, then those who came first', () => {
  expect(flowing(pictures(8), [], 4)).toEqual(['p0', 'p1', 'p2', 'p3'])
  expect(flowing(pictures(8), ['p6', 'p5'], 4)).toEqual(['p0', 'p1', 'p5', 'p6'])
  expect(flowing(pictures(8), ['p7', 'p6', 'p5', 'p4', 'p3'], 4)).toEqual(['p4', 'p5', 'p6', 'p7'])
  // Somebody who spoke and has no camera takes nobody's place.
  expect(flowing(pictures(8), ['nobody'], 4)).toHaveLength(4)
})

test('what its client has spoken of is left to what it said', () => {
  expect(flowing(pictures(8, [6, 7]), [], 4)).toEqual(['p0', 'p1', 'p2', 'p3', 'p6', 'p7'])
})
