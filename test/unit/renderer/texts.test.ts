// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest'
import { nextTick, ref } from 'vue'
import { createMessages } from '../../../renderer/i18n.ts'
import { allWords } from '../../../renderer/locales/all.ts'
import { zhCN } from '../../../renderer/locales/zhCN.ts'
import { initials } from '../../../renderer/ui/avatar.ts'
import { ago, clockTime, when } from '../../../renderer/ui/time.ts'
import { createRingWords } from '../../../renderer/words.ts'
import type { Language } from '../../../shared/locales/translate.ts'

type Tree = Record<string, Record<string, string>>
const flat = (tree: Tree) =>
  Object.entries(tree).flatMap(([section, names]) =>
    Object.entries(names).map(([name, text]) => [`${section}.${name}`, text] as const),
  )
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

const english: Tree = allWords.en
const chinese: Tree = allWords['zh-CN']

describe('all texts', () => {
  test('both languages put the same things into every text', () => {
    const others = new Map(flat(chinese))
    const differing = flat(english).filter(
      ([key, text]) => placeholders(text).join() !== placeholders(others.get(key) ?? '').join(),
    )
    expect(differing).toEqual([])
  })
  test('no text is empty, and none has a sign that Intlify would take for its own', () => {
    for (const [key, text] of [...flat(english), ...flat(chinese)]) {
      expect(text.trim(), key).not.toBe('')
      expect(text, key).not.toMatch(/[@$]/)
    }
  })
  test('nothing is said in the terms of a machine, nothing is shouted, and one thing has one word', () => {
    // Other words for an action are what people may type, not what they are told.
    const bare = (tree: Tree) =>
      flat(tree).flatMap(([key, text]) =>
        key.startsWith('otherWords.') ? [] : [[key, text.replace(/\{\w+\}/g, '')] as const],
      )
    for (const [key, text] of bare(english))
      expect(text, key).not.toMatch(/!|timeout|timed out|\binvalid|failed|\bsession|\broom\b|withdraw|rejoin/i)
    for (const [key, text] of bare(chinese))
      expect(text, key).not.toMatch(
        /[!！]|超时|无效|失败|会话|(?<!请)勿扰|收回|准入|会议号|会议码|取消静音|所有者|登出/,
      )
  })
})

test('the pop-up’s words follow the language', () => {
  const language = ref<Language>('en')
  const { t } = createRingWords(language)
  expect(t('ring.intoMeeting', { caller: 'Ann', room: 'Design review' })).toBe('Ann is calling you into Design review')
  language.value = 'zh-CN'
  expect(t('ringCard.callingInto', { caller: 'Ann' })).toBe('Ann 正在呼叫您加入')
})

test('the main window’s words follow the language too, and each text takes its own values', async () => {
  const language = ref<Language>('en')
  const { words } = createMessages(language)
  expect(words.t('app.cancel')).toBe('Cancel')
  expect(words.t('meeting.page', { page: 1, pages: 2 })).not.toBe(words.t('meeting.page', { page: 2, pages: 2 }))
  language.value = 'zh-CN'
  words.t('app.cancel')
  await nextTick()
  expect(words.t('app.cancel')).toBe(zhCN.app.cancel)
  language.value = 'en'
  await nextTick()
  expect(words.t('app.cancel')).toBe('Cancel')
})

test('initials of names from anywhere', () => {
  expect(['Ann Kovač', '王小明', 'madonna', 'Ana María de la Cruz', '', '김민준', 'édith piaf'].map(initials)).toEqual([
    'AK',
    '王',
    'M',
    'AC',
    '',
    '김',
    'ÉP',
  ])
})

test('times as people read them', () => {
  expect([0, 900, 30_000, 61_000, 600_000, 3_661_000, -5].map(clockTime)).toEqual([
    '0:00',
    '0:01',
    '0:30',
    '1:01',
    '10:00',
    '1:01:01',
    '0:00',
  ])
  const noon = new Date(2026, 10, 21, 12).getTime()
  expect(when(noon - 24 * 3_600_000, noon, 'en')).toBe('yesterday')
  expect(when(noon - 3_600_000, noon, 'en')).toMatch(/^11:00/)
  expect(ago(noon - 2 * 3_600_000, noon, 'en')).toMatch(/^2 hr/)
  expect(when(noon - 2 * 3_600_000, noon, 'en-GB')).toBe('10:00')
  expect(when(noon - 2 * 3_600_000, noon, 'en-US')).toMatch(/^10:00\sAM$/)
})
