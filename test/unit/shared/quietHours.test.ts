// When a device keeps quiet, in local time.
import { describe, expect, test } from 'vitest'
import { clockOf, isQuiet, minutesOf, untilQuietChanges, type QuietHours } from '../../../shared/doNotDisturb.ts'

const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, day, hours, minutes).getTime()
/** Monday to Friday, from half past ten in the evening until seven; Monday is 23 November 2026. */
const nights: QuietHours = { on: true, from: 22 * 60 + 30, to: 7 * 60, days: [1, 2, 3, 4, 5] }
const HOUR = 3_600_000

describe('quiet hours', () => {
  test.each([
    ['before it begins', at(23, 22, 29), false],
    ['from the very minute', at(23, 22, 30), true],
    ['after midnight, of the day before', at(24, 3), true],
    ['until the very minute', at(24, 7), false],
    ['Saturday morning still belongs to Friday', at(28, 6, 59), true],
    ['Saturday night does not', at(28, 23), false],
    ['nor does Monday before dawn', at(23, 3), false],
  ])('%s', (_name, now, expected) => {
    expect(isQuiet(nights, now)).toBe(expected)
  })

  test('within one day, and a whole one', () => {
    const lunch = { ...nights, from: 12 * 60, to: 13 * 60 }
    expect([isQuiet(lunch, at(23, 12)), isQuiet(lunch, at(23, 13)), isQuiet(lunch, at(24, 0))]).toEqual([
      true,
      false,
      false,
    ])
    const monday = { ...nights, from: 0, to: 0, days: [1] }
    expect([isQuiet(monday, at(23, 0)), isQuiet(monday, at(23, 23, 59)), isQuiet(monday, at(24, 0))]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('off is off, and no day is never', () => {
    expect(isQuiet({ ...nights, on: false }, at(23, 23))).toBe(false)
    expect(isQuiet({ ...nights, days: [] }, at(23, 23))).toBe(false)
    expect(untilQuietChanges({ ...nights, on: false }, at(23, 23))).toBeNull()
    expect(untilQuietChanges({ ...nights, days: [] }, at(23, 23))).toBeNull()
  })

  test('it is known when to look again', () => {
    expect(untilQuietChanges(nights, at(23, 20, 30))).toBe(2 * HOUR)
    expect(untilQuietChanges(nights, at(24, 5))).toBe(2 * HOUR)
    // From Saturday noon to Monday evening.
    expect(untilQuietChanges(nights, at(28, 12, 30))).toBe(58 * HOUR)
  })

  test('times of day are read and written', () => {
    expect([clockOf(0), clockOf(1110), minutesOf('18:30'), minutesOf('23:59')]).toEqual(['00:00', '18:30', 1110, 1439])
    expect([minutesOf(''), minutesOf('24:00'), minutesOf('7:00')]).toEqual([null, null, null])
  })
})
