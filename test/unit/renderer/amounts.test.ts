// Lists, numbers and units, in both languages.
import { describe, expect, test } from 'vitest'
import { amountOf, lengthOf, listOf, percentOf, rowOf } from '../../../renderer/ui/amounts.ts'

const minute = 60_000
const names = ['Ann', 'Ben', '王小明']

describe('names', () => {
  test('in a sentence', () => {
    expect([1, 2, 3].map((n) => listOf(names.slice(0, n), 'en-GB'))).toEqual([
      'Ann',
      'Ann and Ben',
      'Ann, Ben and 王小明',
    ])
    expect([1, 2, 3].map((n) => listOf(names.slice(0, n), 'zh-CN'))).toEqual(['Ann', 'Ann和Ben', 'Ann、Ben和王小明'])
  })

  test('side by side something is always between them', () => {
    expect(rowOf(names, 'en')).toBe('Ann, Ben, 王小明')
    expect(rowOf(names, 'zh-CN')).toBe('Ann、Ben、王小明')
    expect(rowOf(['Ann', 'Ben'], 'zh-CN')).toBe('Ann、Ben')
  })

  test('of nobody nothing is said', () => {
    expect([listOf([], 'en'), rowOf([], 'zh-CN')]).toEqual(['', ''])
  })
})

test('units', () => {
  const said = (locale: string) => [
    amountOf(1.24, 'second', locale, 1),
    amountOf(2, 'second', locale, 1),
    amountOf(42, 'millisecond', locale),
    amountOf(820, 'kilobit-per-second', locale),
    amountOf(1.4, 'megabit-per-second', locale, 1),
    percentOf(0.004, locale, 1),
    percentOf(0.25, locale),
  ]
  expect(said('en')).toEqual(['1.2 sec', '2.0 sec', '42 ms', '820 kb/s', '1.4 Mb/s', '0.4%', '25%'])
  expect(said('zh-CN')).toEqual(['1.2秒', '2.0秒', '42毫秒', '820 kb/秒', '1.4 Mb/秒', '0.4%', '25%'])
  expect(amountOf(1.24, 'second', 'de', 1)).toBe('1,2 Sek.')
})

test('a length of time is said as people would', () => {
  const said = (locale: string) =>
    [40_000, 24.4 * minute, 60 * minute, 65 * minute].map((length) => lengthOf(length, locale))
  expect(said('en')).toEqual(['40 sec', '24 min', '1 hr', '1 hr 5 min'])
  expect(said('zh-CN')).toEqual(['40秒', '24分钟', '1小时', '1小时5分钟'])
})
