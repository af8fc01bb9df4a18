import { expect, test } from 'vitest'
import { matchIn } from '../../../renderer/people/rows.ts'
import { codeIn, inStableOrder } from '../../../renderer/stores/room.ts'
import { browserLabel } from '../../../renderer/host/webStorage.ts'
import { ann, aParticipant, ben, chloe } from '../../support/things.ts'

test('a code is found in whatever was pasted', () => {
  expect(codeIn(' abc-defg-hij ')).toBe('abc-defg-hij')
  expect(codeIn('https://parley.example.org/join/abc-defg-hij')).toBe('abc-defg-hij')
  expect(codeIn('https://parley.example.org/join/abc-defg-hij?from=mail#top')).toBe('abc-defg-hij')
  expect(codeIn('Join us: https://parley.example.org/#/join/abc%2Ddefg')).toBe('abc-defg')
  expect(codeIn('')).toBeNull()
  expect(codeIn('two words')).toBeNull()
  expect(codeIn('https://parley.example.org/')).toBeNull()
  expect(codeIn('/join/%E0%A4%A')).toBe('%E0%A4%A')
})

test('people keep the order in which they came, whatever changes about them', () => {
  const people = [
    aParticipant({ user: chloe, joinedAt: 3, version: 4 }),
    aParticipant({ user: ann, joinedAt: 1, version: 9 }),
    aParticipant({ user: ben, joinedAt: 1, version: 2 }),
  ]
  expect(inStableOrder(people).map((one) => one.user.name)).toEqual(['Ann Kovač', 'Ben Osei', 'Chloe Martin'])
})

test('what matched in a name is told from the rest', () => {
  expect(matchIn('Marta Alvarez', 'ma')).toEqual(['', 'Ma', 'rta Alvarez'])
  expect(matchIn('Marta Alvarez', 'alv')).toEqual(['Marta ', 'Alv', 'arez'])
  expect(matchIn('王小明', '小')).toEqual(['王', '小', '明'])
  expect(matchIn('Ben', 'zz')).toEqual(['Ben', '', ''])
})

test('a browser is called what its person would call it', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
  expect(browserLabel(`Mozilla/5.0 (X11; Linux x86_64) ${chrome}`)).toBe('Chrome on Linux')
  expect(browserLabel(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/156.0`)).toBe('Edge on Windows')
  expect(
    browserLabel('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/19 Safari/605.1'),
  ).toBe('Safari on macOS')
})
