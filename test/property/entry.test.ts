// The rule of who gets in, over every room and every user there can be.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { looksAfter, mayEnterNow, mayRing, type EntryRoom, type EntryUser } from '../../shared/entry.ts'

const role = fc.constantFrom('owner', 'admin', 'member', null)
const roomArbitrary: fc.Arbitrary<EntryRoom> = fc.record({
  locked: fc.boolean(),
  lobby: fc.boolean(),
  hasPassword: fc.boolean(),
  guestsAllowed: fc.boolean(),
  guestsWait: fc.boolean(),
  memberInside: fc.boolean(),
})
const userArbitrary: fc.Arbitrary<EntryUser> = fc.record({
  guest: fc.constant(false),
  role,
  seated: fc.boolean(),
  removed: fc.boolean(),
  barred: fc.boolean(),
  attendee: fc.boolean(),
  rungBy: role,
  passwordGiven: fc.boolean(),
  deniedForMs: fc.constantFrom(0, 30_000),
})

const always = (holds: (room: EntryRoom, user: EntryUser) => boolean) =>
  fc.assert(fc.property(roomArbitrary, userArbitrary, holds), { numRuns: 3_000 })
const stranger: EntryUser = {
  guest: false,
  role: null,
  seated: false,
  removed: false,
  barred: false,
  attendee: false,
  rungBy: null,
  passwordGiven: false,
  deniedForMs: 0,
}
const open: EntryRoom = {
  locked: false,
  lobby: false,
  hasPassword: false,
  guestsAllowed: false,
  guestsWait: true,
  memberInside: true,
}

describe('who gets in', () => {
  test('a seat is kept, whatever becomes of the meeting', () =>
    always((room, user) => mayEnterNow(room, { ...user, seated: true }) === 'enter'))

  test('owner and admins always, unless they were sent away for good', () =>
    always((room, user) => {
      const manager = { ...user, role: looksAfter(user.role) ? user.role : 'admin', barred: false }
      return mayEnterNow(room, manager) === 'enter'
    }))

  test('whoever rings in an owner or an admin rings through everything', () =>
    always((room, user) => mayEnterNow(room, { ...user, rungBy: 'admin', barred: false }) === 'enter'))

  test('nobody else into a locked meeting, and nobody waits for one', () =>
    always((room, user) => {
      const decision = mayEnterNow({ ...room, locked: true }, user)
      if (user.seated || (!user.barred && (looksAfter(user.role) || looksAfter(user.rungBy))))
        return decision === 'enter'
      return decision === (user.barred ? 'barred' : 'locked')
    }))

  test('a guest never where none are allowed, never before anybody else, and nowhere a stranger would not come', () =>
    always((room, user) => {
      const decision = mayEnterNow(room, { ...user, guest: true })
      if (decision !== 'enter' || user.seated) return true
      return room.guestsAllowed && room.memberInside && mayEnterNow(room, user) === 'enter'
    }))

  test('a member’s ring goes through password and lobby', () =>
    always(
      (room, user) => user.barred || mayEnterNow({ ...room, locked: false }, { ...user, rungBy: 'member' }) === 'enter',
    ))

  test('an open meeting lets in everybody who was not sent away for good', () =>
    always((_, user) => mayEnterNow(open, user) === (user.barred && !user.seated ? 'barred' : 'enter')))

  test('knowing the password never makes it harder, nor does having been inside', () =>
    always((room, user) => {
      const easy = ['enter', 'wait']
      const before = mayEnterNow(room, user)
      return !easy.includes(before) || mayEnterNow(room, { ...user, passwordGiven: true }) === before
    }))

  test('only a lobby makes people wait, and it makes nobody wait whom it knows', () =>
    always((room, user) => {
      const decision = mayEnterNow(room, user)
      const known = user.role !== null && !user.removed
      return !(decision === 'wait' || decision === 'denied') || (room.lobby && !known)
    }))

  test.each([
    ['a stranger', {}, open, 'enter'],
    ['a stranger at a lobby', {}, { ...open, lobby: true }, 'wait'],
    ['a stranger without the password', {}, { ...open, hasPassword: true, lobby: true }, 'wrongPassword'],
    ['a stranger with it', { passwordGiven: true }, { ...open, hasPassword: true, lobby: true }, 'wait'],
    ['somebody it was scheduled with', { attendee: true }, { ...open, hasPassword: true, lobby: true }, 'wait'],
    ['somebody who was inside', { role: 'member' }, { ...open, hasPassword: true, lobby: true }, 'enter'],
    ['somebody who was removed', { role: 'member', removed: true }, { ...open, hasPassword: true }, 'wrongPassword'],
    ['somebody who was denied just now', { deniedForMs: 1 }, { ...open, lobby: true }, 'denied'],
  ] as const)('%s', (_, fields, room, decision) => {
    expect(mayEnterNow(room, { ...stranger, ...fields })).toBe(decision)
  })
})

test.each([
  ['everyone', false, 'member', 'yes'],
  ['everyone', true, 'member', 'locked'],
  ['admins', true, 'member', 'notAllowed'],
  ['admins', true, 'admin', 'yes'],
  ['everyone', true, 'owner', 'yes'],
] as const)('who may ring: %s, locked %s, a %s: %s', (whoMayInvite, locked, who, expected) => {
  expect(mayRing({ whoMayInvite, locked }, who)).toBe(expected)
})
