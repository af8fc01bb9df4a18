import { describe, expect, test } from 'vitest'
import { endedWording, insideWording, pendingWording, ringWording } from '../../../shared/call/wording.ts'
import { chooseLanguage, createTranslate, sharedWords, type Wording } from '../../../shared/locales/translate.ts'
import type { Call } from '../../../shared/protocol/things.ts'
import { aCall, ann, aRing, ben, chloe, id } from '../../support/things.ts'

const english = createTranslate('en')
const chinese = createTranslate('zh-CN')
const say = (wording: Wording | null) => wording && english(wording.key, wording.params)
const nameOf = (userId: string) => [ann, ben, chloe].find((user) => user.id === userId)?.name
const over = (fields: Partial<Call>) => aCall({ endedAt: 5_000, version: 2, ...fields })

describe('the pending list', () => {
  test.each([
    [aCall(), 'Calling…'],
    [aCall({ delivery: 'received' }), 'Ringing'],
    [aCall({ delivery: 'notYetReceived' }), 'May be offline'],
    [over({ status: 'rejected', reason: 'rejected' }), 'Declined'],
    [over({ status: 'rejected', reason: 'rejected', response: 'In 5 minutes' }), 'Declined: “In 5 minutes”'],
    [over({ status: 'rejected', reason: 'inOtherRoom' }), 'In another meeting'],
    [over({ status: 'rejected', reason: 'doNotDisturb' }), 'Declined'],
    [over({ status: 'timeout', reason: 'noAnswer' }), 'No answer'],
    [over({ status: 'timeout', reason: 'unreachable' }), 'No answer: offline'],
    [over({ status: 'cancelled', reason: 'byCaller', endedBy: ann.id }), 'Cancelled by Ann Kovač'],
    [over({ status: 'cancelled', reason: 'callerGone' }), 'Stopped: the caller left'],
    [over({ status: 'revoked', reason: 'byAdmin', endedBy: chloe.id }), 'Cancelled by Chloe Martin'],
    [over({ status: 'revoked', reason: 'roomEnded' }), 'Stopped: the meeting ended'],
  ])('%# says %s', (call, words) => expect(say(pendingWording(call, nameOf))).toBe(words))
})

describe('how a ring ended, to its callee', () => {
  const laptop = { deviceId: id(13), deviceLabel: 'Laptop', accepted: true }
  test.each([
    [over({ status: 'cancelled', reason: 'byCaller' }), undefined, 'Ann Kovač stopped calling'],
    [over({ status: 'timeout', reason: 'noAnswer' }), undefined, 'You missed a call from Ann Kovač'],
    [over({ status: 'accepted', reason: 'answered', handledBy: id(13) }), laptop, 'Answered on Laptop'],
    [over({ status: 'accepted', reason: 'joined', handledBy: id(13) }), laptop, 'You joined on Laptop'],
    [over({ status: 'accepted', reason: 'answered', handledBy: id(12) }), undefined, 'Answered'],
    [over({ status: 'rejected', reason: 'rejected', handledBy: id(13) }), laptop, 'Declined on Laptop'],
    [over({ status: 'revoked', reason: 'byAdmin' }), undefined, 'An admin took back the call'],
    [over({ status: 'revoked', reason: 'roomEnded' }), undefined, 'The meeting has ended'],
  ])('%# says %s', (call, handled, words) => expect(say(endedWording(call, handled, id(12)))).toBe(words))

  test('while it rings there is nothing to say', () => expect(endedWording(aCall(), undefined, id(12))).toBeNull())
})

test('who calls and who is inside', () => {
  expect(say(ringWording(aRing()))).toBe('Ann Kovač is calling you into Design review')
  expect(say(insideWording([ann, ben, chloe], 7))).toBe('Ann Kovač, Ben Osei and 5 more are in')
  expect(say(insideWording([ann], 1))).toBe('Ann Kovač is in')
  const mia = { id: id(9), name: 'Ben Osei', guest: true as const }
  expect(say(insideWording([ann, mia], 2)), 'a guest is only counted').toBe('Ann Kovač and 1 more are in')
  expect(say(insideWording([ann, chloe, mia], 3))).toBe('Ann Kovač, Chloe Martin and 1 more are in')
})

test('both languages use the same placeholders in every text', () => {
  const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const [section, words] of Object.entries(sharedWords.en))
    for (const [name, text] of Object.entries(words)) {
      const other = (sharedWords['zh-CN'] as Record<string, Record<string, string>>)[section]?.[name] ?? ''
      expect(placeholders(other), `${section}.${name}`).toEqual(placeholders(text))
    }
  expect(chinese('ring.decline')).toBe('拒绝')
})

test('the language follows the setting, else the system, else English', () => {
  expect(chooseLanguage('zh-CN', ['en-GB'])).toBe('zh-CN')
  expect(chooseLanguage('system', ['de', 'zh-Hans-CN', 'en'])).toBe('zh-CN')
  expect(chooseLanguage('system', ['de'])).toBe('en')
})
