// Devices that take in nothing of what they are sent: what waits for them is memory of the server, and has an end.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withoutLimits } from '../../server/limits.ts'
import type { TestDevice } from '../support/testDevice.ts'
import { openWorld, type World } from '../support/server.ts'

const BUFFER_BYTES = 1_000_000
/** Twice what the kernel takes on its own for one connection before anything waits in the server. */
const ENOUGH_BYTES = 40_000_000
/** 12 KB as UTF-8. */
const LONG = '通'.repeat(4_000)

let world: World
beforeEach(async () => {
  const counts = { ...withoutLimits.counts, sendBufferBytes: BUFFER_BYTES }
  world = await openWorld({ config: { limits: { ...withoutLimits, counts }, acknowledgeMs: 60_000 } })
})
afterEach(() => world.close())

const transportOf = (device: TestDevice) =>
  (device.socket?.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws

test('one that takes in no events is cut once too much waits for it, and is made whole by a sync', async () => {
  const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
  const { room } = await ann.opensMeeting()
  await ben.joins(room.id)
  transportOf(ben).pause()
  const say = () => ann.does('chat.send', { roomId: room.id, id: randomUUID(), text: LONG })
  let sent = 0
  for (; sent < ENOUGH_BYTES && !(await isGone(ann, ben)); sent += 50 * 12_000)
    await Promise.all(Array.from({ length: 50 }, say))
  expect(sent, 'it was cut').toBeLessThan(ENOUGH_BYTES)
  transportOf(ben).resume()
  await ben.isCutOff()
  await ben.connects()
  expect((await ben.syncs()).seat?.room.id).toBe(room.id)
})

test('one that asks and takes in no answers is cut as well', async () => {
  const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
  const { room } = await ben.opensMeeting()
  for (let count = 0; count < 10; count++)
    await ben.does('chat.send', { roomId: room.id, id: randomUUID(), text: LONG })
  transportOf(ben).pause()
  let asked = 0
  for (; asked < ENOUGH_BYTES && !(await isGone(ann, ben)); asked += 20 * 120_000)
    for (let count = 0; count < 20; count++)
      ben.socket?.emit('command', { commandId: randomUUID(), name: 'chat.list', input: { roomId: room.id } }, () => {})
  expect(asked, 'it was cut').toBeLessThan(ENOUGH_BYTES)
  transportOf(ben).resume()
  await ben.isCutOff()
})

async function isGone(ann: TestDevice, { id }: TestDevice): Promise<boolean> {
  const { people } = await ann.does('people.list', {})
  return people.find(({ user }) => user.id === id)?.presence === 'offline'
}
