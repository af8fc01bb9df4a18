import { describe, expect, test } from 'vitest'
import {
  applyEvent,
  applySync,
  emptyMirror,
  enterRoom,
  forgetMissed,
  leaveRoom,
  pendingCalls,
  ringingHere,
  type MirrorState,
} from '../../../shared/client/mirror.ts'
import type { ServerEvent } from '../../../shared/protocol/contract.ts'
import type { Sync } from '../../../shared/protocol/session.ts'
import { aCall, ann, aParticipant, aRing, aRoom, aSync, ben, chloe, id } from '../../support/things.ts'

const synced = (fields: Partial<Sync> = {}, at = 2_000): MirrorState => applySync(emptyMirror, aSync(fields), at, at)
const ring: ServerEvent = { name: 'call.received', payload: { ring: aRing() } }
const ended = (fields: object): ServerEvent => ({
  name: 'call.cancelled',
  payload: { call: aCall({ status: 'cancelled', reason: 'byCaller', endedAt: 5_000, version: 2, ...fields }) },
})

describe('rings', () => {
  test('a ring shows until its ending is known', () => {
    const ringing = applyEvent(synced(), ring, 2_000)
    expect(ringingHere(ringing, 2_000).map((one) => one.call.id)).toEqual([id(100)])
    expect(ringingHere(applyEvent(ringing, ended({}), 5_000), 5_000)).toEqual([])
  })

  test('an ending that overtakes its ring keeps the ring silent', () => {
    const state = applyEvent(applyEvent(synced(), ended({}), 5_000), ring, 5_001)
    expect(ringingHere(state, 5_001)).toEqual([])
  })

  test('a ring by whom this person has just blocked is gone; one that had ended stays where it was', () => {
    const ringing = applyEvent(synced(), ring, 2_000)
    const blocked: ServerEvent = { name: 'people.blockedChanged', payload: { blocked: [aCall().caller] } }
    const after = applyEvent(ringing, blocked, 3_000)
    expect(ringingHere(after, 3_000)).toEqual([])
    expect(after.blocked).toEqual([aCall().caller])
    const over = applyEvent(ringing, ended({}), 5_000)
    expect(applyEvent(over, blocked, 6_000).calls).toEqual(over.calls)
    const other: ServerEvent = { name: 'people.blockedChanged', payload: { blocked: [chloe] } }
    expect(ringingHere(applyEvent(ringing, other, 3_000), 3_000)).toHaveLength(1)
  })

  test('the same news twice changes nothing', () => {
    const once = applyEvent(synced(), ring, 2_000)
    expect(applyEvent(once, ring, 2_000)).toBe(once)
  })

  test('nothing rings past the deadline, even when no ending ever arrives', () => {
    const ringing = applyEvent(synced(), ring, 2_000)
    expect(ringingHere(ringing, 30_999)).toHaveLength(1)
    expect(ringingHere(ringing, 31_000)).toEqual([])
  })

  test('the deadline is read on the server clock, however wrong this machine is', () => {
    const tenMinutesFast = 2_000 + 600_000
    const ringing = applyEvent(synced({}, tenMinutesFast), ring, tenMinutesFast)
    expect(ringingHere(ringing, tenMinutesFast + 20_000)).toHaveLength(1)
    expect(ringingHere(ringing, tenMinutesFast + 29_000)).toEqual([])
  })

  test('a ring that a sync no longer brings has ended', () => {
    const ringing = applyEvent(synced(), ring, 2_000)
    expect(ringingHere(applySync(ringing, aSync(), 3_000, 3_000), 3_000)).toEqual([])
  })

  test('several rings stack with the newest on top', () => {
    const second: ServerEvent = {
      name: 'call.received',
      payload: { ring: aRing(aCall({ id: id(101), roomId: id(51), createdAt: 1_500, expiresAt: 31_500 })) },
    }
    const state = applyEvent(applyEvent(synced(), ring, 2_000), second, 2_000)
    expect(ringingHere(state, 2_000).map((one) => one.call.id)).toEqual([id(101), id(100)])
  })

  test('answered elsewhere: the ring stops and the device is named', () => {
    const call = aCall({ status: 'accepted', reason: 'answered', handledBy: id(13), endedAt: 4_000, version: 2 })
    const told: ServerEvent = {
      name: 'call.handledByOtherDevice',
      payload: { call, accepted: true, deviceId: id(13), deviceLabel: 'Laptop' },
    }
    const state = applyEvent(applyEvent(synced(), ring, 2_000), told, 4_000)
    expect(ringingHere(state, 4_000)).toEqual([])
    expect(state.handled[call.id]).toEqual({ accepted: true, deviceId: id(13), deviceLabel: 'Laptop' })
  })

  test('a cancelled ring counts as missed until it was looked at, also after the next sync brings it again', () => {
    const missed = applyEvent(applyEvent(synced(), ring, 2_000), ended({}), 5_000)
    expect(missed.missed).toHaveLength(1)
    const looked = forgetMissed(missed)
    const again = applySync(looked, aSync({ missed: [...missed.missed] }), 6_000, 6_000)
    expect(again.missed).toEqual([])
  })
})

describe('the room', () => {
  const room = aRoom()
  const me = aParticipant({ user: ben, deviceId: id(12), role: 'member', version: 3 })
  const seated = enterRoom(synced(), { room, participants: [aParticipant(), me] })
  const joined = (version: number): ServerEvent => ({
    name: 'participant.joined',
    payload: { participant: aParticipant({ user: chloe, deviceId: id(14), role: 'member', version }) },
  })
  const left = (version: number): ServerEvent => ({
    name: 'participant.left',
    payload: { roomId: room.id, userId: chloe.id, version },
  })
  const names = (state: MirrorState) => state.seat?.participants.map((participant) => participant.user.name)

  test('people come and go', () => {
    const inside = applyEvent(seated, joined(4), 0)
    expect(names(inside)).toContain('Chloe Martin')
    expect(names(applyEvent(inside, left(5), 0))).not.toContain('Chloe Martin')
  })

  test('a join that arrives after the leaving it preceded brings nobody back', () => {
    const state = applyEvent(applyEvent(seated, left(5), 0), joined(4), 0)
    expect(names(state)).not.toContain('Chloe Martin')
    expect(names(applyEvent(state, joined(6), 0))).toContain('Chloe Martin')
  })

  test('room news that overtakes the answer which seats this device is not lost', () => {
    const early = applyEvent(synced(), joined(4), 0)
    expect(names(enterRoom(early, { room, participants: [aParticipant(), me] }))).toContain('Chloe Martin')
  })

  test('a seat that was lost before its answer came is not shown; one that was lost before that is', () => {
    const lost = (version: number): ServerEvent => ({
      name: 'participant.seatLost',
      payload: { roomId: room.id, reason: 'leftForOtherRoom', version },
    })
    const snapshot = { room, participants: [aParticipant(), { ...me, version: 5 }] }
    expect(enterRoom(applyEvent(synced(), lost(6), 0), snapshot).seat).toBeNull()
    expect(enterRoom(applyEvent(synced(), lost(4), 0), snapshot).seat).not.toBeNull()
    const inside = enterRoom(synced(), snapshot)
    expect(
      applyEvent(inside, lost(4), 0).seat,
      'the loss of an earlier seat in the same room, told late',
    ).not.toBeNull()
    expect(applyEvent(inside, lost(6), 0)).toMatchObject({ seat: null, seatLost: { reason: 'leftForOtherRoom' } })
  })

  test('a room that had ended before the answer came is not shown', () => {
    const over: ServerEvent = { name: 'room.ended', payload: { room: aRoom({ status: 'ended', version: 2 }) } }
    expect(enterRoom(applyEvent(synced(), over, 0), { room, participants: [me] }).seat).toBeNull()
  })

  test('a seat that a sync had told of, and that was gone before its answer came, does not come back with it', () => {
    const snapshot = { room, participants: [aParticipant(), me] }
    const told = synced({ seat: snapshot })
    const over: ServerEvent = { name: 'room.ended', payload: { room: aRoom({ status: 'ended', version: 2 }) } }
    const after = enterRoom(applyEvent(told, over, 0), snapshot)
    expect(after).toMatchObject({ seat: null, seatLost: { reason: 'ended' } })
    const lost = (version: number): ServerEvent => ({
      name: 'participant.seatLost',
      payload: { roomId: room.id, reason: 'gone', version },
    })
    expect(enterRoom(applyEvent(told, lost(4), 0), snapshot)).toMatchObject({
      seat: null,
      seatLost: { reason: 'gone' },
    })
    const anew = { room, participants: [aParticipant(), { ...me, version: 5 }] }
    expect(enterRoom(applyEvent(told, lost(4), 0), anew).seat, 'taken again after it was lost').not.toBeNull()
    const other = { room: aRoom({ id: id(51) }), participants: [me] }
    expect(enterRoom(applyEvent(told, over, 0), other).seat, 'another room').not.toBeNull()
  })

  test('what was known to be lost before it was asked for says nothing of the seat that was asked for', () => {
    const snapshot = { room, participants: [aParticipant(), me] }
    const over: ServerEvent = { name: 'room.ended', payload: { room: aRoom({ status: 'ended', version: 2 }) } }
    const lost = applyEvent(synced({ seat: snapshot }), over, 0)
    expect(enterRoom(applySync(lost, aSync(), 0, 0), snapshot, lost.seatLost).seat).toEqual(snapshot)
    const again = applyEvent(synced({ seat: snapshot }), over, 0)
    expect(enterRoom(again, snapshot, lost.seatLost).seat, 'lost once more meanwhile').toBeNull()
  })

  test('the pending list shows one row a person: ringing first, lately ended after, inside not at all', () => {
    const rows = [
      aCall({
        id: id(101),
        callee: chloe,
        status: 'rejected',
        reason: 'rejected',
        endedAt: 3_000,
        version: 2,
        createdAt: 500,
      }),
      aCall({
        id: id(102),
        callee: chloe,
        status: 'timeout',
        reason: 'noAnswer',
        endedAt: 4_000,
        version: 2,
        createdAt: 600,
      }),
      aCall({ id: id(103), callee: { id: id(4), name: 'Dan Kim' }, createdAt: 100 }),
      aCall({ id: id(104), callee: ben, status: 'accepted', reason: 'answered', endedAt: 3_000, version: 2 }),
    ]
    const state = rows.reduce(
      (known, call) => applyEvent(known, { name: 'call.updated', payload: { call } }, 5_000),
      seated,
    )
    expect(pendingCalls(state, 5_000).map((call) => [call.callee.name, call.status])).toEqual([
      ['Dan Kim', 'calling'],
      ['Chloe Martin', 'timeout'],
    ])
  })

  test('the seat goes when the room ends, and the reason stays', () => {
    const over = applyEvent(
      seated,
      { name: 'room.ended', payload: { room: aRoom({ status: 'ended', version: 2 }) } },
      0,
    )
    expect(over.seat).toBeNull()
    expect(over.seatLost).toEqual({ roomId: room.id, reason: 'ended' })
    expect(leaveRoom(seated, room.id).seatLost).toBeNull()
  })

  test('seats of other rooms are left alone', () => {
    const other: ServerEvent = { name: 'participant.seatLost', payload: { roomId: id(51), reason: 'gone', version: 9 } }
    expect(applyEvent(seated, other, 0).seat).not.toBeNull()
    expect(ann.name).toBe(seated.seat?.participants[0]?.user.name)
  })
})

describe("others' calls", () => {
  const others = aCall({ id: id(109), caller: ann, callee: chloe })

  test('are forgotten with the seat, since nobody tells this device how they end', () => {
    const inside = applyEvent(
      enterRoom(synced(), { room: aRoom(), participants: [] }),
      { name: 'call.updated', payload: { call: others } },
      0,
    )
    expect(inside.calls[others.id]).toBe(others)
    expect(leaveRoom(inside, others.roomId).calls[others.id]).toBeUndefined()
    const ended = applyEvent(inside, { name: 'room.ended', payload: { room: aRoom() } }, 0)
    expect(ended.calls[others.id]).toBeUndefined()
  })

  test('of a room this device is not in are passed over', () => {
    expect(applyEvent(synced(), { name: 'call.updated', payload: { call: others } }, 0).calls).toEqual({})
  })
})

describe('entering a room', () => {
  const room = aRoom()
  const me = aParticipant({ user: ben, deviceId: id(12), role: 'member', version: 9 })
  const chloeAt = (version: number, more: object = {}) =>
    aParticipant({ user: chloe, deviceId: id(14), role: 'member', version, ...more })
  const updated = (version: number, more: object = {}): ServerEvent => ({
    name: 'participant.updated',
    payload: { participant: chloeAt(version, more) },
  })
  const names = (state: MirrorState) => state.seat?.participants.map((participant) => participant.user.name)

  test('news of somebody who had left before this device came does not bring them back', () => {
    const before = applyEvent(synced(), updated(5), 0)
    const inside = enterRoom(before, { room, participants: [aParticipant(), me] })
    expect(names(inside)).toEqual(['Ann Kovač', 'Ben Osei'])
  })

  test('an answer that is older than what this device knows of its room takes nothing back', () => {
    const seated = enterRoom(synced(), { room, participants: [aParticipant(), me, chloeAt(4)] })
    const newer = applyEvent(seated, updated(12, { camera: true }), 0)
    const renamed = applyEvent(
      newer,
      { name: 'room.updated', payload: { room: aRoom({ version: 2, name: 'New' }) } },
      0,
    )
    const joined: ServerEvent = {
      name: 'participant.joined',
      payload: { participant: aParticipant({ user: { id: id(4), name: 'Dan Kim' }, deviceId: id(15), version: 13 }) },
    }
    const left: ServerEvent = { name: 'participant.left', payload: { roomId: room.id, userId: ann.id, version: 14 } }
    const now = applyEvent(applyEvent(renamed, joined, 0), left, 0)
    const again = enterRoom(now, { room, participants: [aParticipant(), me, chloeAt(4)] })
    expect(names(again)).toEqual(['Ben Osei', 'Chloe Martin', 'Dan Kim'])
    expect(again.seat?.participants[1]?.camera).toBe(true)
    expect(again.seat?.room.name).toBe('New')
  })
})

describe('this user on another device', () => {
  const elsewhere = { roomId: id(50), deviceId: id(13), deviceLabel: 'Phone' }
  const told = (where: typeof elsewhere | null): ServerEvent => ({
    name: 'session.elsewhere',
    payload: { elsewhere: where },
  })

  test('is known from the moment it happens until it is over', () => {
    const there = applyEvent(synced(), told(elsewhere), 0)
    expect(there.elsewhere).toEqual(elsewhere)
    expect(applyEvent(there, told(null), 0).elsewhere).toBeNull()
    expect(applyEvent(synced(), told(null), 0).elsewhere).toBeNull()
  })

  test('a seat that moved while this device was away is said to have moved', () => {
    const room = aRoom()
    const seated = enterRoom(synced(), { room, participants: [aParticipant()] })
    const back = applySync(seated, aSync({ elsewhere: { ...elsewhere, roomId: room.id } }), 3_000, 3_000)
    expect(back.seatLost).toEqual({ roomId: room.id, reason: 'movedToOtherDevice' })
    expect(applySync(seated, aSync(), 3_000, 3_000).seatLost).toEqual({ roomId: room.id, reason: 'gone' })
  })
})

describe('moderation', () => {
  const room = aRoom()
  const me = aParticipant({ user: ben, deviceId: id(12), role: 'member', version: 3 })
  const seated = enterRoom(synced(), { room, participants: [aParticipant(), me] })
  const heard = (...events: ServerEvent[]) => events.reduce((known, event) => applyEvent(known, event, 0), seated)
  const roles = (state: MirrorState) => state.seat?.participants.map(({ user, role }) => `${user.name} ${role}`)
  const updated = (participant: ReturnType<typeof aParticipant>): ServerEvent => ({
    name: 'participant.updated',
    payload: { participant },
  })
  const owned = (ownerId: string, version: number): ServerEvent => ({
    name: 'room.updated',
    payload: { room: aRoom({ ownerId, version }) },
  })

  test('a new owner comes in three pieces, and in whatever order they arrive there is one owner all along', () => {
    const pieces = [
      owned(ben.id, 2),
      updated({ ...me, role: 'owner', version: 4 }),
      updated(aParticipant({ role: 'admin', version: 5 })),
    ]
    const orders = [0, 1, 2].flatMap((first) => [0, 1, 2].flatMap((second) => [[first, second]]))
    for (const [first, second] of orders.filter(([one, other]) => one !== other)) {
      const third = 3 - (first ?? 0) - (second ?? 0)
      const told = [first, second, third, first].map((place) => pieces[place ?? 0]!)
      told.forEach((_, count) => {
        const owners = roles(heard(...told.slice(0, count + 1)))?.filter((one) => one.endsWith('owner'))
        expect(owners).toHaveLength(1)
      })
      expect(roles(heard(...told)), `${first} ${second}`).toEqual(['Ann Kovač admin', 'Ben Osei owner'])
    }
  })

  test('handed on and back again, told backwards, the latest word stands', () => {
    const back = heard(
      owned(ann.id, 3),
      owned(ben.id, 2),
      updated({ ...me, role: 'admin', version: 7 }),
      updated(aParticipant({ role: 'owner', version: 6 })),
      updated({ ...me, role: 'owner', version: 4 }),
    )
    expect(roles(back)).toEqual(['Ann Kovač owner', 'Ben Osei admin'])
  })

  test('who muted this person is known until a newer word, and is not taken back by an older one', () => {
    const muted = { by: ann, version: 5 }
    const state = heard(
      updated({ ...me, microphone: true, muted, version: 6 }),
      updated({ ...me, microphone: false, version: 4 }),
    )
    expect(state.seat?.participants[1]).toMatchObject({ microphone: true, muted })
  })

  test('a removed person is told by whom; told before the answer that seats them anew, they stay', () => {
    const removal = { by: ann, mayReturn: false }
    const lost = (version: number): ServerEvent => ({
      name: 'participant.seatLost',
      payload: { roomId: room.id, reason: 'removed', removal, version },
    })
    expect(heard(lost(9))).toMatchObject({ seat: null, seatLost: { reason: 'removed', removal } })
    expect(heard(lost(2)).seat).not.toBeNull()
  })

  test('a device that was offline when its person was removed learns it from the sync, and from no other room', () => {
    const removed = (roomId: string) =>
      applySync(seated, aSync({ removed: [{ roomId, by: ann, mayReturn: true }] }), 3, 3)
    expect(removed(room.id).seatLost).toEqual({
      roomId: room.id,
      reason: 'removed',
      removal: { by: ann, mayReturn: true },
    })
    expect(removed(id(51)).seatLost).toEqual({ roomId: room.id, reason: 'gone' })
  })

  test('the others are told once who was removed, and not of somebody who came back since', () => {
    const left = (version: number): ServerEvent => ({
      name: 'participant.left',
      payload: { roomId: room.id, userId: ann.id, version, removedBy: chloe },
    })
    const once = heard(left(9))
    expect(once.lastRemoved).toEqual({ user: ann, by: chloe, version: 9 })
    expect(applyEvent(once, left(9), 0).lastRemoved).toBe(once.lastRemoved)
    expect(heard(updated(aParticipant({ version: 12 })), left(9)).lastRemoved).toBeNull()
    expect(leaveRoom(once, room.id).lastRemoved).toBeNull()
  })
})
