// The receipts of silenced rings: as late as those of devices, however late the server itself is.
import { expect, test } from 'vitest'
import { createReceiptTiming } from '../../server/people/receiptTiming.ts'

test('the delay is one of the callee’s own devices, less what the server is late by', () => {
  const timing = createReceiptTiming()
  expect(timing.delay([50, 60, 70], 0)).toBe(49)
  expect(timing.delay([50, 60, 70], 0.99)).toBe(69)
  for (const lateMs of [6, 8, 7]) timing.noteLate(lateMs)
  expect(timing.delay([50, 60, 70], 0.5)).toBe(53)
  expect(timing.delay([3], 0.5)).toBe(0)
})

test('only the latest count, and one hour of standing still changes nothing', () => {
  const timing = createReceiptTiming()
  for (let n = 0; n < 49; n++) timing.noteLate(2)
  timing.noteLate(3_600_000)
  expect(timing.delay([40], 0.5)).toBe(38)
  for (let n = 0; n < 50; n++) timing.noteLate(9)
  expect(timing.delay([40], 0.5)).toBe(31)
})

test('of devices that have shown nothing yet, it is as long as others take, and a guess before that', () => {
  const timing = createReceiptTiming()
  expect([timing.delay([], 0), timing.delay([], 0.999)]).toEqual([39, 159])
  timing.noteShown(25)
  // It waited for its device.
  timing.noteShown(20_000)
  expect([0, 0.5, 0.999].map((share) => timing.delay([], share))).toEqual([24, 24, 24])
})
