import { describe, expect, test } from 'vitest'
import { passwordProblem } from '../../../shared/passwords.ts'

const owner = { login: 'ann.kovac@example.org', name: 'Ann Kovač' }

describe('a password', () => {
  test.each([
    ['violet kettle on the moon', null],
    ['Tr4mway!Lemon9', null],
    ['紫色水壶在月亮上慢慢煮', null],
    ['x7#kQ', 'tooShort'],
    ['aaaaaaaaaaaaaaa', 'tooAlike'],
    ['1212121212121212', 'tooAlike'],
    ['Password123', 'common'],
    ['passwordpassword', 'common'],
    ['0123456789', 'common'],
    ['qwertyuiop', 'common'],
    ['poiuytrewq', 'common'],
    ['2026Welcome!!', 'common'],
    ['ann.kovac@example.org', 'isName'],
    ['AnnKovač2026', 'isName'],
    ['kovač-kovač-1', 'isName'],
  ] as const)('%s: %s', (password, problem) => {
    expect(passwordProblem(password, owner)).toBe(problem)
  })

  test('of somebody with a short name may hold it among other things', () => {
    expect(passwordProblem('li goes fishing at dawn', { login: 'li', name: 'Li' })).toBeNull()
    expect(passwordProblem('the annual lemon feast', owner)).toBeNull()
  })
})
