// Reminders of scheduled meetings on the desktop, in virtual time: each is shown once, and taken down when it is over.
import { beforeEach, expect, test } from 'vitest'
import { createReminding } from '../../../electron/main/ringing/reminding.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Room, Schedule } from '../../../shared/protocol/things.ts'
import { createManualTimers, type ManualTimers } from '../../support/manualTimers.ts'
import { ann, aParticipant, aRoom, ben, id } from '../../support/things.ts'

const MINUTE = 60_000
const NOW = 1_800_000_000_000

const aMeeting = (schedule: Partial<Schedule> = {}, more: Partial<Room> = {}): Room =>
  aRoom({
    status: 'scheduled',
    schedule: {
      startsAt: NOW + 10 * MINUTE,
      endsAt: NOW + 60 * MINUTE,
      owner: ann,
      attendees: [ben],
      remindBeforeMs: 10 * MINUTE,
      remindedAt: NOW,
      ...schedule,
    },
    ...more,
  })
const mirrorWith = (rooms: readonly Room[], more: Partial<MirrorState> = {}): MirrorState => ({
  ...emptyMirror,
  me: ben,
  scheduled: Object.fromEntries(rooms.map((room) => [room.id, room])),
  ...more,
})

let timers: ManualTimers
let said: string[]
const open = () =>
  createReminding({
    timers,
    surface: {
      show(room) {
        said.push(`show ${room.name}`)
        return () => said.push(`close ${room.name}`)
      },
    },
  })
beforeEach(() => {
  timers = createManualTimers(NOW)
  said = []
})

test('shown once, whatever else changes, and taken down a while after the start with no news from anywhere', async () => {
  const reminding = open()
  reminding.update(mirrorWith([aMeeting({ remindedAt: undefined })]))
  expect(said).toEqual([])
  reminding.update(mirrorWith([aMeeting()]))
  reminding.update(mirrorWith([aMeeting({}, { name: 'Other name', version: 3 })]))
  expect(said).toEqual(['show Design review'])
  await timers.advance(24 * MINUTE)
  expect(said).toHaveLength(1)
  await timers.advance(2 * MINUTE)
  expect(said).toEqual(['show Design review', 'close Design review'])
  expect(timers.waiting()).toBe(0)
})

test('taken down when it is joined or cancelled; another start is another reminder', () => {
  const reminding = open()
  reminding.update(mirrorWith([aMeeting()]))
  const seat = { room: aMeeting(), participants: [aParticipant({ user: ben })] }
  reminding.update(mirrorWith([aMeeting()], { seat }))
  reminding.update(mirrorWith([aMeeting({ startsAt: NOW + 12 * MINUTE })]))
  reminding.update(mirrorWith([]))
  expect(said).toEqual(['show Design review', 'close Design review', 'show Design review', 'close Design review'])
})

test('several are told apart, and none outlives the session', () => {
  const reminding = open()
  reminding.update(mirrorWith([aMeeting(), aMeeting({}, { id: id(51), name: 'Budget' })]))
  reminding.stop()
  expect(said).toEqual(['show Design review', 'show Budget', 'close Design review', 'close Budget'])
})
