// Warm media of rings, as the server keeps it: for the callee alone, for as long as it rings, and sending nothing.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'
import type { Call } from '../../shared/protocol/things.ts'

const CAPABILITIES = { codecs: [] }
let world: World
let ann: TestDevice
let ben: TestDevice
let call: Call

beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  const { room } = await ann.opensMeeting()
  call = await ann.rings(ben, room.id)
})
afterEach(() => world.close())

const warms = (device: TestDevice) => device.ask('call.warmUp', { callId: call.id, rtpCapabilities: CAPABILITIES })

describe('warming up', () => {
  test('the callee’s device gets media, and no seat', async () => {
    const before = await world.rows()
    const answer = await warms(ben)
    expect(answer).toMatchObject({ ok: true, value: { media: { roomId: call.roomId } } })
    expect(world.engine.warmSeats()).toEqual([{ roomId: call.roomId, userId: ben.id, deviceId: ben.device.id }])
    expect(await world.rows()).toEqual(before)
  })

  test('nobody else may, and nothing can be sent', async () => {
    expect(await warms(ann)).toMatchObject({ ok: false, error: { code: 'unknownCall' } })
    const answer = await warms(ben)
    if (!answer.ok) throw new Error(answer.error.message)
    const produce = await ben.ask('media.produce', {
      roomId: call.roomId,
      transportId: answer.value.media.send.id,
      producerId: call.id,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: {},
      paused: false,
    })
    expect(produce).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
  })

  test('the answer takes it along', async () => {
    const warm = await warms(ben)
    const answer = await ben.answers(call, { rtpCapabilities: CAPABILITIES })
    if (!warm.ok || answer.outcome !== 'joined') throw new Error('not answered')
    expect(answer.media).toMatchObject({ warm: true, receive: { id: warm.value.media.receive.id } })
    expect(world.engine.warmSeats()).toEqual([])
  })

  test('only the device that answers keeps it', async () => {
    const sofa = await world.signIn('ben', 'sofa')
    await warms(ben)
    await warms(sofa)
    await sofa.answers(call)
    await ben.hears('call.handledByOtherDevice')
    expect(world.engine.warmSeats()).toEqual([])
    expect(world.engine.openSeats().map((seat) => seat.deviceId)).toContain(sofa.device.id)
    expect(world.engine.openSeats().map((seat) => seat.deviceId)).not.toContain(ben.device.id)
  })
})

describe('it goes with the ring', () => {
  test.each([
    ['declined', () => ben.declines(call)],
    ['cancelled', () => ann.does('call.cancel', { roomId: call.roomId, calleeIds: [ben.id] })],
    ['the meeting ended', () => ann.does('room.end', { roomId: call.roomId })],
    ['timeout', () => world.advance(31_000)],
  ])('%s', async (_, end) => {
    await warms(ben)
    await end()
    await world.settled()
    expect(world.engine.warmSeats()).toEqual([])
    expect(await warms(ben)).toMatchObject({ ok: false, error: { code: 'conflict' } })
  })

  test('the device goes offline', async () => {
    await warms(ben)
    ben.disconnects()
    await expect.poll(() => world.engine.warmSeats()).toEqual([])
  })
})
