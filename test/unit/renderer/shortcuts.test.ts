import { describe, expect, test } from 'vitest'
import { paletteWords } from '../../../renderer/locales/palette.ts'
import { fit, ranked } from '../../../renderer/palette/rank.ts'
import {
  isTyped,
  keysOf,
  PLACES,
  shortcutFor,
  shortcutIds,
  shortcuts,
  type Keys,
  type ShortcutPlace,
} from '../../../renderer/shortcuts/registry.ts'

const pressed = (key: string, more: Partial<Keys> = {}): Keys => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...more,
})
const press = (place: ShortcutPlace, key: string, more: Partial<Keys> = {}, mac = false) =>
  shortcutFor(pressed(key, more), ['everywhere', place, 'ring'], mac)

describe('shortcuts', () => {
  test('where one is heard no other has its keys, and each has a name in both languages', () => {
    for (const place of PLACES) {
      const heard = shortcutIds.filter((id) => [place, 'everywhere', 'ring'].includes(shortcuts[id].where))
      const keys = heard.map((id) => shortcuts[id].keys)
      expect(new Set(keys).size, place).toBe(keys.length)
    }
    for (const id of shortcutIds)
      for (const words of [paletteWords.en, paletteWords['zh-CN']]) expect(words.shortcuts[id]).toMatch(/\S/)
  })

  test('single letters mean what they mean where one is, and nothing with Ctrl or held down', () => {
    expect(['m', 'V', 'a', 'p', 'x'].map((key) => press('meeting', key))).toEqual([
      'microphone',
      'camera',
      'add',
      'participants',
      null,
    ])
    expect(['p', 'c', 'm'].map((key) => press('outside', key))).toEqual(['people', 'calls', null])
    expect(press('meeting', 'l')).toBe('copyLink')
    expect(press('meeting', 'L', { shiftKey: true })).toBe('leave')
    expect(press('meeting', 'a', { ctrlKey: true })).toBeNull()
    expect(press('meeting', 'm', { repeat: true })).toBeNull()
    expect(press('meeting', ' ', { code: 'Space' }), 'held, and not pressed').toBeNull()
  })

  test('Ctrl is ⌘ on a Mac, signs are found wherever a keyboard has them, and Alt goes by the place of the key', () => {
    expect(press('outside', 'k', { ctrlKey: true })).toBe('palette')
    expect(press('outside', 'k', { metaKey: true })).toBeNull()
    expect(press('outside', 'k', { metaKey: true }, true)).toBe('palette')
    expect(press('outside', 'k', { ctrlKey: true }, true)).toBeNull()
    expect(press('meeting', '?', { shiftKey: true })).toBe('sheet')
    expect(press('outside', '/', { shiftKey: true }), 'as on a German keyboard').toBe('findPeople')
    expect(press('meeting', 'å', { altKey: true, code: 'KeyA' }, true)).toBe('answerAudio')
    expect(keysOf('answerAudio', true)).toEqual(['⌥', 'A'])
    expect(keysOf('palette', false)).toEqual(['Ctrl', 'K'])
    expect(shortcutIds.filter((id) => !isTyped(id))).toEqual([
      'palette',
      'settings',
      'answerAudio',
      'answerVideo',
      'decline',
    ])
  })
})

describe('what fits', () => {
  test('the beginning before a word before anything within, without case and marks', () => {
    expect(fit('Ann Kovač', 'ann')).toBe(3)
    expect(fit('Ann Kovač', 'kovac')).toBe(2)
    expect(fit('Ann Kovač', 'ova')).toBe(1)
    expect(fit('Ann Kovač', 'ben')).toBe(0)
    expect(fit('Ann Kovač', 'kov an')).toBe(2)
    expect(fit('王小明', '小')).toBe(2)
  })

  test('best first, and what fits equally well stays as it was', () => {
    const names = ['Grace Lee', 'Leah Berg', 'Kim Lee', 'Ben Osei', 'Halle Ode']
    expect(ranked(names, 'le', (name) => [name])).toEqual(['Leah Berg', 'Grace Lee', 'Kim Lee', 'Halle Ode'])
    expect(ranked(names, '', (name) => [name])).toEqual(names)
  })

  test('another word for it counts less than any fit of the name, and only from its beginning', () => {
    const ways = [
      { name: 'Microphone', words: 'mute, audio' },
      { name: 'Answer with audio', words: '' },
      { name: 'Commuter line', words: '' },
    ]
    const found = (query: string) =>
      ranked(
        ways,
        query,
        ({ name }) => [name],
        ({ words }) => words,
      ).map(({ name }) => name)
    expect(found('audio')).toEqual(['Answer with audio', 'Microphone'])
    expect(found('mute')).toEqual(['Commuter line', 'Microphone'])
    expect(found('ute')).toEqual(['Commuter line'])
    expect(found('mute mic'), 'name and other word together').toEqual(['Microphone'])
    expect(found('')).toHaveLength(3)
  })
})
