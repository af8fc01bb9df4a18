// How much of a ring is left, and in which colour it is drawn.
import { expect, test } from 'vitest'
import { ringTime } from '../../../renderer/ring/ringTime.ts'
import { aCall } from '../../support/things.ts'

const call = aCall({ status: 'calling', delivery: 'received', createdAt: 1_000, expiresAt: 31_000 })

test('it runs down, and the last ten seconds look different', () => {
  expect(ringTime(call, 1_000, true)).toEqual({ leftMs: 30_000, fraction: 1, tone: 'accent' })
  expect(ringTime(call, 16_000, true)).toEqual({ leftMs: 15_000, fraction: 0.5, tone: 'accent' })
  expect(ringTime(call, 21_000, true)).toMatchObject({ leftMs: 10_000, tone: 'last' })
  expect(ringTime(call, 40_000, true)).toMatchObject({ leftMs: 0, fraction: 0 })
})

test('one that may be in vain, one nobody knows about, and one that is over', () => {
  expect(ringTime({ ...call, delivery: 'notYetReceived' }, 25_000, true).tone).toBe('warn')
  expect(ringTime(call, 2_000, false).tone).toBe('stale')
  expect(ringTime({ ...call, status: 'rejected' }, 2_000, true).fraction).toBeNull()
})

test('a short ring has half of its time to be calm', () => {
  const short = { ...call, expiresAt: 16_000 }
  expect(ringTime(short, 7_000, true).tone).toBe('accent')
  expect(ringTime(short, 9_000, true).tone).toBe('last')
})
