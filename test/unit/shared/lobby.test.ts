// Waiting to be let in, as a device knows it: whatever order the news comes in, and what is turned on at the end.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginWaiting } from '../../../shared/client/lobby.ts'
import { applyEvent, applySync, emptyMirror, withNews, type MirrorState } from '../../../shared/client/mirror.ts'
import type { ServerEvent } from '../../../shared/protocol/contract.ts'
import type { Waiting } from '../../../shared/protocol/lobby.ts'
import { success } from '../../../shared/protocol/result.ts'
import { ann, aParticipant, aRoom, aSync, ben, chloe, id } from '../../support/things.ts'
import { openFarSession } from '../support/farSession.ts'

const roomId = id(50)
const waiting: Waiting = { roomId, roomName: 'Design review', owner: ann, since: 1_500, version: 5 }
const snapshot = {
  room: aRoom(),
  participants: [aParticipant(), aParticipant({ user: ben, deviceId: id(12), role: 'member', version: 7 })],
}
const admitted: ServerEvent = { name: 'lobby.admitted', payload: { snapshot, by: ann, version: 7 } }
const denial = { roomId, by: ann, until: 60_000 }
const denied: ServerEvent = { name: 'lobby.ended', payload: { roomId, reason: 'denied', denial, version: 6 } }
const mine: MirrorState = { ...emptyMirror, me: ben, deviceId: id(12) }
const answered = (state: MirrorState, its = waiting) => withNews(beginWaiting(state, its))
const told = (state: MirrorState, ...events: ServerEvent[]) =>
  events.reduce((known, event) => applyEvent(known, event, 2_000), state)

describe('what a device knows', () => {
  test('being let in gives the seat, also when the news overtakes the answer', () => {
    for (const state of [told(answered(mine), admitted), answered(told(mine, admitted))])
      expect(state).toMatchObject({ seat: snapshot, waiting: null, waitEnd: null })
  })

  test('being denied says by whom, also when that overtakes the answer', () => {
    for (const state of [told(answered(mine), denied), answered(told(mine, denied))])
      expect(state).toMatchObject({
        seat: null,
        waiting: null,
        waitEnd: { reason: 'denied', denial, roomName: 'Design review' },
      })
  })

  test('nobody who does not wait is seated by that news, however often it comes', () => {
    expect(told(mine, admitted, admitted)).toMatchObject({ seat: null, waiting: null })
  })

  test('an old ending does not touch a wait that began afterwards', () => {
    const again = { ...waiting, version: 8 }
    for (const old of [admitted, denied]) {
      expect(told(answered(told(answered(mine), old, old), again), old).waiting).toEqual(again)
      expect(answered(told(mine, old), again).waiting).toEqual(again)
    }
  })

  test('the list of those who wait: the newest one stands, in whatever order they come', () => {
    const list = (version: number): ServerEvent => ({
      name: 'lobby.changed',
      payload: { lobby: { roomId, version, people: [{ user: chloe, since: version }] } },
    })
    const seated = { ...mine, seat: snapshot }
    fc.assert(
      fc.property(fc.shuffledSubarray([8, 9, 10, 10, 11], { minLength: 1 }), (versions) => {
        expect(told(seated, ...versions.map(list)).lobby?.version).toBe(Math.max(...versions))
      }),
    )
    expect(told(mine, list(9)).lobby, 'of a room it is not in').toBeNull()
  })

  test('a sync replaces what it knew, and says why it waits no longer', () => {
    const state = answered(mine)
    expect(applySync(state, aSync({ waiting }), 0, 0).waiting).toEqual(waiting)
    expect(applySync(state, aSync({ denied: [denial] }), 0, 0).waitEnd).toMatchObject({ reason: 'denied', denial })
    expect(applySync(state, aSync(), 0, 0).waitEnd).toMatchObject({ reason: 'gone', roomName: 'Design review' })
    expect(applySync(state, aSync({ seat: snapshot }), 0, 0)).toMatchObject({ seat: snapshot, waitEnd: null })
  })
})

function setUp() {
  const far = openFarSession()
  far.session.resume()
  far.goOnline()
  return { ...far, hears: (event: ServerEvent) => far.opened.at(-1)?.handlers.event(event) }
}

async function pressJoin(far: ReturnType<typeof setUp>) {
  const joining = far.session.joinRoom({ room: { id: roomId }, microphone: true, camera: true })
  far.command('room.join')?.answer(success({ outcome: 'waiting', waiting }))
  return joining
}

describe('what the press of Join asked for', () => {
  test('is turned on when somebody lets this device in, by news or by a sync', async () => {
    for (const how of ['news', 'sync'] as const) {
      const far = setUp()
      expect(await pressJoin(far)).toEqual(success({ outcome: 'waiting', roomId }))
      expect(far.session.state).toMatchObject({ entry: null, wish: { roomId, microphone: true, camera: true } })
      if (how === 'news') far.hears(admitted)
      else far.goOnline(aSync({ seat: snapshot }))
      expect(far.session.state).toMatchObject({
        mirror: { seat: snapshot },
        wish: null,
        entry: { roomId, how: 'admitted', microphone: true, camera: true },
      })
    }
  })

  test('is forgotten with a wait that ends otherwise: a seat that comes later opens nothing', async () => {
    const endings: [string, (far: ReturnType<typeof setUp>) => void][] = [
      ['denied', (far) => far.hears(denied)],
      ['left', (far) => void far.session.leaveLobby(roomId)],
      ['a sync that knows of none', (far) => far.goOnline(aSync())],
      [
        'a sync with another seat',
        (far) => far.goOnline(aSync({ seat: { ...snapshot, room: aRoom({ id: id(51) }) } })),
      ],
    ]
    for (const [name, end] of endings) {
      const far = setUp()
      await pressJoin(far)
      end(far)
      far.hears(admitted)
      far.goOnline(aSync({ seat: snapshot }))
      expect(far.session.state.entry, name).toBeNull()
    }
  })

  test('nobody who has pressed nothing is turned on, whatever is said', () => {
    const far = setUp()
    far.goOnline(aSync({ waiting }))
    far.hears(admitted)
    expect(far.session.state).toMatchObject({ mirror: { seat: snapshot }, entry: null })
    expect(far.sent.map(({ message }) => message.name)).toEqual(['session.sync', 'session.sync'])
  })

  test('leaving at the moment of being let in leaves', async () => {
    const far = setUp()
    await pressJoin(far)
    const leaving = far.session.leaveLobby(roomId)
    far.hears(admitted)
    far.goOnline(aSync({ seat: snapshot }))
    far.command('lobby.leave')?.answer(success({}))
    await leaving
    expect(far.session.state).toMatchObject({ entry: null, mirror: { seat: null, waiting: null } })
  })
})
