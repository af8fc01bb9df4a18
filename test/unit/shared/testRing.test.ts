// A ring of one's own: shown like any other, ended like any other, and known to nobody else.
import { expect, test } from 'vitest'
import { ringingHere } from '../../../shared/client/mirror.ts'
import { isTestRing, TEST_RING_MS } from '../../../shared/client/testRing.ts'
import { leavingFor } from '../../../shared/client/leaving.ts'
import type { Sync } from '../../../shared/protocol/session.ts'
import { aCall, aParticipant, aRing, aRoom, aSync, ben, id } from '../../support/things.ts'
import { openFarSession } from '../support/farSession.ts'

const WORDS = { title: 'A ring to try', message: 'Nobody else hears of this one.' }

function ringing(sync: Partial<Sync> = {}) {
  const far = openFarSession()
  far.session.resume()
  far.goOnline(aSync(sync))
  const sentBefore = far.sent.length
  const begun = far.session.ringMyself(WORDS)
  const callId = begun.ok ? begun.value.callId : ''
  const { session, timers } = far
  return {
    ...far,
    begun,
    callId,
    call: () => session.state.mirror.calls[callId],
    rings: () => ringingHere(session.state.mirror, timers.now()),
    /** What the server has been asked since. */
    asked: () => far.sent.slice(sentBefore).map(({ message }) => message.name),
  }
}

test('it rings here as a ring does, and the server hears nothing of it', () => {
  const far = ringing()
  expect(far.rings()).toMatchObject([
    {
      roomName: WORDS.title,
      insideCount: 0,
      call: { id: far.callId, caller: ben, callee: ben, extension: WORDS.message },
    },
  ])
  far.session.ringsShown([far.callId])
  expect(far.asked()).toEqual([])
})

test('answered, it ends, and nothing is entered', async () => {
  const far = ringing()
  const answer = await far.session.answer({ callId: far.callId, camera: true })
  expect(answer).toMatchObject({ ok: true, value: { outcome: 'ended', call: { status: 'accepted' } } })
  expect(far.call()).toMatchObject({ status: 'accepted', handledBy: id(12) })
  expect(far.rings()).toEqual([])
  expect(far.session.state).toMatchObject({ entry: null, answering: null, refusals: {} })
  expect(far.asked()).toEqual([])
})

test('declined with a reply, it keeps the reply', async () => {
  const far = ringing()
  const result = await far.session.decline({ callId: far.callId, reply: 'In 5 minutes' })
  expect(result).toMatchObject({ ok: true, value: { call: { status: 'rejected', response: 'In 5 minutes' } } })
  expect(far.call()).toMatchObject({ status: 'rejected', response: 'In 5 minutes' })
  expect(far.asked()).toEqual([])
})

test('left alone it rings out, and is no missed call', async () => {
  const far = ringing()
  await far.timers.advance(TEST_RING_MS)
  expect(far.call()).toMatchObject({ status: 'timeout' })
  expect(far.session.state.mirror.missed).toEqual([])
})

test('it goes on through a sync, and once over does not come back', async () => {
  const far = ringing()
  far.opened.at(-1)?.handlers.closed()
  await far.timers.advance(1_000)
  far.goOnline()
  expect(far.rings()).toHaveLength(1)
  await far.session.decline({ callId: far.callId })
  far.opened.at(-1)?.handlers.closed()
  await far.timers.advance(1_000)
  far.goOnline()
  expect(far.rings()).toEqual([])
})

test('a ring that comes ends it', () => {
  const far = ringing()
  const ring = aRing()
  far.opened.at(-1)?.handlers.event({ name: 'call.received', payload: { ring } })
  expect(far.rings().map(({ call }) => call.id)).toEqual([ring.call.id])
  expect(far.call()).toMatchObject({ status: 'cancelled' })
  expect(far.session.ringMyself(WORDS)).toMatchObject({ ok: false, error: { code: 'conflict' } })
})

test('in a meeting there is none', () => {
  const seat = { room: aRoom(), participants: [aParticipant({ user: ben, deviceId: id(12) })] }
  expect(ringing({ seat }).begun).toMatchObject({ ok: false, error: { code: 'conflict' } })
})

test('signed out it is gone, with its timer', async () => {
  const far = ringing()
  void far.session.signOut()
  expect(far.session.state.mirror.calls).toEqual({})
  await far.timers.advance(TEST_RING_MS)
  expect(far.session.state.mirror.calls).toEqual({})
})

test('begun again, the one before is withdrawn', () => {
  const far = ringing()
  const again = far.session.ringMyself(WORDS)
  expect(far.rings().map(({ call }) => call.id)).toEqual([again.ok && again.value.callId])
})

test('answering one leaves nothing, also while in a meeting elsewhere', () => {
  const elsewhere = { roomId: id(77), deviceId: id(78), deviceLabel: 'Phone' }
  const far = ringing({ elsewhere } as Partial<Sync>)
  const call = far.call()
  expect(call && leavingFor(far.session.state.mirror, call)).toBe('nothing')
  expect(isTestRing(call)).toBe(true)
  expect(isTestRing(aCall())).toBe(false)
})
