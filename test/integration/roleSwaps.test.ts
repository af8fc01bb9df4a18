// Hostile clients: thousands of commands that fit the contract and name calls, rooms and transports of others, or come before the
// answer. Nobody is answered for, nobody's seat or sound changes, and nothing is sent by somebody who has not answered.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commands, type CommandName } from '../../shared/protocol/contract.ts'
import type { MediaOffer } from '../../shared/protocol/media.ts'
import type { Call } from '../../shared/protocol/things.ts'
import { createMaker } from '../fuzz/values.ts'
import { createDice } from '../simulation/random.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

const COMMANDS = 1_500
const SEED = 20
/** A clock that goes on now and then gives the commands the rate they are allowed. */
const COMMANDS_A_SECOND = 25

let world: World
let ann: TestDevice
let ben: TestDevice
let mallory: TestDevice
let call: Call
let warm: MediaOffer
beforeEach(async () => {
  world = await openWorld()
  ann = await world.signIn('ann')
  ben = await world.signIn('ben')
  mallory = await world.signIn('chloe')
  const { room } = await ann.opensMeeting()
  call = await ann.rings(ben, room.id, { timeoutSeconds: 600 })
  warm = (await ben.does('call.warmUp', { callId: call.id, rtpCapabilities: { codecs: [] } })).media
})
afterEach(() => world.close())

/** What Ben's device may not do to itself either before a person has answered on it. */
const WITHOUT_A_GESTURE = Object.keys(commands).filter(
  (name) =>
    ![
      'call.accept',
      'call.reject',
      'call.direct',
      'room.create',
      'room.join',
      'people.setPolicy',
      'people.block',
      'people.setContact',
    ].includes(name),
) as CommandName[]

async function attacks(device: TestDevice, names: readonly CommandName[]) {
  const dice = createDice(SEED)
  const { snapshot, media } = await mallory.does('room.create', { name: 'Trap', rtpCapabilities: null })
  const maker = createMaker(
    {
      users: [ann.user, ben.user, mallory.user],
      deviceIds: [ann.device.id, ben.device.id, mallory.device.id],
      roomIds: [call.roomId, call.roomId, snapshot.room.id],
      callIds: [call.id],
      offer: () => (media && dice.chance(0.3) ? media : warm),
      now: () => world.now,
    },
    dice,
  )
  const produced: boolean[] = []
  for (let count = 0; count < COMMANDS; count++) {
    const name = dice.pick(names) as CommandName
    const input = maker.value(commands[name].input) as Record<string, unknown>
    if ('transportId' in input) input['transportId'] = dice.pick([warm.send.id, warm.receive.id, media?.send.id])
    const answer = await device.sends({ commandId: crypto.randomUUID(), name, input })
    if (name === 'media.produce' && input['roomId'] === call.roomId) produced.push(answer.ok)
    if (count % COMMANDS_A_SECOND === 0) await world.advance(1_000)
  }
  return produced
}

const seats = async () => {
  const { seats: all } = (await world.rows()) as { seats: { userId: string }[] }
  return all.filter(({ userId }) => userId === ann.id || userId === ben.id)
}

test.each([
  ['somebody who is not rung', () => mallory, Object.keys(commands) as CommandName[]],
  ['the callee’s own device before the answer', () => ben, WITHOUT_A_GESTURE],
])('%s cannot answer, sit down or send for anybody', async (_, attacker, names) => {
  const before = await seats()
  const produced = await attacks(attacker(), names)
  expect(await seats(), 'Ann as she was, and Ben not inside').toEqual(before)
  // What the attacker rings in their own name is their right.
  const rings = (await ben.syncs()).rings.filter((ring) => ring.call.caller.id !== mallory.id)
  expect(rings.map((ring) => ring.call)).toMatchObject([{ id: call.id, status: 'calling' }])
  if (attacker() === ben) {
    expect(produced.length).toBeGreaterThan(0)
    expect(produced).not.toContain(true)
  }
  expect((await ben.answers(call)).outcome, 'Ben himself still can').toBe('joined')
})
