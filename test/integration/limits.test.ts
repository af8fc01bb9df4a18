// Refusals of what comes too often: truthful, counted once, and in nobody's way who acts as people do.
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { COUNTS, RATES, limitsWith } from '../../server/limits.ts'
import { openWorld, type World } from '../support/server.ts'
import type { TestDevice } from '../support/testDevice.ts'

let world: World
afterEach(() => world.close())

const open = async (limits = limitsWith({})) => {
  world = await openWorld({ config: { limits } })
  return [await world.signIn('ann'), await world.signIn('ben')] as const
}
const ring = (ann: TestDevice, ben: TestDevice, roomId: string, commandId: string = randomUUID()) =>
  ann.ask('call.invite', { roomId, calleeIds: [ben.id], media: 'video', timeoutSeconds: 5 }, commandId)

test('rung too often it is refused, and the wait that is told is enough and no more than needed', async () => {
  const [ann, ben] = await open()
  const { room } = await ann.opensMeeting()
  const again = async () => {
    const answer = await ring(ann, ben, room.id)
    if (answer.ok) await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    return answer
  }
  for (let count = 0; count < RATES.ringsPerPair.burst; count++) expect((await again()).ok).toBe(true)
  const refused = await again()
  expect(refused).toMatchObject({ ok: false, error: { code: 'rateLimited', retryAfterMs: 60_000 } })
  await world.advance(59_999)
  expect(await again()).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 1 } })
  await world.advance(1)
  expect((await again()).ok).toBe(true)
  expect(ben.heard('call.received').length).toBe(RATES.ringsPerPair.burst + 1)
})

test('a command sent again counts once, and one refused may be sent again under the same id', async () => {
  const [ann, ben] = await open(limitsWith({ rates: { ringsPerPair: { burst: 2, perMinute: 1 } } }))
  const { room } = await ann.opensMeeting()
  const first = randomUUID()
  for (let sent = 0; sent < 5; sent++) expect((await ring(ann, ben, room.id, first)).ok).toBe(true)
  await ben.declines((await ben.hearsRing()).call)
  expect((await ring(ann, ben, room.id)).ok, 'the second token').toBe(true)
  await world.advance(5_000)
  const third = randomUUID()
  expect((await ring(ann, ben, room.id, third)).ok).toBe(false)
  await world.advance(60_000)
  expect((await ring(ann, ben, room.id, third)).ok).toBe(true)
})

test('fifty people are rung at once and all again; of several too many, only that one is refused', async () => {
  const [ann] = await open()
  const people = await world.addPeople(50)
  const { room } = await ann.opensMeeting()
  const all = { roomId: room.id, calleeIds: people.map(({ id }) => id), media: 'video', timeoutSeconds: 5 } as const
  for (let round = 0; round < 2; round++) {
    const { results } = await ann.does('call.invite', all)
    expect(results.map(({ outcome }) => outcome)).toEqual(people.map(() => 'success'))
    await world.advance(5_000)
  }
  const [first, second] = people
  for (let count = 0; count < 4; count++) {
    await ann.does('call.invite', { ...all, calleeIds: [first!.id] })
    await world.advance(5_000)
  }
  const { results } = await ann.does('call.invite', { ...all, calleeIds: [first!.id, second!.id] })
  expect(results).toMatchObject([{ outcome: 'rateLimited', retryAfterMs: expect.any(Number) }, { outcome: 'success' }])
})

test('strangers together are held up, whoever she knows is not', async () => {
  const [ann, ben] = await open(limitsWith({ rates: { ringsByStrangers: { burst: 1, perMinute: 1 } } }))
  const [chloe, dan] = [await world.signIn('chloe'), await world.signIn('dan')]
  const direct = (by: TestDevice) =>
    by.ask('call.direct', { calleeId: ben.id, media: 'audio', rtpCapabilities: null, leaveOther: true })
  await ben.does('people.setContact', { userId: dan.id, contact: true })
  expect((await direct(ann)).ok).toBe(true)
  expect(await direct(chloe)).toMatchObject({ error: { code: 'rateLimited' } })
  expect((await chloe.syncs()).seat, 'nothing is left of the call').toBe(null)
  expect((await direct(dan)).ok).toBe(true)
})

test('too many meetings of one person are refused, and joining as well as messages of a meeting have their limits', async () => {
  const [ann, ben] = await open(
    limitsWith({
      counts: { openRoomsPerUser: 2 },
      rates: { joinsPerUser: { burst: 3, perMinute: 1 }, chatPerRoom: { burst: 3, perMinute: 60 } },
    }),
  )
  const { room } = await ann.opensMeeting()
  await ann.plansMeeting(world.now + 3_600_000, [])
  const third = await ann.ask('room.create', { name: 'Third', rtpCapabilities: null, leaveOther: true })
  expect(third).toMatchObject({ error: { code: 'notAllowed' } })
  for (let count = 0; count < 3; count++) {
    await ben.joins(room.id)
    if (count < 2) await ben.does('room.leave', { roomId: room.id })
  }
  const say = (by: TestDevice) => by.ask('chat.send', { roomId: room.id, id: randomUUID(), text: 'Hey' })
  expect([(await say(ann)).ok, (await say(ben)).ok, (await say(ben)).ok]).toEqual([true, true, true])
  expect(await say(ann)).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 1_000 } })
  await ben.does('room.leave', { roomId: room.id })
  const join = await ben.ask('room.join', { room: { id: room.id }, rtpCapabilities: null })
  expect(join).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 60_000 } })
})

test('a new connection brings no new tokens, and connections are counted per person, address and in all', async () => {
  const [ann] = await open(
    limitsWith({ rates: { commandsPerDevice: { burst: 5, perMinute: 60 } }, counts: { connectionsPerAddress: 3 } }),
  )
  for (let count = 0; count < 5; count++) await ann.does('people.list', {})
  ann.disconnects()
  await ann.connects()
  expect(await ann.ask('people.list', {})).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 1_000 } })
  await world.signIn('chloe')
  const fourth = await world.device('dan')
  expect(await fourth.triesToConnect()).toMatchObject({ code: 'notAllowed' })
  ann.disconnects()
  await world.settled()
  expect(await fourth.triesToConnect()).toBe(null)
})

test('a device that takes in less than it is told is cut, and comes back to a sync', async () => {
  const [ann, ben] = await open(limitsWith({ counts: { eventBacklog: 5 } }))
  const { room } = await ann.opensMeeting()
  await ben.joins(room.id)
  await world.settled()
  ben.acknowledges = false
  for (let count = 0; count < 8; count++)
    await ann.ask('chat.send', { roomId: room.id, id: randomUUID(), text: `${count}` })
  await ben.isCutOff()
  expect(ann.connected).toBe(true)
  ben.acknowledges = true
  await ben.connects()
  expect((await ben.syncs()).seat?.room.id).toBe(room.id)
})

test('renewals and attempts to sign in from one address are limited', async () => {
  const rates = { signInsPerAddress: { burst: 3, perMinute: 1 }, renewalsPerDevice: { burst: 2, perMinute: 60 } }
  const [ann] = await open(limitsWith({ rates }))
  const device = { ...ann.device, id: randomUUID() }
  const attempt = (login: string) => ann.posts('/api/sign-in', { login, password: 'wrong', device })
  expect(await attempt('ben')).toMatchObject({ error: { code: 'unauthenticated' } })
  expect(await attempt('chloe')).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 60_000 } })
  for (let count = 0; count < 2; count++) {
    const { tokens } = await ann.does('session.renew', { refreshToken: ann.tokens.refreshToken })
    ann.tokens = tokens
  }
  const refused = await ann.ask('session.renew', { refreshToken: ann.tokens.refreshToken })
  expect(refused).toMatchObject({ error: { code: 'rateLimited', retryAfterMs: 1_000 } })
})

test('docs/limits.md lists every limit with its default', async () => {
  await open()
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')
  const lines = page.split('\n').filter((line) => line.startsWith('| `'))
  const rows = lines.map((line) => line.split('|').flatMap((cell) => cell.trim().replaceAll('`', '') || []))
  expect(rows).toEqual([
    ...Object.entries(RATES).map(([name, { per, burst, perMinute, why }]) => [
      name,
      per,
      String(burst),
      String(perMinute),
      why,
    ]),
    ...Object.entries(COUNTS).map(([name, { value, why }]) => [name, String(value), why]),
  ])
})
