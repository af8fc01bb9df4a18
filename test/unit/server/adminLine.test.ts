import { describe, expect, test } from 'vitest'
import { readAdminLine } from '../../../server/admin/commandLine.ts'

describe('the command line', () => {
  test.each([
    [['users', 'dance'], 'users dance'],
    [['users', 'reset'], 'something is missing'],
    [['users', 'invite', '--days', '0'], '--days'],
    [['users', 'invite', '--days', '31'], '--days'],
    [['users', 'invite', '--address', 'parley.example'], '--address'],
    [['audit', 'list', '--limit', 'many'], '--limit'],
    [['--colour'], '--colour'],
  ])('%j is refused by name', (argv, named) => {
    const read = readAdminLine(argv, {})
    expect(read.ok ? '' : read.error.message).toContain(named)
  })
  test('nothing at all asks for help', () => {
    expect(readAdminLine([], {})).toEqual({ ok: true, value: null })
  })
})
