// The count of the alert fuzz: what one person may cause at once and over time, and what is told late.
import { expect, test } from 'vitest'
import { RATES } from '../../server/limits.ts'
import { createAlertCount } from '../fuzz/alertCount.ts'

const { burst, perMinute } = RATES.guestKnocksPerAddress
const refillMs = 60_000 / perMinute
const knock = (number: number, at: number) => ({
  channel: 'guestKnocksPerAddress' as const,
  by: 'somewhere',
  what: `${number}`,
  madeAt: at,
})

test('as many as the bucket holds are promised, one more is too many, and each is one however often it is told', () => {
  const count = createAlertCount()
  for (let number = 0; number < burst; number++) count.note(knock(number, 1_000), 1_000)
  for (let number = 0; number < burst; number++) count.note(knock(number, 1_000), 2_000)
  count.note(knock(burst, 1_000 + refillMs), 1_000 + refillMs)
  expect(count.result()).toEqual({ counts: { guestKnocksPerAddress: burst + 1 }, excesses: [] })
  count.note(knock(burst + 1, 1_001 + refillMs), 1_001 + refillMs)
  expect(count.result().excesses).toMatchObject([{ by: 'somewhere', at: 1_001 + refillMs }])
})

test('what was made while she was away counts from then', () => {
  const count = createAlertCount()
  const back = 10 * refillMs
  for (let number = 0; number < 3; number++) count.note(knock(number, number), back)
  for (let number = 3; number < 3 + burst; number++) count.note(knock(number, back), back)
  expect(count.result().excesses).toEqual([])
})
