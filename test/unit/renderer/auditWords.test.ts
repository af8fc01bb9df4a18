// @vitest-environment happy-dom
// Every entry of the audit log is a sentence in both languages, whoever did it and whomever it was done to.
import { describe, expect, test } from 'vitest'
import { ref } from 'vue'
import { actionGroups, sentenceOf, wordOf } from '../../../renderer/administration/auditWords.ts'
import { createMessages } from '../../../renderer/i18n.ts'
import { activityWords } from '../../../renderer/locales/activity.ts'
import type { AuditRow } from '../../../shared/protocol/reach.ts'
import { AUDIT_ACTIONS, type AuditAction } from '../../../shared/protocol/trust.ts'

const words = { en: createMessages(ref('en')).words, 'zh-CN': createMessages(ref('zh-CN')).words }
const names = {
  ann: { name: 'Ann Kovač' },
  ben: { name: 'Ben {x} | @you' },
  guest: { name: 'Ann Kovač', guest: true as const },
  token: { name: 'Alarm' },
}
const rowOf = (action: AuditAction, more: Partial<AuditRow> = {}): AuditRow => ({
  seq: 1,
  at: 0,
  action,
  actorKind: 'user',
  actorId: 'ann',
  subjectId: 'ben',
  roomId: null,
  address: null,
  details: { name: 'Hook', host: 'example.org', role: 'administrator', rule: 'contacts', gone: 3 },
  ...more,
})
const said = (action: AuditAction, more: Partial<AuditRow> = {}) => sentenceOf(rowOf(action, more), names, words.en)

describe.each(['en', 'zh-CN'] as const)('in %s', (language) => {
  test('every action has words, for a filter and as a sentence, and no word is of no action', () => {
    const { activityKind, activitySaid } = activityWords[language]
    const wanted = AUDIT_ACTIONS.map(wordOf).sort()
    expect(Object.keys(activityKind).sort()).toEqual(wanted)
    expect(Object.keys(activitySaid).sort()).toEqual(wanted)
    const offered = actionGroups(words[language]).flatMap(({ choices }) => choices)
    expect(offered.map(({ value }) => value).sort()).toEqual([...AUDIT_ACTIONS].sort())
    expect(new Set(offered.map(({ label }) => label)).size, 'no two alike').toBe(AUDIT_ACTIONS.length)
  })
  test.each(AUDIT_ACTIONS)('%s is a whole sentence, whoever did it', (action) => {
    const kinds: Partial<AuditRow>[] = [
      {},
      { actorId: 'ben', subjectId: 'ben' },
      { subjectId: null },
      { actorKind: 'token', actorId: 'token' },
      { actorKind: 'operator', actorId: null },
      { actorKind: 'server', actorId: null },
      { actorId: 'gone', subjectId: 'gone too' },
      { details: null },
    ]
    for (const kind of kinds) {
      const sentence = sentenceOf(rowOf(action, kind), { ...names, ben: { name: 'Ben Osei' } }, words[language])
      expect(sentence).not.toMatch(/[{}|]|undefined|null|activity|\b(gone|ann|ben)\b/)
      expect(sentence.length).toBeGreaterThan(4)
    }
  })
})

test('who did what to whom is said in the reader’s words', () => {
  expect(said('account.roleChanged')).toBe('Ann Kovač made Ben {x} | @you an administrator')
  expect(said('account.passwordChanged', { subjectId: 'ann' })).toBe('Ann Kovač changed their password')
  expect(said('account.passwordChanged', { actorKind: 'operator', actorId: null })).toBe(
    'Whoever runs the server changed the password of Ben {x} | @you',
  )
  expect(said('session.refused', { actorKind: 'server', actorId: null, subjectId: null })).toBe('A sign-in was refused')
  expect(said('policy.changed', { subjectId: null })).toBe(
    'Ann Kovač changed the rule who may ring whom: Contacts only',
  )
  expect(said('policy.changed', { subjectId: 'ann', details: { whoMayRing: 'nobody' } })).toBe(
    'Ann Kovač changed who can ring them',
  )
  expect(said('audit.shortened', { actorKind: 'server' })).toBe('The server deleted 3 entries that were too old')
  expect(said('audit.shortened', { actorKind: 'server', details: { gone: 1 } })).toMatch(/1 entry that was too old/)
  expect(said('participant.roleChanged', { details: { role: 'owner' } })).toMatch(/ the owner of a meeting$/)
})

test('names that prove nothing, or that are gone, are said to be so', () => {
  expect(said('participant.removed', { subjectId: 'guest' })).toBe('Ann Kovač removed Ann Kovač (guest) from a meeting')
  expect(said('call.invited', { actorId: 'erased', subjectId: 'erased too' })).toBe(
    'A deleted account rang a deleted account',
  )
  expect(said('call.invited', { actorKind: 'token', actorId: 'token' })).toMatch(/^The program “Alarm” rang /)
  expect(said('call.invited', { actorKind: 'token', actorId: 'gone' })).toMatch(/^A program rang /)
})
