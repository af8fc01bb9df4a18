// Which worker a seat goes to, and what counts as load.
import { describe, expect, test } from 'vitest'
import { PICTURES_MAX } from '../../../server/media/lastPictures.ts'
import {
  choosePlace,
  consumersOn,
  expected,
  type Place,
  type SeatLoad,
  type Sends,
} from '../../../server/media/placing.ts'

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

describe('what a router has to do', () => {
  const seat = (userId: string, isHere: boolean, ...sources: Sends[number]['source'][]): SeatLoad => ({
    userId,
    isHere,
    sends: sources.map((source) => ({ source, isHeld: false })),
  })
  const ann = seat('ann', true, 'microphone', 'camera')
  const ben = seat('ben', true, 'microphone', 'camera', 'screen', 'screenAudio')
  const chloe = seat('chloe', false, 'microphone')

  test('everybody on it is sent all that others send, and the other routers all that comes in', () => {
    expect(consumersOn([ann], 0)).toBe(0)
    expect(consumersOn([ann, ben], 0)).toBe(4 + 2)
    expect(consumersOn([ann, ben, chloe], 1)).toBe(4 + 1 + (2 + 1) + 6)
    expect(consumersOn([ann, ben, chloe], 2)).toBe(4 + 1 + (2 + 1) + 12)
  })

  test('of many cameras those that come unasked, of many voices those that are let through', () => {
    const cameras = Array.from({ length: 50 }, (_, index) => seat(String(index), false, 'camera'))
    expect(consumersOn([ann, ...cameras], 0)).toBe(PICTURES_MAX)
    const held = { ...chloe, sends: [{ source: 'microphone', isHeld: true }] as const }
    expect(consumersOn([ann, held], 0)).toBe(0)
    // To the other routers even so.
    expect(consumersOn([{ ...held, isHere: true }], 1)).toBe(1)
  })

  test('whoever has just come, or is being rung, will send', () => {
    const sources = (sends: Sends) => sends.map(({ source }) => source)
    expect(sources(expected([], { warm: false, forMs: 100 }))).toEqual(['microphone', 'camera'])
    expect(sources(expected([], { warm: true, forMs: 60_000 }))).toEqual(['microphone', 'camera'])
    expect(expected([], { warm: false, forMs: 60_000 })).toEqual([])
    expect(sources(expected(chloe.sends, { warm: false, forMs: 100 }))).toEqual(['microphone'])
  })
})
