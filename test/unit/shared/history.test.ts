// What became of a call, in the words of either side; what counts as missed; and two who rang each other at once.
import { describe, expect, test } from 'vitest'
import { endOf } from '../../../shared/doNotDisturb.ts'
import { createDeclinedCall, isMissed, isMutual } from '../../../shared/call/call.ts'
import { historyWording } from '../../../shared/call/wording.ts'
import { applyEvent, applySync, emptyMirror } from '../../../shared/client/mirror.ts'
import { createTranslate } from '../../../shared/locales/translate.ts'
import type { ServerEvent } from '../../../shared/protocol/contract.ts'
import type { Call } from '../../../shared/protocol/things.ts'
import { aCall, ann, aSync, ben, id } from '../../support/things.ts'

const ended = (fields: Partial<Call>): Call => aCall({ endedAt: 5_000, version: 2, ...fields })
const say = (call: Call, myId: string, more: { mutual?: boolean; endedByName?: string } = {}) => {
  const entry = { call, roomName: '', roomKind: 'meeting', joinable: false, mutual: false, ...more } as const
  const { key, params } = historyWording(entry, myId)
  return createTranslate('en')(key, params)
}

test.each([
  [{ status: 'accepted', reason: 'answered', handledBy: id(9) }, 'Answered', 'You answered'],
  [{ status: 'accepted', reason: 'joined', handledBy: id(9) }, 'Answered', 'You joined'],
  [{ status: 'rejected', reason: 'rejected', handledBy: id(9) }, 'Declined', 'You declined'],
  [
    { status: 'rejected', reason: 'rejected', handledBy: id(9), response: 'later' },
    'Declined: “later”',
    'You declined: “later”',
  ],
  [{ status: 'rejected', reason: 'inOtherRoom' }, 'In another meeting', 'Missed: you were in another meeting'],
  [{ status: 'rejected', reason: 'doNotDisturb' }, 'Declined', 'Missed: do not disturb was on'],
  [{ status: 'timeout', reason: 'noAnswer' }, 'No answer', 'Missed'],
  [{ status: 'timeout', reason: 'unreachable' }, 'No answer: offline', 'Missed: you were offline'],
  [{ status: 'cancelled', reason: 'byCaller', endedBy: ann.id }, 'You stopped calling', 'Ann Kovač stopped calling'],
  [{ status: 'cancelled', reason: 'callerGone' }, 'You left before the answer', 'Ann Kovač left the meeting'],
  [{ status: 'revoked', reason: 'byAdmin', endedBy: id(3) }, 'Cancelled by Chloe', 'Taken back by Chloe'],
  [{ status: 'revoked', reason: 'roomEnded' }, 'Stopped: the meeting ended', 'The meeting has ended'],
] as const)('%j reads “%s” for the caller and “%s” for the callee', (fields, outgoing, incoming) => {
  const endedByName = 'endedBy' in fields ? (fields.endedBy === ann.id ? ann.name : 'Chloe') : undefined
  const more = endedByName === undefined ? {} : { endedByName }
  expect([say(ended(fields), ann.id, more), say(ended(fields), ben.id, more)]).toEqual([outgoing, incoming])
})

test('what nobody decided on the callee’s side is missed, a decline of one’s own is not', () => {
  const policy = createDeclinedCall({ ...aCall(), timeoutMs: 30_000 }, 'doNotDisturb', 1_000).call
  expect([policy.status, policy.version, isMissed(policy)]).toEqual(['rejected', 1, true])
  expect(isMissed(ended({ status: 'rejected', reason: 'rejected', handledBy: id(9) }))).toBe(false)
})

describe('two ring each other at once, and one is answered', () => {
  const gone = ended({ status: 'cancelled', reason: 'callerGone' })
  const answered = ended({ id: id(101), caller: ben, callee: ann, status: 'accepted', reason: 'answered' })
  const events: ServerEvent[] = [
    { name: 'call.cancelled', payload: { call: gone } },
    { name: 'call.accepted', payload: { call: answered } },
  ]
  const start = applySync(emptyMirror, aSync(), 2_000, 2_000)

  test.each([
    ['as sent', events],
    ['the other way round', events.toReversed()],
  ])('the other ring is not missed, whichever news comes first: %s', (_, news) => {
    const after = news.reduce((state, event) => applyEvent(state, event, 6_000), start)
    expect(after.missed).toEqual([])
  })
  test('alone, it is', () => {
    expect(applyEvent(start, events[0]!, 6_000).missed).toEqual([gone])
  })
  test('a call answered at another moment has nothing to do with it', () => {
    expect([isMutual(gone, answered), isMutual(gone, { ...answered, endedAt: 5_001 })]).toEqual([true, false])
  })
})

test('until tomorrow is until the morning, however late it is', () => {
  const late = new Date(2026, 10, 21, 23, 50).getTime()
  expect(endOf('tomorrow', late)).toBe(new Date(2026, 10, 22, 8).getTime())
  expect([endOf('off', late), endOf('halfHour', late)]).toEqual([null, late + 30 * 60_000])
})
