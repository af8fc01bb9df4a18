// The lobby: who waits, who lets them in or does not, and how every race about it ends.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DENIED_FOR_MS, WAITING_KEEP_MS } from '../../shared/entry.ts'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let dan: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  dan = await world.signIn('dan')
  roomId = (await ann.opensMeeting()).room.id
  await ann.does('room.update', { roomId, settings: { lobby: true } })
})
afterEach(() => world.close())

const join = (who: TestDevice, more: Partial<CommandInput<'room.join'>> = {}, commandId?: string) =>
  who.ask('room.join', { room: { id: roomId }, rtpCapabilities: null, ...more }, commandId)
const change = (settings: CommandInput<'room.update'>['settings']) => ann.does('room.update', { roomId, settings })
const decide = (what: 'admit' | 'deny', by: TestDevice, ...people: TestDevice[]) =>
  by.ask(`lobby.${what}`, { roomId, userIds: people.map((person) => person.id) })
const refusedWith = (code: string) => ({ ok: false, error: { code } })
const outcomes = (...list: string[]) => ({ ok: true, value: { results: list.map((outcome) => ({ outcome })) } })
const inside = { ok: true, value: { outcome: 'seated' } }
const waits = { ok: true, value: { outcome: 'waiting' } }
const waitingNow = async (by = ann) => (await by.syncs()).lobby?.people.map(({ user }) => user.id)
const seatsNow = async () => (await ann.does('room.get', { roomId })).participants.map(({ user }) => user.id)

/** Ben is let in the usual way and made an admin. */
async function benBecomesAdmin(): Promise<void> {
  await join(ben)
  await decide('admit', ann, ben)
  await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
}

describe('waiting', () => {
  test('takes no seat, and owner and admins are told who waits, longest first; members are not', async () => {
    await benBecomesAdmin()
    await join(dan)
    await decide('admit', ann, dan)
    expect(await join(chloe)).toMatchObject({
      value: { outcome: 'waiting', waiting: { roomId, roomName: 'Standup', owner: ann.user, since: world.now } },
    })
    await world.advance(5)
    const grace = await world.signIn('grace')
    await join(grace)
    for (const person of [ann, ben]) {
      const { lobby } = await person.hears('lobby.changed', ({ lobby }) => lobby.people.length === 2)
      expect(lobby.people.map(({ user }) => user.id)).toEqual([chloe.id, grace.id])
      expect((await person.syncs()).lobby?.people, 'a sync tells the same').toEqual(lobby.people)
    }
    await world.settled()
    expect(dan.heard('lobby.changed'), 'a member is not told').toEqual([])
    expect((await dan.syncs()).lobby).toBeNull()
    expect(await seatsNow()).toEqual([ann.id, ben.id, dan.id])
    expect(world.engine.openSeats().map(({ userId }) => userId)).not.toContain(chloe.id)
    expect(await chloe.ask('media.open', { roomId, rtpCapabilities: null })).toMatchObject(refusedWith('notInRoom'))
    expect((await chloe.syncs()).waiting).toMatchObject({ roomId, owner: ann.user })
  })

  test('is not for owner, admins, whoever was inside, and whoever is rung in', async () => {
    await benBecomesAdmin()
    for (const person of [ann, ben]) {
      await person.does('room.leave', { roomId })
      expect(await join(person)).toMatchObject(inside)
    }
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'member' })
    await ben.does('room.leave', { roomId })
    expect(await join(ben), 'known from before').toMatchObject(inside)
    expect((await chloe.answers(await ben.rings(chloe, roomId))).outcome, 'a member rings').toBe('joined')
    await ann.does('participant.remove', { roomId, userId: ben.id })
    expect(await join(ben), 'removed, and to be let in anew').toMatchObject(waits)
  })

  test('those a meeting was scheduled with wait as well', async () => {
    const startsAt = world.now + 60_000
    const times = { startsAt, endsAt: startsAt + 3_600_000 }
    const { room } = await ann.does('room.schedule', { name: 'Planning', ...times, attendeeIds: [ben.id] })
    await ann.does('room.leave', { roomId })
    roomId = room.id
    await ann.joins(roomId)
    await change({ lobby: true })
    expect(await join(ben)).toMatchObject(waits)
  })

  test('asks the password first', async () => {
    await ann.does('room.update', { roomId, password: 'sesame' })
    expect(await join(ben)).toMatchObject(refusedWith('wrongPassword'))
    expect(await join(ben, { password: 'sesame' })).toMatchObject(waits)
  })

  test('leaves another meeting only when told to', async () => {
    const other = (await ben.opensMeeting('Other')).room.id
    expect(await join(ben)).toMatchObject(refusedWith('inOtherRoom'))
    expect((await ben.syncs()).seat?.room.id).toBe(other)
    const phone = await world.signIn('ben', "Ben's phone")
    expect(await join(phone, { leaveOther: true })).toMatchObject(waits)
    expect(await ben.hears('participant.seatLost')).toMatchObject({ roomId: other, reason: 'leftForOtherRoom' })
    expect(await waitingNow()).toEqual([ben.id])
  })

  test('moves to another device, keeps its place, and ends with a seat elsewhere', async () => {
    await join(ben)
    await world.advance(5)
    await join(chloe)
    const phone = await world.signIn('ben', "Ben's phone")
    await join(phone)
    expect(await ben.hears('lobby.ended')).toMatchObject({ roomId, reason: 'movedToOtherDevice' })
    expect((await ben.syncs()).waiting).toBeNull()
    expect(await waitingNow()).toEqual([ben.id, chloe.id])
    await ben.opensMeeting('Other')
    expect(await phone.hears('lobby.ended')).toMatchObject({ roomId, reason: 'elsewhere' })
    expect(await waitingNow()).toEqual([chloe.id])
  })

  test('answering a ring while waiting comes in; whoever is inside is told that nobody waits', async () => {
    await join(ben)
    const call = await ann.rings(ben, roomId)
    expect((await ben.answers(call)).outcome).toBe('joined')
    const { version } = (await ann.hears('lobby.changed', ({ lobby }) => lobby.people.length === 1)).lobby
    await ann.hears('lobby.changed', ({ lobby }) => lobby.people.length === 0 && lobby.version > version)
    expect(await waitingNow()).toEqual([])
  })

  test('lasts through a short loss of the connection and a restart of the server, and no longer', async () => {
    await join(ben)
    await join(chloe)
    ben.disconnects()
    await world.advance(WAITING_KEEP_MS - 1)
    await ben.connects()
    expect((await ben.syncs()).waiting).toMatchObject({ roomId })
    await world.advance(WAITING_KEEP_MS)
    expect(await waitingNow(), 'back in time').toEqual([ben.id, chloe.id])
    await world.stop()
    await world.start()
    await ann.connects()
    await ben.connects()
    await world.advance(WAITING_KEEP_MS)
    expect(await waitingNow(), 'Chloe has not come back').toEqual([ben.id])
    await chloe.connects()
    expect((await chloe.syncs()).waiting).toBeNull()
  })

  test('ends with leaving, signing out, and the meeting', async () => {
    for (const person of [ben, chloe, dan]) await join(person)
    await ben.does('lobby.leave', { roomId })
    expect(await waitingNow()).toEqual([chloe.id, dan.id])
    await chloe.posts('/api/sign-out', { refreshToken: chloe.tokens.refreshToken, deviceId: chloe.device.id })
    expect(await waitingNow()).toEqual([dan.id])
    await ann.does('room.end', { roomId })
    expect(await dan.hears('lobby.ended')).toMatchObject({ roomId, reason: 'roomEnded' })
    expect((await dan.syncs()).waiting).toBeNull()
  })

  test('is told of a new name and a new owner', async () => {
    await benBecomesAdmin()
    await join(chloe)
    await ann.does('room.update', { roomId, name: 'Retro' })
    const renamed = await chloe.hears('lobby.waiting')
    expect(renamed.waiting).toMatchObject({ roomId, roomName: 'Retro', owner: ann.user })
    await ann.does('participant.transferOwner', { roomId, userId: ben.id })
    const owned = await chloe.hears('lobby.waiting', ({ waiting }) => waiting.owner.id === ben.id)
    expect(owned.waiting.version).toBeGreaterThan(renamed.waiting.version)
  })
})

describe('letting in', () => {
  test('seats the device and gives it the whole room; others see somebody join', async () => {
    await benBecomesAdmin()
    for (const person of [chloe, dan]) await join(person)
    expect(await decide('admit', ben, chloe, dan)).toMatchObject(outcomes('done', 'done'))
    for (const person of [chloe, dan]) {
      const { snapshot, by, version } = await person.hears('lobby.admitted')
      expect(by).toEqual(ben.user)
      expect(snapshot.participants.map(({ user }) => user.id)).toEqual([ann.id, ben.id, chloe.id, dan.id])
      expect(version).toBe(snapshot.participants.find(({ user }) => user.id === person.id)?.version)
      expect((await person.syncs()).seat).toEqual(snapshot)
      await ann.hears('participant.joined', ({ participant }) => participant.user.id === person.id)
      expect(await person.ask('media.open', { roomId, rtpCapabilities: null })).toMatchObject({ ok: true })
    }
    expect(await waitingNow()).toEqual([])
  })

  test('and denying are for owner and admins inside', async () => {
    await join(ben)
    await decide('admit', ann, ben)
    await join(chloe)
    const before = await world.rows()
    for (const what of ['admit', 'deny'] as const) {
      expect(await decide(what, ben, chloe), 'a member').toMatchObject(refusedWith('notAllowed'))
      expect(await decide(what, chloe, chloe), 'whoever waits').toMatchObject(refusedWith('notInRoom'))
      expect(await decide(what, dan, chloe), 'a stranger').toMatchObject(refusedWith('notInRoom'))
    }
    expect(await world.rows()).toEqual(before)
  })

  test('when two decide at once the first wins, and the other is told', async () => {
    await benBecomesAdmin()
    await join(chloe)
    await join(dan)
    for (const person of [chloe, dan]) {
      const [admitted, denied] = await Promise.all([decide('admit', ann, person), decide('deny', ben, person)])
      const isInside = (await seatsNow()).includes(person.id)
      expect(admitted).toMatchObject(outcomes(isInside ? 'done' : 'notWaiting'))
      expect(denied).toMatchObject(outcomes(isInside ? 'inside' : 'done'))
      expect(person.heard('lobby.admitted')).toHaveLength(isInside ? 1 : 0)
      expect(person.heard('lobby.ended')).toHaveLength(isInside ? 0 : 1)
    }
    const grace = await world.signIn('grace')
    await join(grace)
    await decide('deny', ben, grace)
    expect(await decide('admit', ann, grace)).toMatchObject(outcomes('notWaiting'))
    expect(await seatsNow()).not.toContain(grace.id)
  })

  test('somebody who leaves at once leaves, whichever comes first', async () => {
    await join(ben)
    await Promise.all([ben.does('lobby.leave', { roomId }), decide('admit', ann, ben)])
    expect(await seatsNow()).toEqual([ann.id])
    await join(ben)
    await Promise.all([decide('admit', ann, ben), ben.does('lobby.leave', { roomId })])
    expect(await seatsNow()).toEqual([ann.id])
    expect(await waitingNow()).toEqual([])
  })

  test('somebody whose connection is lost at that moment keeps the seat as long as any', async () => {
    await join(ben)
    ben.disconnects()
    await world.advance(1)
    expect(await decide('admit', ann, ben)).toMatchObject(outcomes('done'))
    await world.advance(29_000)
    expect(await seatsNow()).toEqual([ann.id, ben.id])
    await world.advance(1_001)
    expect(await seatsNow()).toEqual([ann.id])
  })

  test('sent twice takes effect once: whoever has left since stays out', async () => {
    await join(ben)
    const commandId = randomUUID()
    const admit = () => ann.ask('lobby.admit', { roomId, userIds: [ben.id] }, commandId)
    const first = await admit()
    await ben.does('room.leave', { roomId })
    expect(await admit()).toEqual(first)
    expect(await seatsNow()).toEqual([ann.id])
  })

  test('is not done while the meeting is locked; whoever waits goes on waiting', async () => {
    await join(ben)
    await change({ locked: true })
    expect(await join(chloe), 'nobody begins to wait either').toMatchObject(refusedWith('roomLocked'))
    const before = await world.rows()
    expect(await decide('admit', ann, ben)).toMatchObject(refusedWith('roomLocked'))
    expect(await world.rows()).toEqual(before)
    await change({ locked: false })
    expect(await decide('admit', ann, ben)).toMatchObject(outcomes('done'))
  })

  test('everybody who waits comes in when the lobby is turned off, but not into a locked meeting', async () => {
    await join(ben)
    await join(chloe)
    await change({ lobby: false })
    for (const person of [ben, chloe]) expect((await person.hears('lobby.admitted')).by).toEqual(ann.user)
    expect(await seatsNow()).toEqual([ann.id, ben.id, chloe.id])
    await change({ lobby: true })
    await join(dan)
    await change({ lobby: false, locked: true })
    expect(await dan.hears('lobby.ended')).toMatchObject({ reason: 'roomLocked' })
    expect(await seatsNow()).not.toContain(dan.id)
  })
})

describe('denying', () => {
  test('says by whom, and whoever was denied asks again after a while', async () => {
    await join(ben)
    expect(await decide('deny', ann, ben)).toMatchObject(outcomes('done'))
    const until = world.now + DENIED_FOR_MS
    expect(await ben.hears('lobby.ended')).toMatchObject({
      reason: 'denied',
      denial: { roomId, by: ann.user, until },
    })
    expect((await ben.syncs()).denied, 'for a device that was offline then').toEqual([{ roomId, by: ann.user, until }])
    expect(await join(ben)).toMatchObject({
      ok: false,
      error: { code: 'notAllowed', field: 'lobby', retryAfterMs: DENIED_FOR_MS },
    })
    expect((await ben.answers(await ann.rings(ben, roomId))).outcome, 'a ring is another matter').toBe('joined')
    await ann.does('participant.remove', { roomId, userId: ben.id })
    await world.advance(DENIED_FOR_MS)
    await ben.connects()
    expect(await join(ben)).toMatchObject(waits)
    expect((await ben.syncs()).denied).toEqual([])
  })
})

describe('an answer given again', () => {
  const commandId = '00000000-0000-4000-8000-0000000000aa'
  const again = (who: TestDevice) => join(who, {}, commandId)

  test('of a join tells today: still waiting, inside by now, or neither', async () => {
    expect(await again(ben)).toMatchObject(waits)
    await ann.does('room.update', { roomId, name: 'Retro' })
    expect(await again(ben)).toMatchObject({ value: { outcome: 'waiting', waiting: { roomName: 'Retro' } } })
    await decide('admit', ann, ben)
    expect(await again(ben)).toMatchObject({ value: { outcome: 'seated', media: { roomId } } })
    await again(chloe)
    await decide('deny', ann, chloe)
    expect(await again(chloe)).toMatchObject(refusedWith('notInRoom'))
  })
})

test('an admin who comes in, or is made one, is told who waits', async () => {
  await join(ben)
  await decide('admit', ann, ben)
  await join(chloe)
  await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
  expect((await ben.hears('lobby.changed')).lobby.people.map(({ user }) => user.id)).toEqual([chloe.id])
  await ann.does('room.leave', { roomId })
  const heard = ann.heard('lobby.changed').length
  await ann.joins(roomId)
  await ann.hears('lobby.changed', () => ann.heard('lobby.changed').length > heard)
  expect(
    ann
      .heard('lobby.changed')
      .at(-1)
      ?.lobby.people.map(({ user }) => user.id),
  ).toEqual([chloe.id])
})
