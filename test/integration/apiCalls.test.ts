// Programs that ring people in: the on-call story, who is rung when, and what outlives a restart.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openProgram, type Program } from '../support/api.ts'
import { openWorld, type World } from '../support/server.ts'

let world: World
let alarm: Program
beforeEach(async () => {
  world = await openWorld({ onDisk: true, config: { accessTokenMs: 3_600_000 } })
  alarm = await openProgram(world)
})
afterEach(() => world.close())

type Call = { id: string; status: string; reason?: string; response?: string; message?: string; callee: { id: string } }
type Rung = {
  room: { id: string; name: string; ownerId: string }
  results: { calleeId?: string; login?: string; outcome: string; call?: Call }[]
  group: { id: string; status: string; waiting: string[]; callIds: string[] } | null
}
const rings = (body: object, headers?: Record<string, string>) => alarm.gets<Rung>('POST', '/calls', body, headers)
const callNow = (id: string) => alarm.gets<{ call: Call; group: Rung['group'] }>('GET', `/calls/${id}`)
const roomNow = async (id: string) =>
  (await alarm.gets<{ room: { status: string; ownerId: string } }>('GET', `/rooms/${id}`)).room
const firstCall = (rung: Rung): Call => {
  const call = rung.results[0]?.call
  if (call === undefined) throw new Error(`nobody rings: ${JSON.stringify(rung)}`)
  return call
}

describe('into a meeting made for it', () => {
  test('a program needs no seat: the ring goes on, says who it is from, and whoever answers looks after the meeting', async () => {
    const ben = await world.signIn('ben')
    const rung = await rings({ logins: ['ben'], message: 'Database down', title: 'Incident 7', timeoutSeconds: 120 })
    const ring = await ben.hearsRing()
    expect(ring).toMatchObject({
      roomName: 'Incident 7',
      inside: [],
      insideCount: 0,
      call: { caller: { name: 'On-call alarm', service: true }, extension: 'Database down', media: 'audio' },
    })
    await world.advance(100_000)
    const answer = await ben.answers(ring.call, { response: 'on it' })
    if (answer.outcome !== 'joined') throw new Error('ben did not get in')
    expect(answer.snapshot).toMatchObject({
      room: { name: 'Incident 7', ownerId: ben.id, status: 'running' },
      participants: [{ user: ben.user, role: 'owner' }],
    })
    expect(await callNow(firstCall(rung).id)).toMatchObject({
      call: { status: 'accepted', reason: 'answered', response: 'on it', message: 'Database down' },
      group: null,
    })
    // A meeting like any other from now on: its owner rings others in.
    const chloe = await world.signIn('chloe')
    await ben.rings(chloe, rung.room.id)
  })

  test('nobody answers: it runs out, and the meeting stays for whoever sees the missed call; then it ends', async () => {
    const ben = await world.signIn('ben')
    const { room, ...rung } = await rings({ logins: ['ben'], timeoutSeconds: 60 })
    await ben.does('call.received', { callIds: [(await ben.hearsRing()).call.id] })
    await world.advance(60_000)
    expect((await callNow(firstCall({ room, ...rung }).id)).call).toMatchObject({
      status: 'timeout',
      reason: 'noAnswer',
    })
    await world.advance(14 * 60_000)
    const { entries } = await ben.does('call.history', { missed: true })
    expect(entries).toMatchObject([{ joinable: true, call: { caller: { service: true } } }])
    expect((await roomNow(room.id)).status).toBe('running')
    await world.advance(61_000)
    expect((await roomNow(room.id)).status).toBe('ended')
  })

  test('one bad callee fails none of the others; with nobody to ring there is no meeting', async () => {
    const ben = await world.signIn('ben')
    const nobody = '00000000-0000-4000-8000-000000000000'
    const { results } = await rings({ calleeIds: [ben.id, nobody, ben.id], logins: ['ben', 'no-such'] })
    expect(results).toMatchObject([
      { calleeId: ben.id, outcome: 'success' },
      { calleeId: nobody, outcome: 'unknownUser' },
      { login: 'no-such', outcome: 'unknownUser' },
    ])
    const before = await world.rows()
    expect(await alarm.asks('POST', '/calls', { logins: ['no-such'] })).toMatchObject({ status: 404 })
    expect(await alarm.asks('POST', '/calls', {})).toMatchObject({ status: 400 })
    expect(await world.rows()).toEqual(before)
  })
})

describe('into a meeting of people', () => {
  test('everybody inside sees who is being rung, and the ring outlives whoever leaves', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting('Standup')
    const rung = await alarm.gets<Rung>('POST', `/rooms/${room.id}/calls`, { calleeIds: [ben.id, ann.id] })
    expect(rung.results.map(({ outcome }) => outcome)).toEqual(['success', 'alreadyInRoom'])
    await ann.hears('call.updated', ({ call }) => call.caller.service === true)
    const { call } = await ben.hearsRing()
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(20_000)
    expect((await callNow(call.id)).call.status).toBe('calling')
    expect((await ben.answers(call)).outcome).toBe('joined')
  })

  test('an empty meeting made on the spot waits for the answer, and ends as usual once there is none to come', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting('Standup')
    await alarm.gets('POST', `/rooms/${room.id}/calls`, { calleeIds: [ben.id], timeoutSeconds: 120 })
    const { call } = await ben.hearsRing()
    await ann.does('room.leave', { roomId: room.id })
    await world.advance(60_000)
    expect((await roomNow(room.id)).status).toBe('running')
    await ben.declines(call)
    await world.advance(0)
    expect((await roomNow(room.id)).status).toBe('ended')
  })

  test('its settings bind a program as a member; its admins may take the ring back', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    await alarm.gets('POST', `/rooms/${room.id}/calls`, { calleeIds: [ben.id] })
    const { call } = await ben.hearsRing()
    const { results } = await ann.does('call.cancel', { roomId: room.id, calleeIds: [ben.id] })
    expect(results).toMatchObject([
      { outcome: 'cancelled', call: { id: call.id, status: 'revoked', reason: 'byAdmin' } },
    ])
    await ann.does('room.update', { roomId: room.id, settings: { locked: true } })
    expect(await alarm.asks('POST', `/rooms/${room.id}/calls`, { calleeIds: [ben.id] })).toMatchObject({
      status: 403,
      answer: { error: { code: 'roomLocked' } },
    })
    await ann.does('room.end', { roomId: room.id })
    expect((await alarm.asks('POST', `/rooms/${room.id}/calls`, { calleeIds: [ben.id] })).answer).toMatchObject({
      error: { code: 'roomEnded' },
    })
  })
})

describe('taking back', () => {
  test('a ring ends everywhere, once; another token’s is not its to end', async () => {
    const ben = await world.signIn('ben')
    const { id } = firstCall(await rings({ logins: ['ben'] }))
    const other = await openProgram(world, 'Other')
    expect((await other.asks('DELETE', `/calls/${id}`)).status).toBe(403)
    const { call } = await alarm.gets<{ call: Call }>('DELETE', `/calls/${id}`)
    expect(call).toMatchObject({ status: 'cancelled', reason: 'byCaller' })
    await ben.hears('call.cancelled')
    expect(await alarm.gets('DELETE', `/calls/${id}`)).toMatchObject({ call: { status: 'cancelled' } })
    expect((await alarm.asks('DELETE', `/calls/${crypto.randomUUID()}`)).status).toBe(404)
  })

  test('revoking the token stops what it rings', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    await world.server.store.write(({ db }) =>
      db.updateTable('users').set({ role: 'administrator' }).where('id', '=', ann.id).execute(),
    )
    await rings({ logins: ['ben', 'chloe'], strategy: 'oneAfterTheOther' })
    await ben.hearsRing()
    await ann.does('apiToken.revoke', { tokenId: alarm.tokenId })
    await ben.hears('call.cancelled')
    await world.advance(60_000)
    const { calls } = (await world.rows()) as { calls: { status: string }[] }
    expect(
      calls.map(({ status }) => status),
      'and nobody rings after that',
    ).toEqual(['cancelled'])
  })
})

describe('what people have chosen', () => {
  test('do not disturb and blocks hold; neither is told to the program', async () => {
    const [ann, ben, chloe] = [await world.signIn('ann'), await world.signIn('ben'), await world.signIn('chloe')]
    const first = firstCall(await rings({ logins: ['chloe'] }))
    const { call: seen } = await chloe.hearsRing()
    await chloe.does('people.block', { userId: seen.caller.id, blocked: true })
    await alarm.gets('DELETE', `/calls/${first.id}`)
    await ben.does('people.setPolicy', { doNotDisturbUntil: world.now + 3_600_000 })
    const rung = await rings({ calleeIds: [ben.id, chloe.id] })
    expect(rung.results).toMatchObject([
      { call: { status: 'rejected', reason: 'rejected' } },
      { call: { status: 'calling' } },
    ])
    await world.advance(30_000)
    const silenced = rung.results[1]?.call
    expect((await callNow(silenced?.id ?? '')).call).toMatchObject({ status: 'timeout' })
    expect(chloe.heard('call.received')).toHaveLength(1)
    expect(ben.heard('call.received')).toEqual([])
    expect(ann.heard('call.received')).toEqual([])
  })

  test('what two people say to each other with a ring is not shown to programs', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const { room } = await ann.opensMeeting()
    const call = await ann.rings(ben, room.id, { extension: 'between us' })
    await ben.declines(call, 'not now')
    const shown = [await callNow(call.id), await alarm.gets('GET', `/rooms/${room.id}/calls`)]
    expect(shown).toMatchObject([{ call: { status: 'rejected' } }, { calls: [{ id: call.id }], nextCursor: null }])
    expect(JSON.stringify(shown)).not.toMatch(/between us|not now/)
  })
})

describe('an Idempotency-Key', () => {
  test('makes one ring of two requests, for 24 hours and over a restart', async () => {
    await world.signIn('ben')
    const key = { 'idempotency-key': 'alert-4711' }
    const first = await alarm.asks('POST', '/calls', { logins: ['ben'] }, key)
    await world.stop()
    await world.start()
    await world.advance(23 * 3_600_000)
    const again = await alarm.asks('POST', '/calls', { logins: ['ben'] }, key)
    expect(again).toMatchObject({ status: 201, answer: first.answer })
    const { calls } = (await world.rows()) as { calls: object[] }
    expect(calls).toHaveLength(1)
    expect(await alarm.asks('POST', '/calls', { logins: ['chloe'] }, key)).toMatchObject({
      status: 409,
      answer: { error: { code: 'conflict' } },
    })
    await world.advance(3_600_001)
    const later = await alarm.gets<Rung>('POST', '/calls', { logins: ['ben'] }, key)
    expect(firstCall(later).id).not.toBe(first.answer.ok && firstCall(first.answer.value as Rung).id)
  })

  test('sent twice at once it still is one; and each token has keys of its own', async () => {
    await world.signIn('ben')
    const key = { 'idempotency-key': 'alert-1' }
    const both = await Promise.all([rings({ logins: ['ben'] }, key), rings({ logins: ['ben'] }, key)])
    expect(both[0]).toEqual(both[1])
    const other = await openProgram(world, 'Other')
    expect(await other.gets<Rung>('POST', '/calls', { logins: ['ben'] }, key)).not.toEqual(both[0])
    expect((await alarm.asks('POST', '/calls', { logins: ['ben'] }, { 'idempotency-key': '' })).status).toBe(400)
  })
})

describe('one after the other', () => {
  test('the next rings when one declines, is not there, or takes nothing; whoever comes ends it', async () => {
    const [ann, ben] = [await world.signIn('ann'), await world.signIn('ben')]
    const [chloe, dan] = [await world.signIn('chloe'), await world.signIn('dan')]
    await chloe.does('people.setPolicy', { doNotDisturbUntil: world.now + 3_600_000 })
    const calleeIds = [ben.id, chloe.id, dan.id, ann.id]
    const rung = await rings({ calleeIds, strategy: 'oneAfterTheOther', timeoutSeconds: 20 })
    expect(rung.results.map(({ outcome }) => outcome)).toEqual(['success', 'waiting', 'waiting', 'waiting'])
    expect(rung.group).toMatchObject({ status: 'ringing', waiting: [chloe.id, dan.id, ann.id] })
    expect([dan.heard('call.received'), ann.heard('call.received')]).toEqual([[], []])

    await ben.declines((await ben.hearsRing()).call)
    await world.advance(0)
    // Chloe is not to be disturbed: her turn is over at once.
    await dan.hearsRing()
    expect((await callNow(firstCall(rung).id)).group).toMatchObject({ waiting: [ann.id] })
    await world.advance(20_000)
    const { call } = await ann.hearsRing()
    expect((await ann.answers(call)).outcome).toBe('joined')
    await world.advance(0)
    expect((await callNow(call.id)).group).toMatchObject({ status: 'answered', waiting: [] })
    const { calls } = await alarm.gets<{ calls: Call[] }>('GET', `/rooms/${rung.room.id}/calls`)
    expect(calls.map(({ status, reason }) => `${status} ${reason}`).sort()).toEqual([
      'accepted answered',
      'rejected rejected',
      'rejected rejected',
      'timeout unreachable',
    ])
  })

  test('it goes on where it was after a restart, also when a ring ran out meanwhile', async () => {
    const chloe = await world.signIn('chloe')
    await rings({ logins: ['ben', 'chloe', 'dan'], strategy: 'oneAfterTheOther', timeoutSeconds: 20 })
    await world.stop()
    await world.timers.advance(30_000)
    await world.start()
    await chloe.connects()
    const { rings: ringing } = await chloe.syncs()
    expect(ringing).toMatchObject([{ call: { caller: { service: true }, expiresAt: world.now + 20_000 } }])
    await world.advance(20_000)
    const dan = await world.signIn('dan')
    expect((await dan.syncs()).rings).toHaveLength(1)
    await world.advance(20_000)
    const { calls } = (await world.rows()) as { calls: { status: string }[] }
    expect(calls.map(({ status }) => status)).toEqual(['timeout', 'timeout', 'timeout'])
  })

  test('somebody who was rung before and comes by themselves ends it as well; taking back one ring ends all', async () => {
    const [ben, chloe] = [await world.signIn('ben'), await world.signIn('chloe')]
    const rung = await rings({ logins: ['ben', 'chloe', 'dan'], strategy: 'oneAfterTheOther', timeoutSeconds: 20 })
    await ben.hearsRing()
    await world.advance(20_000)
    await chloe.hearsRing()
    await ben.joins(rung.room.id)
    await world.advance(0)
    await chloe.hears('call.cancelled')
    expect((await callNow(firstCall(rung).id)).group).toMatchObject({ status: 'answered' })

    const second = await rings({ logins: ['chloe', 'dan'], strategy: 'oneAfterTheOther' })
    await alarm.gets('DELETE', `/calls/${firstCall(second).id}`)
    await world.advance(60_000)
    expect((await callNow(firstCall(second).id)).group).toMatchObject({ status: 'stopped', callIds: { length: 1 } })
  })
})

test('the first to answer: all ring at once, and the others stop when one has come', async () => {
  const [ben, chloe] = [await world.signIn('ben'), await world.signIn('chloe')]
  const rung = await rings({ logins: ['ben', 'chloe'], strategy: 'firstToAnswer' })
  const { call } = await ben.hearsRing()
  await chloe.hearsRing()
  await ben.answers(call)
  await world.advance(0)
  await chloe.hears('call.cancelled')
  expect((await callNow(call.id)).group).toMatchObject({ id: rung.group?.id, status: 'answered' })
  const unanswered = await rings({ logins: ['dan'], strategy: 'firstToAnswer' })
  await world.advance(30_000)
  expect((await callNow(firstCall(unanswered).id)).group).toMatchObject({ status: 'exhausted' })
})
