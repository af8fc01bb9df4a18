// @vitest-environment happy-dom
// The meeting's screen before anybody is in it: put up unseen while it rings, shown while the answer is on its way.
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp, nextTick, shallowRef } from 'vue'
import { hostKey } from '../../../renderer/host/useHost.ts'
import { liveStateKey } from '../../../renderer/stores/liveState.ts'
import { prospectOf } from '../../../renderer/stores/prospects.ts'
import { useRoom } from '../../../renderer/stores/room.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Ring } from '../../../shared/protocol/things.ts'
import { aCall, aHostState, ann, aParticipant, aRing, aRoom, ben, id } from '../../support/things.ts'

const NOW = 10_500
const ringing = (ring: Ring = aRing()): MirrorState => ({
  ...emptyMirror,
  me: ben,
  deviceId: id(12),
  calls: { [ring.call.id]: ring.call },
  rings: { [ring.call.id]: ring },
})
const callId = aRing().call.id

describe('a prospect', () => {
  test('it is the room of the ring, with those inside and oneself last', () => {
    const prospect = prospectOf(callId, { mirror: ringing(), user: ben })
    expect(prospect?.room).toEqual({ id: id(50), name: 'Design review', kind: 'meeting' })
    expect(prospect?.participants.map(({ user }) => user.name)).toEqual([ann.name, ben.name])
  })

  test('nothing is shown ahead when the ring does not tell who all is inside, or another meeting would be left', () => {
    const mirror = ringing({ ...aRing(), insideCount: 7 })
    expect(prospectOf(callId, { mirror, user: ben })).toBeNull()
    expect(prospectOf(callId, { mirror: ringing({ ...aRing(), inside: [], insideCount: 0 }), user: ben })).toBeNull()
    const seat = { room: aRoom({ id: id(51) }), participants: [aParticipant({ user: ben })] }
    expect(prospectOf(callId, { mirror: { ...ringing(), seat }, user: ben })).toBeNull()
    expect(prospectOf(null, { mirror: ringing(), user: ben })).toBeNull()
  })
})

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => void vi.useRealTimers())

function open(mirror: MirrorState) {
  const live = shallowRef(aHostState({ mirror }))
  const pinia = createPinia()
  createApp({})
    .provide(hostKey, {} as never)
    .provide(liveStateKey, live)
    .use(pinia)
  setActivePinia(pinia)
  return { live, room: useRoom() }
}

test('while it rings the screen is up, and not shown', () => {
  const { room } = open(ringing())
  expect(room.staged, 'the ring itself comes first').toBeNull()
  vi.advanceTimersByTime(400)
  expect(room.staged?.name).toBe('Design review')
  expect(room.shown).toBe(false)
})

test('the screen goes with the ring', async () => {
  const { live, room } = open(ringing())
  vi.advanceTimersByTime(400)
  const over = aCall({ status: 'cancelled', reason: 'byCaller', endedAt: NOW, version: 2 })
  live.value = { ...live.value, mirror: { ...live.value.mirror, calls: { [over.id]: over } } }
  await nextTick()
  expect(room.staged).toBeNull()
})

test('it is shown from the press of Answer on, and taken back when the server takes long', () => {
  const { live, room } = open(ringing())
  expect(room.shownAhead).toBeNull()
  live.value = { ...live.value, answering: callId }
  expect(room.shown).toBe(true)
  expect(room.shownAhead, 'the card of this ring may go').toBe(callId)
  vi.advanceTimersByTime(1_100)
  expect(room.shown, 'the card of the ring says that it is under way').toBe(false)
  expect(room.shownAhead).toBeNull()
  const seat = { room: aRoom(), participants: [aParticipant(), aParticipant({ user: ben, deviceId: id(12) })] }
  live.value = { ...live.value, answering: null, mirror: { ...live.value.mirror, seat } }
  expect(room.shown).toBe(true)
  expect(room.staged?.id).toBe(id(50))
})

test('answering out of another meeting shows nothing ahead: its card stays, and says that it is under way', () => {
  const seat = { room: aRoom({ id: id(51) }), participants: [aParticipant({ user: ben })] }
  const { live, room } = open({ ...ringing(), seat })
  live.value = { ...live.value, answering: callId }
  expect(room.shown).toBe(true)
  expect(room.shownAhead).toBeNull()
})

test('a refused answer leads back to where the person was', () => {
  const { live, room } = open(ringing())
  live.value = { ...live.value, answering: callId }
  live.value = { ...live.value, answering: null }
  expect(room.shown).toBe(false)
})
