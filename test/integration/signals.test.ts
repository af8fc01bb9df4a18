// Reactions and raised hands: who is told, who may lower whose, in which order, and how long they last.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SIGNAL_RATE } from '../../shared/chat/limits.ts'
import type { Participant } from '../../shared/protocol/things.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
let chloe: TestDevice
let roomId: string
beforeEach(async () => {
  world = await openWorld({ onDisk: true })
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  chloe = await world.signIn('chloe')
  roomId = (await ann.opensMeeting()).room.id
  await ben.joins(roomId)
  await chloe.joins(roomId)
})
afterEach(() => world.close())

const refusedWith = (code: string) => ({ ok: false, error: { code } })
const raise = (person: TestDevice, raised = true) => person.does('participant.raiseHand', { roomId, raised })
const lower = (by: TestDevice, person: TestDevice) => by.ask('participant.lowerHand', { roomId, userId: person.id })
const stateOf = async (person: TestDevice, by = ann) =>
  (await by.does('room.get', { roomId })).participants.find(({ user }) => user.id === person.id)
/** Who has a hand up, first come first, as this person's device would show it after a sync. */
async function handsFor(person: TestDevice): Promise<string[]> {
  const orderOf = ({ hand }: Participant) => hand?.order ?? 0
  const participants = (await person.syncs()).seat?.participants ?? []
  return participants
    .filter(({ hand }) => hand !== undefined)
    .sort((one, other) => orderOf(one) - orderOf(other))
    .map(({ user }) => user.id)
}

describe('reactions', () => {
  test('are told to everybody inside, once a press, and are for those inside', async () => {
    const commandId = randomUUID()
    const press = () => ben.ask('room.react', { roomId, reaction: 'clap' }, commandId)
    expect(await press()).toEqual({ ok: true, value: {} })
    expect(await press()).toEqual({ ok: true, value: {} })
    for (const person of [ann, ben, chloe])
      expect(await person.hears('room.reaction')).toEqual({ roomId, userId: ben.id, reaction: 'clap', at: world.now })
    await world.settled()
    expect(ann.heard('room.reaction')).toHaveLength(1)
    await chloe.does('room.leave', { roomId })
    expect(await chloe.ask('room.react', { roomId, reaction: 'heart' })).toMatchObject(refusedWith('notInRoom'))
    const other = { commandId: randomUUID(), name: 'room.react', input: { roomId, reaction: '<b>' } }
    expect(await ben.sends(other)).toMatchObject(refusedWith('invalid'))
  })

  test('come no more often than everybody can bear', async () => {
    for (let count = 0; count < SIGNAL_RATE.burst; count++) await ben.does('room.react', { roomId, reaction: 'heart' })
    const refused = await ben.ask('room.react', { roomId, reaction: 'heart' })
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'rateLimited', retryAfterMs: 1000 / SIGNAL_RATE.perSecond },
    })
    await chloe.does('room.react', { roomId, reaction: 'heart' })
    await world.advance(1000 / SIGNAL_RATE.perSecond)
    await ben.does('room.react', { roomId, reaction: 'heart' })
  })
})

describe('raised hands', () => {
  test('stand in the order they were raised, for everybody, and raising again keeps the place', async () => {
    await raise(chloe)
    await raise(ben)
    const { participant } = await raise(chloe)
    expect(participant.hand).toEqual({ raisedAt: world.now, order: expect.any(Number) })
    for (const person of [ann, ben, chloe]) expect(await handsFor(person)).toEqual([chloe.id, ben.id])
    const { participant: told } = await ann.hears(
      'participant.updated',
      (payload) => payload.participant.user.id === ben.id && payload.participant.hand !== undefined,
    )
    expect(told).toEqual(await stateOf(ben))
    await raise(chloe, false)
    await raise(chloe)
    expect(await handsFor(ann), 'lowered and raised anew, at the end').toEqual([ben.id, chloe.id])
  })

  test('are lowered by their person, the owner and admins; members lower nobody else’s', async () => {
    for (const person of [ann, ben, chloe]) await raise(person)
    expect(await lower(ben, chloe)).toMatchObject(refusedWith('notAllowed'))
    expect(await ben.ask('participant.lowerAllHands', { roomId })).toMatchObject(refusedWith('notAllowed'))
    expect(await handsFor(ann)).toEqual([ann.id, ben.id, chloe.id])
    expect(await lower(ann, chloe)).toEqual({ ok: true, value: {} })
    expect(await lower(ann, chloe), 'nothing is left to lower').toEqual({ ok: true, value: {} })
    await ann.does('participant.setRole', { roomId, userId: ben.id, role: 'admin' })
    await ben.does('participant.lowerAllHands', { roomId })
    expect(await handsFor(chloe)).toEqual([])
    await chloe.does('room.leave', { roomId })
    expect(await lower(ann, chloe)).toMatchObject(refusedWith('unknownUser'))
    expect(await chloe.ask('participant.raiseHand', { roomId, raised: true })).toMatchObject(refusedWith('notInRoom'))
  })

  test('a command sent twice takes effect once: what was raised anew in between stays up', async () => {
    const commandId = randomUUID()
    await raise(ben)
    const again = () => ann.ask('participant.lowerHand', { roomId, userId: ben.id }, commandId)
    await again()
    await raise(ben)
    await again()
    expect(await handsFor(ann)).toEqual([ben.id])
  })

  test('stay over a lost connection, a restart and another device, and go with the seat', async () => {
    await raise(ben)
    for (const person of [ann, ben, chloe]) person.disconnects()
    await world.stop()
    await world.start()
    for (const person of [ann, ben, chloe]) await person.connects()
    expect(await handsFor(ben)).toEqual([ben.id])
    const phone = await world.signIn('ben', 'Ben’s phone')
    await phone.joins(roomId)
    expect(await handsFor(ann)).toEqual([ben.id])
    expect(await ben.ask('participant.raiseHand', { roomId, raised: false })).toMatchObject(refusedWith('notInRoom'))
    await phone.does('room.leave', { roomId })
    await phone.joins(roomId)
    expect(await handsFor(ann)).toEqual([])
  })

  test('are of no use between two', async () => {
    const direct = await chloe.does('call.direct', {
      calleeId: ann.id,
      media: 'audio',
      leaveOther: true,
      rtpCapabilities: null,
    })
    const input = { roomId: direct.call.roomId, raised: true }
    expect(await chloe.ask('participant.raiseHand', input)).toMatchObject(refusedWith('notAllowed'))
  })
})
