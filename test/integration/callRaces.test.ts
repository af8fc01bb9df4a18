// What happens to one ring at the same moment from several sides: one thing wins, and everybody is told the same.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withoutLimits } from '../../server/limits.ts'
import { openWorld, type World } from '../support/server.ts'

let world: World
beforeEach(async () => {
  // Twelve rounds in no time.
  world = await openWorld({ config: { limits: withoutLimits } })
})
afterEach(() => world.close())

test('many devices answer at once: exactly one wins, the others get the same ending', async () => {
  const ann = await world.signIn('ann')
  const devices = await Promise.all(Array.from({ length: 8 }, (_, index) => world.signIn('ben', `device ${index}`)))
  const [first] = devices
  if (first === undefined) throw new Error('ben has no device')
  const { room } = await ann.opensMeeting()
  const call = await ann.rings(first, room.id)
  const answers = await Promise.all(devices.map((device) => device.answers(call)))
  const winners = answers.filter((answer) => answer.outcome === 'joined')
  expect(winners).toHaveLength(1)
  expect(new Set(answers.map((answer) => answer.call.handledBy)).size).toBe(1)
  expect(new Set(answers.map((answer) => answer.call.version)).size).toBe(1)
  expect(world.engine.openSeats().filter((seat) => seat.userId === first.id)).toHaveLength(1)
})

test('cancel against answer: whichever commits first, both sides agree', async () => {
  const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
  const { room } = await ann.opensMeeting()
  for (let round = 0; round < 12; round++) {
    const call = await ann.rings(ben, room.id)
    const cancels = () => ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    const [answer, { results }] =
      round % 2 === 0
        ? await Promise.all([ben.answers(call), cancels()])
        : await Promise.all([cancels(), ben.answers(call)]).then(([done, answered]) => [answered, done] as const)
    const inside = (await ann.does('room.get', { roomId: room.id })).participants.some(({ user }) => user.id === ben.id)
    expect(inside).toBe(answer.call.status === 'accepted')
    expect(answer.outcome).toBe(inside ? 'joined' : 'ended')
    expect(results[0]?.outcome).toBe(inside ? 'notCalling' : 'cancelled')
    if (inside) await ben.does('room.leave', { roomId: room.id })
  }
})

test('two callers ring one person at once: one ring', async () => {
  const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
  const { room } = await ann.opensMeeting()
  await ben.joins(room.id)
  const invite = { roomId: room.id, calleeIds: [chloe.id], media: 'video' as const }
  const outcomes = await Promise.all([ann.does('call.invite', invite), ben.does('call.invite', invite)])
  expect(outcomes.map(({ results }) => results[0]?.outcome).sort()).toEqual(['alreadyInCalling', 'success'])
})
