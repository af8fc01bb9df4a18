// Commands sent again because their answer was lost: the effect stands once, and the answer tells the truth of now.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOnce } from '../../server/gateway/once.ts'
import { metaOrFresh } from '../../server/storage/metaRows.ts'
import { failure, success } from '../../shared/protocol/result.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
let ann: TestDevice
let ben: TestDevice
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
})
afterEach(() => world.close())

const dtls = { fingerprints: [] }

describe('an answer that carries a ring', () => {
  test.each(['call.invite', 'call.direct'] as const)('%s tells how it has ended by then', async (name) => {
    const { room } = await (name === 'call.invite' ? ann.opensMeeting() : ben.opensMeeting())
    const commandId = randomUUID()
    const wish = {
      roomId: room.id,
      calleeIds: [ben.id],
      calleeId: ben.id,
      media: 'audio',
      rtpCapabilities: null,
    } as const
    const ring = async () => {
      const answer = await ann.ask(name, wish, commandId)
      if (!answer.ok) throw new Error(answer.error.message)
      const [row] = 'results' in answer.value ? answer.value.results : [answer.value]
      if (row === undefined || !('call' in row)) throw new Error('no call')
      return row.call
    }
    const call = await ring()
    expect(call.status).toBe('calling')
    await ben.answers(call, { leaveOther: true })
    await ann.connects()
    expect(await ring()).toMatchObject({ id: call.id, status: 'accepted', handledBy: ben.device.id })
  })
})

describe('an answer that carries media', () => {
  test('comes again with the same transports: the first answer may be the one the device uses', async () => {
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    const commandId = randomUUID()
    const accept = () => ben.ask('call.accept', { callId: call.id, rtpCapabilities: null }, commandId)
    const [first, again] = [await accept(), await accept()]
    if (!first.ok || first.value.outcome !== 'joined') throw new Error('not joined')
    const { media } = first.value
    expect(again).toMatchObject({ ok: true, value: { outcome: 'joined', media } })
    const transport = { roomId: room.id, transportId: media?.receive.id ?? '', dtlsParameters: dtls }
    expect(await ben.ask('media.connectTransport', transport)).toMatchObject({ ok: true })
  })

  test.each(['room.create', 'room.join', 'media.open'] as const)('%s likewise', async (name) => {
    const { room } = await ann.opensMeeting()
    if (name === 'media.open') await ben.joins(room.id)
    const input = { name: 'x', room: { id: room.id }, roomId: room.id, rtpCapabilities: null }
    const commandId = randomUUID()
    const first = await ben.ask(name, input, commandId)
    expect(first.ok).toBe(true)
    expect(await ben.ask(name, input, commandId)).toEqual(first)
  })

  test('comes again over the next connection with the room as it is by then', async () => {
    const { room } = await ann.opensMeeting()
    const chloe = await world.signIn('chloe')
    const commandId = randomUUID()
    const join = () => ben.ask('room.join', { room: { id: room.id }, rtpCapabilities: null }, commandId)
    await join()
    await ben.connects()
    await chloe.joins(room.id)
    const again = await join()
    if (!again.ok || again.value.outcome !== 'seated') throw new Error('not inside')
    const names = again.value.snapshot.participants.map((participant) => participant.user.id)
    expect(names).toEqual([ann.id, ben.id, chloe.id])
  })

  test('does not claim a seat that has moved to another device meanwhile', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id)
    const commandId = randomUUID()
    const accept = () => ben.ask('call.accept', { callId: call.id, rtpCapabilities: null }, commandId)
    await accept()
    await phone.joins(room.id)
    expect(await accept()).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
    expect(world.engine.openSeats().filter((seat) => seat.userId === ben.id)).toMatchObject([
      { deviceId: phone.device.id },
    ])
  })
})

test('one command arriving twice at once, first refused and then possible: one outcome, the same for both and ever after', async () => {
  const { store } = world.server
  const once = createOnce(store)
  const key = { userId: ann.id, deviceId: ann.device.id, commandId: randomUUID() }
  const refused = once(key, 'room.join', async (unit) => {
    await metaOrFresh(unit.db, 'trace', () => 'left behind')
    unit.effects.push({ kind: 'presence', userId: ann.id })
    return failure('inOtherRoom', 'no')
  })
  const possible = once(key, 'room.join', async () => success({}))
  const answer = await refused
  expect(answer).toMatchObject({ ok: false, error: { code: 'inOtherRoom' } })
  expect(await possible).toEqual(answer)
  expect(await once(key, 'room.join', async () => success({}))).toEqual(answer)
  // What the refused work had written is taken back.
  expect(await store.write(({ db }) => metaOrFresh(db, 'trace', () => 'fresh'))).toBe('fresh')
})

describe('on my other devices', () => {
  const toldElsewhere = (device: TestDevice) => device.heard('session.elsewhere').map(({ elsewhere }) => elsewhere)

  test('a seat that appears, moves and goes is told at once', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    const onLaptop = { roomId: room.id, deviceId: ben.device.id, deviceLabel: "ben's laptop" }
    await phone.hears('session.elsewhere')
    expect(toldElsewhere(phone)).toEqual([onLaptop])
    await phone.joins(room.id)
    const onPhone = { roomId: room.id, deviceId: phone.device.id, deviceLabel: "Ben's phone" }
    await ben.hears('session.elsewhere', ({ elsewhere }) => elsewhere?.deviceId === phone.device.id)
    expect(toldElsewhere(ben).at(-1)).toEqual(onPhone)
    expect((await ben.syncs()).elsewhere).toEqual(onPhone)
    await phone.does('room.leave', { roomId: room.id })
    await ben.hears('session.elsewhere', ({ elsewhere }) => elsewhere === null)
    expect(toldElsewhere(ben).at(-1)).toBeNull()
    // The phone itself was never told that it is elsewhere on the phone.
    expect(toldElsewhere(phone).filter((elsewhere) => elsewhere?.deviceId === phone.device.id)).toEqual([])
    expect(toldElsewhere(ann)).toEqual([])
  })

  test('so is a seat lost by the end of the meeting, by a lost connection, and one left for another meeting', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    await ben.joins(room.id)
    await ann.does('room.end', { roomId: room.id })
    await phone.hears('session.elsewhere', ({ elsewhere }) => elsewhere === null)

    const { room: second } = await ann.opensMeeting()
    const { room: third } = await ben.opensMeeting()
    await ben.joins(second.id, true)
    await phone.hears('session.elsewhere', ({ elsewhere }) => elsewhere?.roomId === second.id)
    expect(toldElsewhere(phone).map((elsewhere) => elsewhere?.roomId ?? null)).toContain(third.id)
    expect(toldElsewhere(phone).at(-1)?.roomId).toBe(second.id)

    const before = toldElsewhere(phone).length
    ben.disconnects()
    await ann.hears(
      'participant.updated',
      ({ participant }) => participant.user.id === ben.id && !participant.connected,
    )
    await world.advance(30_000)
    await phone.hears('session.elsewhere', () => toldElsewhere(phone).length > before)
    expect(toldElsewhere(phone).at(-1)).toBeNull()
  })

  test('answering a call on one device', async () => {
    const phone = await world.signIn('ben', "Ben's phone")
    const { room } = await ann.opensMeeting()
    await ben.answers(await ann.rings(ben, room.id))
    const { elsewhere } = await phone.hears('session.elsewhere')
    expect(elsewhere).toMatchObject({ roomId: room.id, deviceId: ben.device.id })
  })
})
