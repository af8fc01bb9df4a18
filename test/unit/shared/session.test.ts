// The signed-in device as a whole, over a wire and HTTP whose far end the test plays.
import { describe, expect, test } from 'vitest'
import type { Stored } from '../../../shared/client/session.ts'
import { failure, success } from '../../../shared/protocol/result.ts'
import type { User } from '../../../shared/protocol/things.ts'
import { aCall, ann, aParticipant, aRing, aRoom, aSync, ben, id } from '../../support/things.ts'
import { openFarSession as setUp, tokensOf } from '../support/farSession.ts'

const expired = failure('tokenExpired', '').error
const account = (user: User, name: string, accessExpiresAt?: number) =>
  success({ user, tokens: tokensOf(name, accessExpiresAt) })

describe('tokens', () => {
  test('a renewal that ends after another person has signed in here changes nothing of theirs', async () => {
    const far = setUp()
    far.session.resume()
    far.opened[0]?.handlers.refused(expired)
    const signedIn = far.session.signIn({ server: 'http://server', login: 'ann', password: 'x' })
    far.post('/api/sign-in')?.answer(account(ann, 'ann'))
    await signedIn
    far.post('/api/renew')?.answer(account(ben, 'ben2'))
    await far.timers.advance(0)
    expect(far.kept()).toMatchObject({ user: ann, tokens: tokensOf('ann') })
    expect(far.opened.at(-1)?.accessToken).toBe('ann-access')
  })

  test('a renewal that ends after signing out signs nobody in again', async () => {
    const far = setUp()
    far.session.resume()
    far.opened[0]?.handlers.refused(expired)
    void far.session.signOut()
    far.post('/api/renew')?.answer(account(ben, 'ben2'))
    await far.timers.advance(0)
    expect(far.kept()).toBeNull()
    expect(far.session.state.user).toBeNull()
  })

  test('two renewals of the same token under way: the later answer does not take the newer token back', async () => {
    const far = setUp()
    far.session.resume()
    far.goOnline()
    far.opened.at(-1)?.handlers.event({ name: 'session.tokenExpiring', payload: { accessExpiresAt: 100 } })
    const inPlace = far.command('session.renew')
    far.opened.at(-1)?.handlers.closed()
    await far.timers.advance(500)
    far.opened.at(-1)?.handlers.refused(expired)
    far.post('/api/renew')?.answer(account(ben, 'newer', 300))
    await far.timers.advance(0)
    inPlace?.answer(success({ tokens: tokensOf('older', 200) }))
    await far.timers.advance(0)
    expect(far.kept()?.tokens).toEqual(tokensOf('newer', 300))
    far.session.stop()
  })
})

describe('entering', () => {
  test('when the answer does not come in time, the next sync tells whether this device is inside', async () => {
    const far = setUp()
    far.session.resume()
    far.goOnline()
    const joining = far.session.joinRoom({ room: { id: id(50) }, microphone: true, camera: false })
    await far.timers.advance(12_000)
    expect(await joining).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(far.opened).toHaveLength(2)
    far.goOnline(aSync({ seat: { room: aRoom(), participants: [aParticipant({ user: ben, deviceId: id(12) })] } }))
    expect(far.session.state.mirror.seat?.room.id).toBe(id(50))
    // Nothing is captured: what the gesture had asked for was answered with a failure.
    expect(far.session.state.entry).toBeNull()
  })
})

describe('answering', () => {
  test('surfaces know which call is being answered until they know what came of it', async () => {
    const far = setUp()
    const ring = aRing()
    far.session.resume()
    far.goOnline(aSync({ rings: [ring] }))
    const states: { answering: string | null; inside: boolean }[] = []
    far.session.subscribe(({ answering, mirror }) => states.push({ answering, inside: mirror.seat !== null }))
    const answer = far.session.answer({ callId: ring.call.id, camera: false })
    expect(far.session.state.answering).toBe(ring.call.id)
    const call = aCall({ status: 'accepted', reason: 'answered', handledBy: id(12), endedAt: 2_000, version: 2 })
    const snapshot = { room: aRoom(), participants: [aParticipant({ user: ben, deviceId: id(12) })] }
    far.command('call.accept')?.answer(success({ outcome: 'joined', call, snapshot, media: null }))
    await answer
    expect(far.session.state.answering).toBeNull()
    // At no moment is it neither being answered nor answered: a screen put up for it would be taken down in between.
    expect(states.every(({ answering, inside }) => answering !== null || inside)).toBe(true)
  })

  test('when the meeting was over by the time of the answer, a sync tells what has become of the seat before', async () => {
    const far = setUp()
    const ring = aRing()
    far.session.resume()
    const other = { room: aRoom({ id: id(51) }), participants: [aParticipant({ user: ben, deviceId: id(12) })] }
    far.goOnline(aSync({ rings: [ring], seat: other }))
    const answer = far.session.answer({ callId: ring.call.id, camera: false, leaveOther: true })
    far.command('call.accept')?.answer(failure('notInRoom', 'You are not in this meeting any more.'))
    expect(await answer).toMatchObject({ ok: false })
    await far.timers.advance(0)
    expect(far.opened).toHaveLength(2)
    far.goOnline(aSync())
    expect(far.session.state.mirror.seat).toBeNull()
    far.session.stop()
  })

  test('a refused answer is over for every surface', async () => {
    const far = setUp()
    const ring = aRing()
    far.session.resume()
    far.goOnline(aSync({ rings: [ring] }))
    const answer = far.session.answer({ callId: ring.call.id, camera: false })
    far.command('call.accept')?.answer(failure('inOtherRoom', 'You are in another meeting.'))
    expect(await answer).toMatchObject({ ok: false })
    expect(far.session.state.answering).toBeNull()
  })
})

test('why a ring could not be answered or declined stays until it is tried again', async () => {
  const far = setUp()
  far.session.resume()
  far.goOnline(aSync({ rings: [aRing()] }))
  const callId = id(100)
  const full = failure('roomFull', '').error
  const answering = far.session.answer({ callId, camera: false })
  far.command('call.accept')?.answer({ ok: false, error: full })
  await answering
  expect(far.session.state.refusals).toEqual({ [callId]: full })
  const declining = far.session.decline({ callId })
  expect(far.session.state.refusals).toEqual({})
  const busy = failure('unavailable', '').error
  far.command('call.reject')?.answer({ ok: false, error: busy })
  await declining
  expect(far.session.state.refusals).toEqual({ [callId]: busy })
  far.session.stop()
})

describe('two meetings at once', () => {
  test('are asked for one after the other, so that the last one asked for is the one this device is in', async () => {
    const far = setUp()
    far.session.resume()
    far.goOnline()
    const inside = (roomId: string) => {
      const room = aRoom({ id: roomId })
      const participants = [aParticipant({ roomId, user: ben, deviceId: id(12) })]
      return success({ outcome: 'seated', snapshot: { room, participants }, media: null })
    }
    const input = { microphone: true, camera: false, leaveOther: true }
    const first = far.session.joinRoom({ ...input, room: { id: id(50) } })
    const second = far.session.joinRoom({ ...input, room: { id: id(51) } })
    const asked = () => far.sent.filter(({ message }) => message.name === 'room.join').length
    expect(asked()).toBe(1)
    far.command('room.join')?.answer(inside(id(50)))
    await first
    await far.timers.advance(0)
    expect(asked()).toBe(2)
    far.command('room.join')?.answer(inside(id(51)))
    await second
    expect(far.session.state.mirror.seat?.room.id).toBe(id(51))
  })
})

test('a meeting that is over by the time its answer comes is not entered, and nothing is captured for it', async () => {
  const far = setUp()
  far.session.resume()
  far.goOnline()
  const creating = far.session.createRoom({ name: 'Design review', microphone: true, camera: true })
  const asked = far.command('room.create')
  far.opened.at(-1)?.handlers.event({
    name: 'room.ended',
    payload: { room: aRoom({ status: 'ended', version: 2, endedAt: 2_000 }) },
  })
  const participants = [aParticipant({ user: ben, deviceId: id(12) })]
  asked?.answer(success({ snapshot: { room: aRoom(), participants }, media: null }))
  expect(await creating).toMatchObject({ ok: false, error: { code: 'notInRoom' } })
  expect(far.session.state).toMatchObject({ entry: null, mirror: { seat: null } })
  far.session.stop()
})

test('a room that an earlier word called ended is entered all the same when the server lets this device in', async () => {
  const far = setUp()
  const participants = [aParticipant({ user: ben, deviceId: id(12) })]
  const ring = aRing()
  far.session.resume()
  far.goOnline(aSync({ seat: { room: aRoom(), participants } }))
  far.opened.at(-1)?.handlers.event({
    name: 'room.ended',
    payload: { room: aRoom({ status: 'ended', version: 2, endedAt: 2_000 }) },
  })
  expect(far.session.state.mirror.seat).toBeNull()
  far.session.wakeUp()
  far.goOnline(aSync({ rings: [ring] }))
  const answering = far.session.answer({ callId: ring.call.id, camera: false })
  const call = { ...ring.call, status: 'accepted', handledBy: id(12), endedAt: 3_000, version: 2 }
  const snapshot = { room: aRoom(), participants }
  far.command('call.accept')?.answer(success({ outcome: 'joined', call, snapshot, media: null }))
  expect(await answering).toMatchObject({ ok: true, value: { outcome: 'joined' } })
  expect(far.session.state.mirror.seat?.room.id).toBe(id(50))
  far.session.stop()
})

describe('answers that come after their command was given up', () => {
  test('still tell what became of a call', async () => {
    const far = setUp()
    const ring = aRing()
    far.session.resume()
    far.goOnline(aSync({ rings: [ring] }))
    const declining = far.session.decline({ callId: ring.call.id })
    await far.timers.advance(12_000)
    expect(await declining).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    const call = aCall({ status: 'rejected', reason: 'rejected', handledBy: id(12), endedAt: 2_000, version: 2 })
    far.command('call.reject')?.answer(success({ call }))
    expect(far.session.state.mirror.calls[call.id]?.status).toBe('rejected')
    far.session.stop()
  })

  test('of a command that seats this device: a sync tells where it is', async () => {
    const far = setUp()
    far.session.resume()
    far.goOnline()
    const creating = far.session.createRoom({ name: 'Design review', microphone: true, camera: false })
    const asked = far.command('room.create')
    await far.timers.advance(12_000)
    await creating
    far.goOnline()
    const before = far.opened.length
    asked?.answer(success({ snapshot: { room: aRoom(), participants: [] }, media: null }))
    expect(far.opened).toHaveLength(before + 1)
    expect(far.session.state.entry, 'nothing is captured for a gesture that was told it had failed').toBeNull()
    far.session.stop()
  })
})

describe('leaving', () => {
  test('a goodbye without an answer is said once more, over a new connection', async () => {
    const far = setUp()
    const seat = { room: aRoom(), participants: [aParticipant({ user: ben, deviceId: id(12) })] }
    far.session.resume()
    far.goOnline(aSync({ seat }))
    const leaving = far.session.leaveRoom(seat.room.id)
    const first = far.command('room.leave')?.message.commandId
    await far.timers.advance(12_000)
    expect(far.opened).toHaveLength(2)
    far.goOnline(aSync({ seat }))
    await far.timers.advance(0)
    expect(far.command('room.leave')?.message.commandId).not.toBe(first)
    far.command('room.leave')?.answer(success({}))
    expect(await leaving).toEqual(success({}))
    expect(far.session.state.mirror.seat).toBeNull()
    far.session.stop()
  })

  test('coming back waits for the goodbye, which would otherwise end the new seat as well', async () => {
    const far = setUp()
    const room = aRoom()
    far.session.resume()
    far.goOnline(aSync({ seat: { room, participants: [aParticipant({ user: ben, deviceId: id(12) })] } }))
    const leaving = far.session.leaveRoom(room.id)
    void far.session.joinRoom({ room: { id: room.id }, microphone: true, camera: false })
    await far.timers.advance(0)
    expect(far.command('room.join')).toBeUndefined()
    far.command('room.leave')?.answer(success({}))
    await leaving
    await far.timers.advance(0)
    expect(far.command('room.join')).toBeDefined()
  })

  test('a goodbye that goes only after a reconnect ends the seat that the sync had brought back', async () => {
    const far = setUp()
    const room = aRoom()
    const seat = { room, participants: [aParticipant({ user: ben, deviceId: id(12) })] }
    far.session.resume()
    far.goOnline(aSync({ seat }))
    far.opened.at(-1)?.handlers.closed()
    const leaving = far.session.leaveRoom(room.id)
    await far.timers.advance(500)
    far.goOnline(aSync({ seat }))
    far.command('room.leave')?.answer(success({}))
    expect(await leaving).toEqual(success({}))
    expect(far.session.state.mirror.seat).toBeNull()
    expect(far.session.state.mirror.seatLost).toBeNull()
  })
})

describe('missed calls over restarts of the app', () => {
  const missed = aCall({ status: 'timeout', reason: 'noAnswer', version: 2, endedAt: 5_000 })
  /** What the next run of the app asks its first sync with. */
  function asksSince(stored: Stored | null): unknown {
    const again = setUp(stored)
    again.session.resume()
    again.opened[0]?.handlers.opened()
    again.session.stop()
    return again.sent[0]?.message.input
  }

  test('one that nobody looked at is asked for again', () => {
    const far = setUp()
    far.session.resume()
    far.goOnline(aSync({ serverNow: 6_000, missed: [missed] }))
    const { lastSyncAt } = asksSince(far.kept()) as { lastSyncAt: number }
    expect(lastSyncAt).toBeLessThan(5_000)
  })

  test('one that was looked at is not, though it came after the last sync', () => {
    const far = setUp()
    far.session.resume()
    far.goOnline()
    far.opened.at(-1)?.handlers.event({ name: 'call.timeout', payload: { call: missed } })
    expect(far.session.state.mirror.missed).toHaveLength(1)
    far.session.seenMissed()
    const { lastSyncAt } = asksSince(far.kept()) as { lastSyncAt: number }
    expect(lastSyncAt).toBeGreaterThanOrEqual(5_000)
  })
})
