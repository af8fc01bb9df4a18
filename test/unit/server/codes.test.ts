import { describe, expect, test } from 'vitest'
import { createCode, parseCode } from '../../../server/rooms/codes.ts'

describe('meeting codes', () => {
  test('are three groups of letters that read back as themselves', () => {
    let seed = 1
    const bytes = (count: number) =>
      Uint8Array.from({ length: count }, () => (seed = (seed * 48271) % 2147483647) & 0xff)
    const codes = Array.from({ length: 500 }, () => createCode(bytes))
    for (const code of codes) {
      expect(code).toMatch(/^[a-hjkmnp-z]{3}-[a-hjkmnp-z]{4}-[a-hjkmnp-z]{3}$/)
      expect(parseCode(code)).toBe(code)
    }
    expect(new Set(codes).size).toBe(codes.length)
  })

  test('throw away bytes that would favour some letters', () => {
    const unfair = [255, 254, 253]
    const served = [...unfair, ...Array.from({ length: 30 }, (_, index) => index)]
    const code = createCode((count) => Uint8Array.from(served.splice(0, count)))
    expect(code).toBe('abc-defg-hjk')
  })

  test.each([
    ['abc-defg-hjk', 'abc-defg-hjk'],
    [' ABCDEFGHJK ', 'abc-defg-hjk'],
    ['abc defg hjk', 'abc-defg-hjk'],
    ['https://meet.example.org/join/abc-defg-hjk', 'abc-defg-hjk'],
    ['https://meet.example.org/join/abc-defg-hjk/?name=Ann#top', 'abc-defg-hjk'],
    ['abc-defg-hj', null],
    ['abc-defg-hj1', null],
    ['', null],
    ['https://meet.example.org/', null],
  ])('%j means %j', (typed, code) => {
    expect(parseCode(typed)).toBe(code)
  })
})
