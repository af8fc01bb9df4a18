import { expect, test } from 'vitest'
import { ENDED_SHOWN_MS, nextCards, type RingCard } from '../../../renderer/ring/cards.ts'
import { emptyMirror, type MirrorState } from '../../../shared/client/mirror.ts'
import type { Call } from '../../../shared/protocol/things.ts'
import { aCall, ann, aRing, ben, id } from '../../support/things.ts'

const NOW = 5_000
const stateWith = (calls: readonly Call[], more: Partial<MirrorState> = {}) => ({
  user: ben,
  mirror: {
    ...emptyMirror,
    me: ben,
    deviceId: id(21),
    calls: Object.fromEntries(calls.map((call) => [call.id, call])),
    rings: Object.fromEntries(calls.map((call) => [call.id, aRing(call)])),
    ...more,
  },
})
const endings = (cards: readonly RingCard[]) => cards.map((card) => card.ended?.wording.key ?? 'ringing')

test('the newest ring is on top', () => {
  const state = stateWith([aCall({ id: id(101), createdAt: 1_000 }), aCall({ id: id(102), createdAt: 2_000 })])
  expect(nextCards([], state, NOW).map((card) => card.ring.call.id)).toEqual([id(102), id(101)])
})

test('nothing new leaves the very list, so that nothing is drawn anew', () => {
  const state = stateWith([aCall()])
  const cards = nextCards([], state, NOW)
  expect(nextCards(cards, { ...state, mirror: { ...state.mirror, presence: {} } }, NOW + 250)).toBe(cards)
  expect(nextCards(cards, stateWith([aCall({ delivery: 'received', version: 2 })]), NOW)).not.toBe(cards)
})

test('a ring that ends says why for two seconds, then its card goes', () => {
  const ringing = nextCards([], stateWith([aCall()]), NOW)
  const cancelled = stateWith([
    aCall({ status: 'cancelled', reason: 'byCaller', endedBy: ann.id, endedAt: NOW, version: 2 }),
  ])
  const ended = nextCards(ringing, cancelled, NOW)
  expect(endings(ended)).toEqual(['ended.cancelled'])
  expect(endings(nextCards(ended, cancelled, NOW + ENDED_SHOWN_MS - 1))).toEqual(['ended.cancelled'])
  expect(nextCards(ended, cancelled, NOW + ENDED_SHOWN_MS)).toEqual([])
})

test('a ring answered on another device names that device', () => {
  const ringing = nextCards([], stateWith([aCall()]), NOW)
  const call = aCall({
    status: 'accepted',
    reason: 'answered',
    handledBy: id(22),
    endedBy: ben.id,
    endedAt: NOW,
    version: 2,
  })
  const state = stateWith([call], {
    handled: { [call.id]: { accepted: true, deviceId: id(22), deviceLabel: 'Ben’s laptop' } },
  })
  expect(nextCards(ringing, state, NOW)[0]?.ended?.wording).toEqual({
    key: 'ended.answeredOn',
    params: { device: 'Ben’s laptop' },
  })
})

test('a ring declined on this very device needs no explanation', () => {
  const ringing = nextCards([], stateWith([aCall()]), NOW)
  const call = aCall({
    status: 'rejected',
    reason: 'rejected',
    handledBy: id(21),
    endedBy: ben.id,
    endedAt: NOW,
    version: 2,
  })
  expect(nextCards(ringing, stateWith([call]), NOW)).toEqual([])
})

test('past its deadline a ring stops by the server’s clock, before the server has said so', () => {
  const state = stateWith([aCall({ expiresAt: 31_000 })], { clockOffsetMs: 10_000 })
  const ringing = nextCards([], state, 20_999)
  expect(endings(ringing)).toEqual(['ringing'])
  expect(endings(nextCards(ringing, state, 21_000))).toEqual(['ended.noAnswer'])
})

test('nothing of an earlier ring is shown to whoever comes to an ended one, or after signing out', () => {
  const ended = stateWith([aCall({ status: 'timeout', reason: 'noAnswer', endedAt: NOW, version: 2 })])
  expect(nextCards([], ended, NOW)).toEqual([])
  const ringing = nextCards([], stateWith([aCall()]), NOW)
  expect(nextCards(ringing, { ...stateWith([aCall()]), user: null }, NOW)).toEqual([])
})
