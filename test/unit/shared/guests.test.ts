// What guests may ask for and are told, as the pure rules have it.
import { describe, expect, test } from 'vitest'
import { commands, events, type CommandName, type EventName } from '../../../shared/protocol/contract.ts'
import { mayEnterNow, type EntryRoom, type EntryUser } from '../../../shared/entry.ts'
import {
  forGuest,
  guestIsTold,
  guestMayAsk,
  guestNameProblem,
  refuseGuest,
  tidyGuestName,
} from '../../../shared/guests.ts'
import { firstInLine } from '../../../shared/succession.ts'
import { ann, aParticipant, aRoom, ben, id } from '../../support/things.ts'

const mia = { id: id(9), name: 'Mia', guest: true as const }

describe('commands and events', () => {
  test('rings, people, plans and other people’s affairs are none of theirs', () => {
    const names = Object.keys(commands) as CommandName[]
    const foreign = names.filter((name) =>
      /^(call|people)\.|^room\.(?!join$|leave$|react$)|^lobby\.(?!leave$)/.test(name),
    )
    expect(foreign.length).toBeGreaterThan(20)
    expect(foreign.filter(guestMayAsk)).toEqual([])
    const told = (Object.keys(events) as EventName[]).filter(guestIsTold)
    expect(told.filter((name) => /^(call|presence|people)\.|^room\.(?!updated$|ended$|reaction$)/.test(name))).toEqual(
      [],
    )
  })

  test('a command about another room is refused, by whatever name it has it', () => {
    expect(refuseGuest('chat.list', { roomId: id(50) }, id(50))).toBeNull()
    expect(refuseGuest('chat.list', { roomId: id(51) }, id(50))).toMatchObject({ error: { code: 'notAllowed' } })
    expect(refuseGuest('room.join', { room: { id: id(50) } }, id(50))).toBeNull()
    expect(refuseGuest('room.join', { room: { code: 'abc-defg-hij' } }, id(50))).not.toBeNull()
    expect(refuseGuest('room.join', { room: null }, id(50))).not.toBeNull()
    expect(refuseGuest('session.sync', null, id(50))).toBeNull()
  })

  test('whom the meeting was scheduled with is left out wherever a room is told', () => {
    const schedule = { startsAt: 1, endsAt: 2, attendees: [ben], owner: ann, remindBeforeMs: 0 }
    const room = aRoom({ schedule })
    const bare = { ...room, schedule: { ...schedule, attendees: [] } }
    expect(forGuest({ room, by: ann })).toEqual({ room: bare, by: ann })
    expect(forGuest({ snapshot: { room, participants: [] } })).toEqual({ snapshot: { room: bare, participants: [] } })
    expect(forGuest({ seat: { room, participants: [] }, rings: [] })).toEqual({
      seat: { room: bare, participants: [] },
      rings: [],
    })
    expect(forGuest({ seat: null })).toEqual({ seat: null })
  })
})

describe('who gets in', () => {
  const open: EntryRoom = {
    locked: false,
    lobby: false,
    hasPassword: false,
    guestsAllowed: true,
    guestsWait: false,
    memberInside: true,
  }
  const guest: EntryUser = {
    guest: true,
    role: null,
    seated: false,
    removed: false,
    barred: false,
    attendee: false,
    rungBy: null,
    passwordGiven: false,
    deniedForMs: 0,
  }
  test.each([
    [{}, {}, 'enter'],
    [{ guestsAllowed: false }, {}, 'noGuests'],
    [{ guestsAllowed: false }, { role: 'member' }, 'noGuests'],
    [{ guestsAllowed: false }, { seated: true }, 'enter'],
    [{ memberInside: false }, {}, 'nobodyInside'],
    [{ guestsWait: true }, {}, 'wait'],
    [{ guestsWait: true }, { guest: false }, 'enter'],
    [{ guestsWait: true }, { role: 'member' }, 'enter'],
    [{ guestsWait: true }, { role: 'member', removed: true }, 'wait'],
    [{ lobby: true }, {}, 'wait'],
    [{ locked: true, guestsWait: true }, {}, 'locked'],
    [{ hasPassword: true }, {}, 'wrongPassword'],
    [{ hasPassword: true, guestsWait: true }, { passwordGiven: true }, 'wait'],
    [{}, { barred: true }, 'barred'],
  ] as const)('%j %j: %s', (room, user, decision) => {
    expect(mayEnterNow({ ...open, ...room }, { ...guest, ...user })).toBe(decision)
  })
})

test('nobody takes over a meeting as a guest', () => {
  const participants = [
    aParticipant({ user: mia, role: 'member', joinedAt: 1 }),
    aParticipant({ user: ben, role: 'member', joinedAt: 2 }),
  ]
  expect(firstInLine({ room: { ownerId: ann.id }, participants })?.user).toEqual(ben)
  expect(firstInLine({ room: { ownerId: ann.id }, participants: participants.slice(0, 1) })).toBeNull()
})

describe('names', () => {
  test.each([
    ['Mia', null],
    ['李雷', null],
    ['Zoë 👩‍🚀', null],
    ['می‌خواهم', null],
    ['', 'missing'],
    ['!!', 'missing'],
    ['a\u200Bb', 'unseen'],
    ['a\u202Eb', 'unseen'],
    ['a\nb', 'unseen'],
    ['\u3164', 'unseen'],
    ['x'.repeat(61), 'tooLong'],
    ['👩'.repeat(30) + 'x', null],
  ])('%j: %s', (name, problem) => expect(guestNameProblem(tidyGuestName(name))).toBe(problem))
})
