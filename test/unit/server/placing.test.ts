// Which worker a seat goes to, and what counts as load.
import { describe, expect, test } from 'vitest'
import { PICTURES_MAX } from '../../../server/media/lastPictures.ts'
import { choosePlace, consumersOf, type Passing, type Place } from '../../../server/media/placing.ts'

const LIMIT = 100
const at = (load: number, rooms = 1): Place => ({ load, rooms })

describe('a seat’s worker', () => {
  test('a new room begins where there is the least to do, and with equally little where fewer rooms are', () => {
    const [busy, quiet, empty] = [at(20, 1), at(10, 3), at(10, 2)]
    expect(choosePlace([], [busy, quiet, empty], LIMIT)).toBe(empty)
  })

  test('a room stays where it is below the limit, however little others have to do', () => {
    const home = at(LIMIT - 1)
    expect(choosePlace([home], [at(0, 0)], LIMIT)).toBe(home)
  })

  test('at the limit the next seat goes to the least loaded other worker', () => {
    const [second, third] = [at(30), at(20)]
    expect(choosePlace([at(LIMIT)], [second, third], LIMIT)).toBe(third)
  })

  test('what became free on the first worker is used again before the second one', () => {
    const home = at(LIMIT - 1)
    expect(choosePlace([home, at(2)], [at(0, 0)], LIMIT)).toBe(home)
    expect(choosePlace([at(LIMIT), home], [at(0, 0)], LIMIT)).toBe(home)
  })

  test('with all full the least loaded of its own goes on, unless another one has less than half to do', () => {
    const [first, second] = [at(5 * LIMIT), at(4 * LIMIT)]
    expect(choosePlace([first, second], [], LIMIT)).toBe(second)
    expect(choosePlace([first, second], [at(2 * LIMIT)], LIMIT)).toBe(second)
    const other = at(2 * LIMIT - 1)
    expect(choosePlace([first, second], [other], LIMIT)).toBe(other)
  })

  test('there may be none', () => {
    expect(choosePlace([], [], LIMIT)).toBeNull()
  })
})

describe('consumers of a person', () => {
  const sent = (userId: string, ...sources: Passing['source'][]) => sources.map((source) => ({ userId, source }))

  test('all that others send, and of many cameras those that come unasked', () => {
    const ann = sent('ann', 'microphone', 'camera')
    const ben = sent('ben', 'microphone', 'camera', 'screen', 'screenAudio')
    expect(consumersOf('ann', [...ann, ...ben])).toBe(4)
    expect(consumersOf('chloe', [...ann, ...ben])).toBe(6)
    const many = Array.from({ length: 50 }, (_, index) => sent(String(index), 'camera')).flat()
    expect(consumersOf('ann', [...ann, ...ben, ...many])).toBe(3 + PICTURES_MAX)
  })
})
