// Which texts are links of ours: exactly the two forms, whatever else a page or a command line may hold.
import { describe, expect, test, vi } from 'vitest'
import { linkIn, parseDeepLink } from '../../../electron/main/shell/deepLinks.ts'
import { id } from '../../support/things.ts'

vi.mock('electron', () => ({ app: {} }))

describe('links into the app', () => {
  test.each([
    ['parley://join/abc-defg-hij', { kind: 'join', code: 'abc-defg-hij' }],
    ['parley://join/ABC-defg-hij/', { kind: 'join', code: 'abc-defg-hij' }],
    [`parley://call/${id(7)}`, { kind: 'call', id: id(7) }],
  ])('%s', (text, expected) => {
    expect(parseDeepLink(text)).toEqual(expected)
  })

  test.each([
    'parley://join/',
    'parley://join/../../x',
    'parley://join/abc-defg-hij?leaveOther=true',
    'parley://join/abc-defg-hij#x',
    'parley://join/abc/def',
    'parley://join/%61bc-defg-hij',
    'parley://join/abc\u0000def',
    'parley://join/abc defg',
    'parley://join/-abc',
    `parley://join/${'a'.repeat(300)}`,
    'parley://user:word@join/abc-defg-hij',
    'parley://answer/00000000-0000-4000-8000-000000000007',
    'parley://call/7',
    `parley://call/${id(7)}/answer`,
    `parley:call/${id(7)}`,
    'https://join/abc-defg-hij',
    'parley://join/abc-defg-hij\nparley://join/abc-defg-hij',
    '',
  ])('%j is none', (text) => {
    expect(parseDeepLink(text)).toBeNull()
  })

  test('a command line carries at most one', () => {
    expect(linkIn(['/opt/parley', '--server=x', 'parley://join/abc-defg-hij'])).toEqual({
      kind: 'join',
      code: 'abc-defg-hij',
    })
    expect(linkIn(['parley://join/abc-defg-hij', 'parley://join/xyz-defg-hij'])).toBeNull()
    expect(linkIn(['--hidden'])).toBeNull()
  })
})
