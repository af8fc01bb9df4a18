import { expect, test } from 'vitest'
import { firstInLine } from '../../../shared/succession.ts'
import { ann, aParticipant, aRoom, ben, chloe } from '../../support/things.ts'

const since = (user: typeof ann, joinedAt: number, role: 'admin' | 'member' = 'member') =>
  aParticipant({ user, joinedAt, role })
const first = (...participants: ReturnType<typeof since>[]) =>
  firstInLine({ room: aRoom({ ownerId: ann.id }), participants })?.user.name ?? null

test('nobody takes over while the owner is inside, or while nobody is', () => {
  expect(first(aParticipant(), since(ben, 1, 'admin'))).toBeNull()
  expect(first()).toBeNull()
})

test('the longest-present admin comes first, whoever else has been inside for longer', () => {
  expect(first(since(ben, 1), since(chloe, 5, 'admin'))).toBe(chloe.name)
  expect(first(since(ben, 7, 'admin'), since(chloe, 5, 'admin'))).toBe(chloe.name)
})

test('without an admin, the longest-present member', () => {
  expect(first(since(ben, 7), since(chloe, 5))).toBe(chloe.name)
})
