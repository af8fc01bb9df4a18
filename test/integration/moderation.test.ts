// Roles and moderation: who may mute, remove and hand over, what everybody is told, and what nobody can do.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandInput } from '../../shared/protocol/contract.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  roomId = (await ann.opensMeeting()).room.id
  await ben.joins(roomId)
  // A tick apart, so that one of them has been inside for longer.
  await world.advance(1)
  await chloe.joins(roomId)
})
afterEach(() => world.close())

const stateOf = async (person: TestDevice, by = ann) =>
  (await by.does('room.get', { roomId })).participants.find(({ user }) => user.id === person.id)
const makeAdmin = (person: TestDevice) => ann.does('participant.setRole', { roomId, userId: person.id, role: 'admin' })
const remove = (by: TestDevice, person: TestDevice, more: Partial<CommandInput<'participant.remove'>> = {}) =>
  by.ask('participant.remove', { roomId, userId: person.id, ...more })
const transfer = (by: TestDevice, to: TestDevice) => by.ask('participant.transferOwner', { roomId, userId: to.id })
const refusedWith = (code: string) => ({ ok: false, error: { code } })

/** Sends sound into the room; gives the producer. */
async function speaks(person: TestDevice): Promise<string> {
  const { send } = await person.does('media.open', { roomId, rtpCapabilities: null })
  const producerId = randomUUID()
  const sound = { source: 'microphone' as const, kind: 'audio' as const, rtpParameters: {}, paused: false }
  await person.does('media.produce', { roomId, transportId: send.id, producerId, ...sound })
  await ann.hears(
    'participant.updated',
    ({ participant }) => participant.user.id === person.id && participant.microphone,
  )
  return producerId
}

describe('muting', () => {
  test('silences a person, tells everybody who did it, and is undone by that person alone', async () => {
    const producerId = await speaks(ben)
    await ann.does('participant.mute', { roomId, userId: ben.id })
    for (const person of [ann, ben, chloe]) {
      const { participant } = await person.hears(
        'participant.updated',
        (told) => told.participant.muted !== undefined && !told.participant.microphone,
      )
      expect(participant).toMatchObject({ user: { id: ben.id }, muted: { by: ann.user } })
    }
    const { muted } = (await stateOf(ben)) ?? {}
    expect(muted?.version).toBeGreaterThan(0)
    await ben.does('media.setProducerPaused', { roomId, producerId, paused: false })
    await world.settled()
    expect(await stateOf(ben), 'on again, and still known who had muted it').toMatchObject({ microphone: true, muted })
  })

  test('is for the owner and admins, of people inside, and not of oneself', async () => {
    const mute = (by: TestDevice, person: TestDevice) => by.ask('participant.mute', { roomId, userId: person.id })
    expect(await mute(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await ben.ask('participant.muteAll', { roomId })).toMatchObject(refusedWith('notAllowed'))
    expect(await mute(ann, ann)).toMatchObject(refusedWith('notAllowed'))
    await makeAdmin(ben)
    expect(await mute(ben, ann), 'an admin, the owner').toMatchObject({ ok: true })
    await chloe.does('room.leave', { roomId })
    expect(await mute(ann, chloe)).toMatchObject(refusedWith('unknownUser'))
    expect(await mute(chloe, ben)).toMatchObject(refusedWith('notInRoom'))
    expect(await ann.ask('participant.mute', { roomId: randomUUID(), userId: ben.id })).toMatchObject(
      refusedWith('unknownRoom'),
    )
  })

  test('everybody but whoever asks, and a move to another device begins anew', async () => {
    for (const person of [ann, ben, chloe]) await speaks(person)
    await makeAdmin(ben)
    await ben.does('participant.muteAll', { roomId })
    await world.settled()
    expect(
      (await Promise.all([ann, ben, chloe].map((person) => stateOf(person)))).map((one) => one?.microphone),
    ).toEqual([false, true, false])
    const phone = await world.signIn('chloe', "Chloe's phone")
    await phone.joins(roomId)
    expect((await stateOf(chloe))?.muted).toBeUndefined()
  })

  test('sent twice takes effect once: what its person turned on in between stays on', async () => {
    const producerId = await speaks(ben)
    const commandId = randomUUID()
    const again = () => ann.ask('participant.mute', { roomId, userId: ben.id }, commandId)
    expect(await again()).toEqual({ ok: true, value: {} })
    await ben.does('media.setProducerPaused', { roomId, producerId, paused: false })
    await world.settled()
    const before = await stateOf(ben)
    expect(before?.microphone).toBe(true)
    expect(await again()).toEqual({ ok: true, value: {} })
    await world.settled()
    expect(await stateOf(ben)).toEqual(before)
  })
})

describe('removing', () => {
  test('sends a person out, tells all of them by whom, and lets them come back as a member', async () => {
    await makeAdmin(ben)
    expect(await remove(ann, ben)).toEqual({ ok: true, value: {} })
    const removal = { by: ann.user, mayReturn: true }
    expect(await ben.hears('participant.seatLost')).toMatchObject({ reason: 'removed', removal })
    expect(await chloe.hears('participant.left')).toMatchObject({ userId: ben.id, removedBy: ann.user })
    expect(world.engine.openSeats().map((seat) => seat.userId)).not.toContain(ben.id)
    expect((await ben.syncs()).removed, 'for a device that was offline then').toEqual([{ roomId, ...removal }])
    expect((await ben.joins(roomId)).participants.find(({ user }) => user.id === ben.id)?.role).toBe('member')
    expect((await ben.syncs()).removed).toEqual([])
  })

  test('is for the owner, of anybody else, and for admins, of members', async () => {
    expect(await remove(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await remove(ann, ann)).toMatchObject(refusedWith('notAllowed'))
    await makeAdmin(ben)
    expect(await remove(ben, ann)).toMatchObject(refusedWith('notAllowed'))
    await makeAdmin(chloe)
    expect(await remove(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    await ann.does('participant.setRole', { roomId, userId: chloe.id, role: 'member' })
    expect(await remove(ben, chloe)).toMatchObject({ ok: true })
    expect(await remove(ben, chloe), 'gone by now').toMatchObject(refusedWith('unknownUser'))
  })

  test('without a way back: no joining by id or code, no list, until the owner or an admin rings them', async () => {
    expect(await remove(ann, ben, { mayReturn: false })).toMatchObject({ ok: true })
    const { room } = await ann.does('room.get', { roomId })
    for (const address of [{ id: roomId }, { code: room.code }])
      expect(await ben.ask('room.join', { room: address, rtpCapabilities: null })).toMatchObject(
        refusedWith('notAllowed'),
      )
    expect(await ben.ask('room.get', { roomId })).toMatchObject(refusedWith('notAllowed'))
    expect((await ben.does('room.list', {})).rooms).toEqual([])
    // Whoever may not have removed them does not let them back in either.
    const invite = { roomId, calleeIds: [ben.id], media: 'audio' as const }
    expect((await chloe.does('call.invite', invite)).results).toEqual([{ calleeId: ben.id, outcome: 'notAllowed' }])
    expect((await ben.answers(await ann.rings(ben, roomId))).outcome).toBe('joined')
    await ben.does('room.leave', { roomId })
    await ben.joins(roomId)
  })

  test('an answer given before, sent again, gets nobody back in', async () => {
    await ben.does('room.leave', { roomId })
    const call = await ann.rings(ben, roomId)
    const commandId = randomUUID()
    const accept = (id: string) => ben.ask('call.accept', { callId: call.id, rtpCapabilities: null }, id)
    expect(await accept(commandId)).toMatchObject({ ok: true })
    await remove(ann, ben, { mayReturn: false })
    expect(await accept(commandId)).toMatchObject(refusedWith('notInRoom'))
    expect(await accept(randomUUID())).toMatchObject({ ok: true, value: { outcome: 'ended', code: 'conflict' } })
    expect(await stateOf(ben)).toBeUndefined()
  })

  test('takes back whatever they rang, and nobody else’s rings', async () => {
    const [dan, grace] = [await world.signIn('dan'), await world.signIn('grace')]
    await ben.rings(dan, roomId)
    await chloe.rings(grace, roomId)
    await remove(ann, ben)
    for (const person of [dan, ben])
      expect((await person.hears('call.revokedByAdmin')).call).toMatchObject({
        reason: 'permissionLost',
        endedBy: ann.id,
      })
    expect(grace.heard('call.revokedByAdmin')).toEqual([])
  })

  test('sent twice takes effect once: whoever came back in between stays', async () => {
    const commandId = randomUUID()
    const again = () => ann.ask('participant.remove', { roomId, userId: ben.id }, commandId)
    expect(await again()).toEqual({ ok: true, value: {} })
    await ben.joins(roomId)
    expect(await again()).toEqual({ ok: true, value: {} })
    expect(await stateOf(ben)).toBeDefined()
  })
})

describe('the owner', () => {
  test('hands the meeting over to anybody inside, and stays as an admin', async () => {
    const answer = await transfer(ann, ben)
    expect(answer).toMatchObject({ ok: true, value: { room: { ownerId: ben.id, version: 2 } } })
    for (const person of [ann, ben, chloe]) {
      expect((await person.hears('room.updated')).room.ownerId).toBe(ben.id)
      await person.hears(
        'participant.updated',
        ({ participant: { user, role } }) => user.id === ben.id && role === 'owner',
      )
      await person.hears(
        'participant.updated',
        ({ participant: { user, role } }) => user.id === ann.id && role === 'admin',
      )
    }
    expect(await transfer(ann, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await remove(ann, ben)).toMatchObject(refusedWith('notAllowed'))
    expect(await ann.ask('room.end', { roomId })).toMatchObject(refusedWith('notAllowed'))
    expect(await ben.ask('room.end', { roomId })).toMatchObject({ ok: true })
  })

  test('keeps the right to ring people in when only admins have it', async () => {
    await ann.does('room.update', { roomId, settings: { whoMayInvite: 'admins' } })
    const dan = await world.signIn('dan')
    const call = await ann.rings(dan, roomId)
    await transfer(ann, ben)
    expect((await dan.answers(call)).outcome).toBe('joined')
  })

  test('refusals: by others, to oneself, to somebody outside, from outside', async () => {
    expect(await transfer(ben, ben)).toMatchObject(refusedWith('notAllowed'))
    await makeAdmin(ben)
    expect(await transfer(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await transfer(ann, ann)).toMatchObject(refusedWith('notAllowed'))
    expect(await transfer(ann, await world.signIn('dan'))).toMatchObject(refusedWith('unknownUser'))
    await ann.does('room.leave', { roomId })
    expect(await transfer(ann, ben)).toMatchObject(refusedWith('notInRoom'))
  })

  test('while they have no seat, the longest-present admin takes over, else the longest-present member, and nobody else', async () => {
    await makeAdmin(chloe)
    ann.disconnects()
    await ben.hears('participant.updated', ({ participant }) => !participant.connected)
    expect(await transfer(chloe, chloe), 'the seat is kept for a while').toMatchObject(refusedWith('notAllowed'))
    await world.advance(30_000)
    await ben.hears('participant.left', ({ userId }) => userId === ann.id)
    expect(await transfer(ben, ben), 'an admin comes first').toMatchObject(refusedWith('notAllowed'))
    expect(await transfer(chloe, ben), 'to themselves only').toMatchObject(refusedWith('notAllowed'))
    await chloe.does('room.leave', { roomId })
    expect(await transfer(ben, ben)).toMatchObject({ ok: true, value: { room: { ownerId: ben.id } } })
    await ann.connects()
    const { participants } = await ann.joins(roomId)
    expect(participants.map(({ user, role }) => [user.id, role])).toEqual([
      [ben.id, 'owner'],
      [ann.id, 'admin'],
    ])
  })

  test('sent twice takes effect once, whoever has become owner since', async () => {
    const commandId = randomUUID()
    const again = () => ann.ask('participant.transferOwner', { roomId, userId: ben.id }, commandId)
    const first = await again()
    await transfer(ben, chloe)
    expect(await again()).toEqual(first)
    expect((await ann.does('room.get', { roomId })).room.ownerId).toBe(chloe.id)
  })
})

test('a call between two knows none of this', async () => {
  const [dan, grace] = [await world.signIn('dan'), await world.signIn('grace')]
  const answer = await dan.does('call.direct', { calleeId: grace.id, media: 'audio', rtpCapabilities: null })
  if (answer.outcome !== 'ringing') throw new Error('grace declined at once')
  await grace.answers(answer.call)
  const somebody = { roomId: answer.call.roomId, userId: grace.id }
  for (const name of ['participant.mute', 'participant.remove', 'participant.transferOwner'] as const)
    expect(await dan.ask(name, somebody), name).toMatchObject(refusedWith('notAllowed'))
  expect(await dan.ask('participant.muteAll', { roomId: somebody.roomId })).toMatchObject(refusedWith('notAllowed'))
})
